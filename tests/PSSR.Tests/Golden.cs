using PSSR.Conformance;

namespace PSSR.Tests;

/// <summary>The golden cases of tests/reference.</summary>
internal static class Golden
{
    public static string Root { get; } = FindRoot();

    public static string Case(string name) => Path.Combine(Root, name);

    /// <summary>Runs all cases of these kinds; none may fail, and there must be one of each at least.</summary>
    public static void MustPass(params string[] kinds)
    {
        var output = new StringWriter();
        CaseTally tally = CaseRunner.Run(Root, output, new HashSet<string>(kinds));
        Assert.True(tally is { Failed: 0, NotYet: 0 } && tally.Passed >= kinds.Length, output.ToString());
    }

    private static string FindRoot()
    {
        DirectoryInfo? folder = new(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PSSR.sln")))
            folder = folder.Parent;
        return Path.Combine(folder?.FullName ?? throw new DirectoryNotFoundException("PSSR.sln above the tests"), "tests", "reference");
    }
}
