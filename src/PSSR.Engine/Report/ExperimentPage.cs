using System.Net;
using System.Text;
using PSSR.Drawing;
using PSSR.Experiments;
using PSSR.Experiments.Recipes;
using PSSR.Experiments.Results;
using PSSR.Host;
using PSSR.Sets;

namespace PSSR.Report;

/// <summary>The page of an experiment: the table, the charts, and what each cell made of its set's first picture. It needs nothing
/// else.</summary>
internal static class ExperimentPage
{
    /// <summary>Most pictures on a page, and their longer side in pixels.</summary>
    private const int MostPictures = 200, Side = 256;

    public static string Compose(Recipe recipe, IReadOnlyList<ExperimentCell> cells, Action<PssrException> onBad,
        CancellationToken cancellation)
    {
        var table = new ExperimentTable(cells, recipe.Metrics.Show);
        var title = recipe.Title.Length > 0 ? recipe.Title : recipe.Name;
        var html = new StringBuilder();
        html.Append("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + $"content=\"width=device-width\">\n<title>{Text(title)}</title>\n<style>{HtmlParts.Style}</style>\n</head>\n<body>\n");
        html.Append($"<h1>{Text(title)}</h1>\n");
        if (recipe.Source.Length > 0)
            html.Append($"<p class=\"lead\">Published: {Text(recipe.Source)}</p>\n");
        HtmlTable.Append(html, "Ours, and the paper's", [.. table.Columns.Select(column => Text(column.Head))],
            table.Rows.Select(row => row.Select(Text).ToArray()));
        if (ExperimentCharts.Of(recipe, cells) is { Count: > 0 } charts)
            html.Append("<div class=\"charts\">").Append(Chart.Svg(charts)).Append("</div>\n");
        Pictures(html, cells, onBad, cancellation);
        foreach (var note in table.Notes(recipe))
            html.Append($"<p class=\"note\">{Text(note)}</p>\n");
        html.Append($"<footer>Made by PSSR {Text(PssrEnvironment.Version)}.</footer>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Pictures(StringBuilder html, IReadOnlyList<ExperimentCell> cells, Action<PssrException> onBad,
        CancellationToken cancellation)
    {
        var left = MostPictures;
        foreach (var set in cells.Where(cell => cell is { Status: CellStatus.Done, Folder: not null })
            .GroupBy(cell => FormattableString.Invariant($"{cell.Data} {cell.Degrade} {cell.Scale:0.###}×")))
        {
            html.Append($"<h2>{Text(set.Key)}</h2>\n<div class=\"crops\">");
            foreach (var cell in set.Take(left))
            {
                cancellation.ThrowIfCancellationRequested();
                left--;
                try
                {
                    var caption = string.Join(' ', new[] { cell.Method, $"{cell.Settings}" }.Where(part => part.Length > 0));
                    if (FileSet.Literal(cell.Folder!, recurse: true, results: true)
                        .FirstOrDefault(file => file is { Problem: null, Unmatched: null }) is { } first)
                        html.Append($"<figure><img alt=\"{Text(caption)}\" src=\"{ReportPictures.Inline(first.Path, Side)}\">"
                            + $"<figcaption>{Text(caption)}</figcaption></figure>\n");
                }
                catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
                {
                    onBad(e);
                }
            }
            html.Append("</div>\n");
        }
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
