using System.Globalization;
using System.Text;
using PSSR.Experiments.Recipes;
using PSSR.Options;

namespace PSSR.Experiments.Results;

/// <summary>Cells as one table: what varies, then each metric with its published value beside. Columns that are empty in all rows are left
/// out.</summary>
public sealed class ExperimentTable
{
    /// <summary>Heads a column of published values.</summary>
    public const string PublishedSuffix = " (paper)";

    private readonly IReadOnlyList<ExperimentCell> _cells;

    /// <param name="show">The metrics to show, in order; empty: all that there are.</param>
    public ExperimentTable(IReadOnlyList<ExperimentCell> cells, IReadOnlyList<string>? show = null)
    {
        _cells = cells;
        var there = KnownMetrics.Of(cells.SelectMany(cell => cell.Metrics.Keys.Concat(cell.Published.Keys))).ToList();
        Metrics = show is not { Count: > 0 } ? there : [.. show.SelectMany(name =>
            there.Where(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase)))];
        List<(string, Func<ExperimentCell, string>)> columns =
        [
            ("data", cell => cell.Data),
            ("degradation", cell => cell.Degrade ?? ""),
            ("scale", cell => OptionValue.Text(cell.Scale)),
            ("method", cell => cell.Method),
            .. cells.SelectMany(cell => cell.Settings.Keys).Distinct().Select(name => (name, Setting(name))),
        ];
        foreach (var metric in Metrics)
        {
            columns.Add((metric.Name, cell => metric.Text(cell.Metrics)));
            columns.Add((metric.Name + PublishedSuffix, cell => metric.Text(cell.Published)));
        }
        columns.Add(("pictures", cell => cell.Pictures > 0 ? OptionValue.Text(cell.Pictures) : ""));
        columns.Add(("remark", Remark));
        Columns = [.. columns.Where(column => column.Item1 is "data" or "scale" or "method"
            || cells.Any(cell => column.Item2(cell).Length > 0))];
    }

    /// <summary>The metrics that any row has, ours or published.</summary>
    public IReadOnlyList<KnownMetric> Metrics { get; }

    /// <summary>Heads, and the text of a cell under each.</summary>
    public IReadOnlyList<(string Head, Func<ExperimentCell, string> Text)> Columns { get; }

    public IEnumerable<string[]> Rows => _cells.Select(cell => Columns.Select(column => column.Text(cell)).ToArray());

    /// <summary>RFC 4180; numbers with a point whatever the machine's culture.</summary>
    public string Csv()
    {
        var csv = new StringBuilder().AppendJoin(',', Columns.Select(column => CsvCell.Of(column.Head))).Append('\n');
        foreach (var row in Rows)
            csv.AppendJoin(',', row.Select(text => IsNumber(text) ? text : CsvCell.Of(text))).Append('\n');
        return csv.ToString();
    }

    /// <summary>A table of Markdown, and below it how values were measured.</summary>
    public string Markdown(Recipe recipe)
    {
        var text = new StringBuilder($"# {Plain(recipe.Title.Length > 0 ? recipe.Title : recipe.Name)}\n\n");
        if (recipe.Source.Length > 0)
            text.Append($"Published: {Plain(recipe.Source)}.\n\n");
        text.Append("| ").AppendJoin(" | ", Columns.Select(column => Plain(column.Head))).Append(" |\n| ")
            .AppendJoin(" | ", Columns.Select(_ => "---")).Append(" |\n");
        foreach (var row in Rows)
            text.Append("| ").AppendJoin(" | ", row.Select(Plain)).Append(" |\n");
        foreach (var note in Notes(recipe))
            text.Append($"\n* {Plain(note)}");
        return text.Append('\n').ToString();
    }

    /// <summary>For a console: columns of equal width; no row is longer than it must be.</summary>
    public IEnumerable<string> Lines()
    {
        string[][] rows = [[.. Columns.Select(column => column.Head)], .. Rows.Select(row => row.Select(TerminalText.Escaped).ToArray())];
        int[] widths = [.. Columns.Select((_, i) => rows.Max(row => row[i].Length))];
        return rows.Select(row => string.Join("  ", row.Select((text, i) => text.PadRight(widths[i]))).TrimEnd());
    }

    /// <summary>What the recipe says of itself, and how values were measured; each once.</summary>
    public IEnumerable<string> Notes(Recipe recipe) => recipe.Notes.Concat(_cells.SelectMany(cell => cell.Notes))
        .Concat(_cells.Select(cell => cell.Source).OfType<string>().Where(source => source != recipe.Source)
            .Select(source => $"Published values from {source}")).Distinct();

    /// <summary>With a comma it would be two cells.</summary>
    private static bool IsNumber(string text) => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _);

    private static Func<ExperimentCell, string> Setting(string name) =>
        cell => cell.Settings.TryGetValue(name, out var value) ? OptionValue.Text(value) : "";

    private static string Remark(ExperimentCell cell) => cell.Status switch
    {
        CellStatus.Done => cell.Reason ?? "",
        CellStatus.Published => "paper only",
        var status => string.Join(": ", new[] { $"{status}".ToLowerInvariant(), cell.Reason }.OfType<string>()),
    };

    private static string Plain(string text) =>
        TerminalText.Escaped(text.Replace('\n', ' ')).Replace("|", "\\|", StringComparison.Ordinal);
}
