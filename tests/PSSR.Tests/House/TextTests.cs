using System.Reflection;
using System.Text.RegularExpressions;

namespace PSSR.Tests.House;

/// <summary>What lines and names look like, where no analyzer looks.</summary>
public sealed partial class TextTests
{
    [GeneratedRegex("<PropertyName>(Input|Output|Path|Folder|Reason|Failures|Source|SavedTo|JobDirectory|LogProblem|Reference|Truth|Record"
        + "|Decisions|Message|Problem)<")]
    private static partial Regex ForeignText();

    private const int LongestLine = 140, LongestFile = 350;

    [Theory]
    [InlineData(".cs")]
    [InlineData(".ps1")]
    public void Lines_fit_the_page(string ending) =>
        Offenders.None(new[] { "src", "tests", "bench", "tools", "examples" }.SelectMany(folder => SourceTree.Files(folder, ending))
            .SelectMany(path => SourceTree.Lines(path).Index()
                .Where(line => line.Item.Length > LongestLine).Select(line => $"{path}:{line.Index + 1}: {line.Item.Length}")));

    /// <summary>What comes from disks and from others' files, and may hold what acts on a terminal.</summary>
    [Fact]
    public void Shown_names_and_reasons_are_escaped() =>
        Offenders.None(SourceTree.Lines("module/PSSR.Format.ps1xml").Where(line => ForeignText().IsMatch(line)));

    [Fact]
    public void Files_are_read_in_one_sitting() =>
        Offenders.None(SourceTree.Files("src", ".cs").Select(path => (path, SourceTree.Lines(path).Length))
            .Where(file => file.Length > LongestFile).Select(file => $"{file.path}: {file.Length}"));

    [Fact]
    public void Usings_are_sorted_with_those_of_the_system_first() =>
        Offenders.None(new[] { "src", "tests", "bench" }.SelectMany(folder => SourceTree.Files(folder, ".cs"))
            .Where(path => Usings(path) is var usings && !usings.SequenceEqual(Sorted(usings))));

    [Fact]
    public void Tests_are_sentences_with_underscores() =>
        Offenders.None(typeof(TextTests).Assembly.GetTypes()
            .SelectMany(type => type.GetMethods(BindingFlags.Instance | BindingFlags.Public))
            .Where(method => method.GetCustomAttribute<FactAttribute>() is not null && !method.Name.Contains('_'))
            .Select(method => $"{method.DeclaringType!.Name}.{method.Name}").Distinct());

    private static string[] Usings(string path) =>
        [.. SourceTree.Lines(path).TakeWhile(line => !line.StartsWith("namespace ", StringComparison.Ordinal))
            .Where(line => line.StartsWith("using ", StringComparison.Ordinal) && line.EndsWith(';')
                && !line.Contains('=') && !line.Contains('(') && !line.StartsWith("using static ", StringComparison.Ordinal))
            .Select(line => line["using ".Length..^1])];

    private static IEnumerable<string> Sorted(string[] usings) =>
        usings.OrderBy(name => name.Split('.')[0] == "System" ? 0 : 1).ThenBy(name => name, StringComparer.OrdinalIgnoreCase);
}
