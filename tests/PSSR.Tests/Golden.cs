namespace PSSR.Tests;

/// <summary>Files of the golden cases in tests/reference; the conformance program runs the cases themselves.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string Case(string name) => Path.Combine(Root, name);

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PSSR.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("PSSR.sln above the tests"), "tests", "reference");
    }
}
