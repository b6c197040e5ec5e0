using System.Globalization;
using System.Text.RegularExpressions;

namespace PSSR.Tests.House;

/// <summary>docs/papers.md says what became of each item of the papers: what it names must be there, and its sums its rows' own.</summary>
public sealed partial class PapersPageTests
{
    private const string Page = "docs/papers.md";

    private static readonly string[] States = ["tested", "partly", "differs", "absent"];

    /// <summary>Folders that paths on the page may begin in.</summary>
    private static readonly string[] Roots = ["", "src/PSSR.Engine", "tests/PSSR.Tests", "tests/PSSR.Conformance", "examples"];

    [Fact]
    public void Every_file_that_it_names_is_there() =>
        Offenders.None(Named().Where(name => FileName().IsMatch(name) && !Roots.Any(root => IsFile($"{root}/{name}"))));

    [Fact]
    public void Every_option_that_it_names_is_a_parameter()
    {
        var parameters = SourceTree.Files("src/PSSR", ".cs")
            .SelectMany(path => Parameter().Matches(SourceTree.Text(path))).Select(match => match.Groups[1].Value).ToHashSet();
        string[] options = [.. Named().SelectMany(name => Option().Matches(name)).Select(match => match.Groups[1].Value)];
        Assert.NotEmpty(options);
        Offenders.None(options.Where(option => !parameters.Contains(option)));
    }

    [Fact]
    public void Every_cmdlet_that_it_names_has_its_page() =>
        Offenders.None(Named().SelectMany(name => Cmdlet().Matches(name)).Select(match => match.Value)
            .Where(name => !IsFile($"docs/help/{name}.md")));

    [Fact]
    public void A_row_has_one_of_four_states_and_says_why_it_is_not_as_the_paper_has_it() =>
        Offenders.None(Rows().Where(row => !States.Contains(row.State) || (row.State != "tested" && row.How.Length == 0))
            .Select(row => row.ToString()));

    [Fact]
    public void What_is_tested_names_its_test_or_where_it_is_said() =>
        Offenders.None(Rows().Where(row => row.State == "tested" && !TestName().IsMatch(row.Where) && !Said().IsMatch(row.How))
            .Select(row => row.ToString()));

    [Fact]
    public void Rows_are_counted_without_a_gap_and_the_summary_is_their_sum()
    {
        var parts = Rows().GroupBy(row => row.Part).ToArray();
        Offenders.None(parts.Where(part => !part.Select(row => row.Number).SequenceEqual(Enumerable.Range(1, part.Count())))
            .Select(part => part.Key));
        string[] expected = [.. parts.Select(part => Counted(part.Key, [.. part])), Counted("all", [.. Rows()])];
        string[] summary = [.. SourceTree.Lines(Page).Where(line => Summary().IsMatch(line))];
        Assert.Equal(expected, summary);
    }

    [Fact]
    public void No_item_of_the_audit_is_left_out()
    {
        int[] expected = [95, 13, 52, 62, 19, 9, 14]; // of release 0.1.0, part by part
        int[] found = [.. Rows().GroupBy(row => row.Part).Select(part => part.Count())];
        Assert.Equal(expected, found);
    }

    private static string Counted(string part, Row[] rows) =>
        $"| {part} | {rows.Length} | {string.Join(" | ", States.Select(state => rows.Count(row => row.State == state)))} |";

    private static IEnumerable<Row> Rows()
    {
        var part = "";
        foreach (var line in SourceTree.Lines(Page))
        {
            if (line.StartsWith("## ", StringComparison.Ordinal))
                part = line[3..];
            if (!Numbered().IsMatch(line))
                continue;
            string[] cells = [.. line.Split('|').Select(cell => cell.Trim())];
            Assert.True(cells.Length == 8, $"six cells are in a row: {line}");
            yield return new Row(part, int.Parse(cells[1], CultureInfo.InvariantCulture), cells[4], cells[5], cells[6]);
        }
    }

    /// <summary>What stands in backticks, each once.</summary>
    private static IEnumerable<string> Named() =>
        Quoted().Matches(SourceTree.Text(Page)).Select(match => match.Groups[1].Value).Distinct();

    private static bool IsFile(string path) => File.Exists(Path.Join(SourceTree.Root, path));

    private sealed record Row(string Part, int Number, string Where, string State, string How);

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^[\w.][\w./-]*\.(cs|md|ps1|psd1|json)$")]
    private static partial Regex FileName();

    [GeneratedRegex(@"(?<![\w-])-([A-Z]\w*)")]
    private static partial Regex Option();

    [GeneratedRegex(@"^(Build|Export|Find|Import|Install|Invoke|Measure|New|Test)-[A-Z]\w+(?=$| )")]
    private static partial Regex Cmdlet();

    [GeneratedRegex(@"public [\w<>?\[\], .]+ (\w+) \{ get; set; \}")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"(Tests\.cs|Kinds/\w+\.cs|Tests\.ps1)`")]
    private static partial Regex TestName();

    [GeneratedRegex("^(said|measured)")]
    private static partial Regex Said();

    [GeneratedRegex(@"^\| \d+ \|")]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\| [^|]+ \|( \d+ \|){5}$")]
    private static partial Regex Summary();
}
