using System.Text;

namespace PSSR.Report;

/// <summary>A table of a report's page: without rows there is none, and a column that is empty in all of them is left out.</summary>
internal static class HtmlTable
{
    /// <param name="rows">Cells as HTML, as many as headers.</param>
    public static void Append(StringBuilder html, string caption, string[] headers, IEnumerable<string[]> rows)
    {
        var all = rows.ToList();
        if (all.Count == 0)
            return;
        int[] columns = [.. Enumerable.Range(0, headers.Length).Where(column => all.Any(row => row[column].Length > 0))];
        html.Append($"<table><caption>{caption}</caption><tr>").AppendJoin("", columns.Select(column => $"<th>{headers[column]}"))
            .Append("</tr>\n");
        foreach (var row in all)
            html.Append("<tr>").AppendJoin("", columns.Select(column => $"<td>{row[column]}")).Append("</tr>\n");
        html.Append("</table>\n");
    }
}
