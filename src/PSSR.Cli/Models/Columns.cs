namespace PSSR.Cli.Models;

/// <summary>A table for a person: each column is as wide as its widest cell, whatever models are called.</summary>
internal static class Columns
{
    /// <param name="rows">All with as many cells.</param>
    public static IEnumerable<string> Lines(IReadOnlyCollection<string[]> rows) => rows.Select(row =>
        string.Join("  ", row.Select((cell, column) => cell.PadRight(rows.Max(other => other[column].Length)))).TrimEnd());
}
