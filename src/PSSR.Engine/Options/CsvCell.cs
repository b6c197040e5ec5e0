using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSSR.Options;

/// <summary>One cell of a CSV file (RFC 4180). Numbers are invariant. A text that a spreadsheet would take for a formula gets an apostrophe
/// before it, which spreadsheets read as "this is text".</summary>
public static class CsvCell
{
    /// <param name="value">A text, a number, a node of JSON; null is empty.</param>
    public static string Of(object? value)
    {
        var text = Convert.ToString(value, CultureInfo.InvariantCulture) ?? "";
        var isText = value is string || (value is JsonNode node && node.GetValueKind() != JsonValueKind.Number);
        if (isText && text is ['=' or '+' or '-' or '@' or '\t' or '\r', ..])
            text = "'" + text;
        return text.AsSpan().ContainsAny("\",\r\n") ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }
}
