using System.Text.RegularExpressions;

namespace PSSR.Tests.House;

/// <summary>Where files lie and what they are called.</summary>
public sealed partial class LayoutTests
{
    private static readonly string[] Projects =
        ["src/PSSR", "src/PSSR.Cli", "src/PSSR.Engine", "src/PSSR.Loader", "tests/PSSR.Tests", "tests/PSSR.Conformance",
            "bench/PSSR.Bench"];

    // Folders of tests of what is no room: the command line, the golden cases and the house itself.
    private static readonly string[] TestsOfNoRoom = ["Cli", "Conformance", "House"];

    [Fact]
    public void A_room_has_at_most_twenty_files() =>
        Offenders.None(SourceTree.Files("src/PSSR.Engine", ".cs").CountBy(SourceTree.Folder).Where(folder => folder.Value > 20)
            .Select(folder => $"{folder.Key}: {folder.Value}"));

    [Fact]
    public void A_namespace_is_its_folder() =>
        Offenders.None(Projects.SelectMany(project => SourceTree.Files(project, ".cs")
            .Where(path => !path.EndsWith("/Program.cs", StringComparison.Ordinal))
            .Select(path => (path, has: SourceTree.Namespace(path), wants: NamespaceOf(project, path)))
            .Where(file => file.has != file.wants).Select(file => $"{file.path}: {file.has} for {file.wants}")));

    [Fact]
    public void Tests_lie_in_the_room_that_they_test() =>
        Offenders.None(
            SourceTree.Files("tests/PSSR.Tests", ".cs").Select(path => SourceTree.Folder(path)["tests/PSSR.Tests".Length..].TrimStart('/'))
            .Distinct().Where(folder => !TestsOfNoRoom.Contains(folder.Split('/')[0]))
            .Where(folder => !Directory.Exists(Path.Combine(SourceTree.Root, "src/PSSR.Engine", folder))));

    [Fact]
    public void No_type_is_a_drawer_for_anything() =>
        Offenders.None(new[] { "src", "tests", "bench", "tools" }.SelectMany(folder => SourceTree.Files(folder, ".cs"))
            .SelectMany(path => Drawer().Matches(SourceTree.Text(path)).Select(match => $"{path}: {match.Value}")));

    private static string NamespaceOf(string project, string path)
    {
        string root = SourceTree.Project($"{project}/{project.Split('/')[^1]}.csproj").Descendants("RootNamespace").SingleOrDefault()?.Value
            ?? project.Split('/')[^1];
        return root + SourceTree.Folder(path)[project.Length..].Replace('/', '.');
    }

    [GeneratedRegex(@"\b(class|struct|record|interface|enum) \w*(Utils?|Utility|Utilities|Helpers?|Misc)\b")]
    private static partial Regex Drawer();
}
