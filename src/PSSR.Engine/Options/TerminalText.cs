using System.Text;

namespace PSSR.Options;

/// <summary>Text of files (names, cards, records) on its way to a terminal or a log: it must not act there.</summary>
public static class TerminalText
{
    /// <summary>Control characters, line separators and what turns the direction of writing as C# and JSON write them: <c>\n</c>,
    /// <c>\u001b</c>.</summary>
    public static string Escaped(string text)
    {
        if (!text.Any(Acts))
            return text;
        var shown = new StringBuilder();
        foreach (var c in text)
            shown.Append(c switch { '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", _ => Acts(c) ? $"\\u{(int)c:x4}" : $"{c}" });
        return shown.ToString();
    }

    private static bool Acts(char c) =>
        char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
