using System.Text.Encodings.Web;
using System.Text.Json;

namespace PSSR.Arrays;

/// <summary>Text as one word of another language, whatever it holds.</summary>
internal static class Quoted
{
    private static readonly JsonSerializerOptions Ascii = new() { Encoder = JavaScriptEncoder.Default };

    /// <summary>One argument of a POSIX shell: nothing is special between single quotes but the quote itself.</summary>
    public static string Sh(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or '=' or ':' or ',' or '@' or '+')
            ? text : $"'{text.Replace("'", @"'\''")}'";

    /// <summary>A command of a POSIX shell.</summary>
    public static string Sh(IEnumerable<string> words) => string.Join(' ', words.Select(Sh));

    /// <summary>A text of YAML, which takes JSON's.</summary>
    public static string Yaml(string text) => JsonSerializer.Serialize(text, Ascii);

    /// <summary>An argument in a Pod's command, where Kubernetes would expand $(NAME).</summary>
    public static string PodArgument(string text) => Yaml(text.Replace("$(", "$$("));

    /// <summary>A text of PowerShell; it takes four more characters for the single quote.</summary>
    public static string PowerShell(string text) => $"'{string.Concat(text.Select(c => IsQuote(c) ? $"{c}{c}" : $"{c}"))}'";

    private static bool IsQuote(char c) => c is '\'' or (>= '\u2018' and <= '\u201b');
}
