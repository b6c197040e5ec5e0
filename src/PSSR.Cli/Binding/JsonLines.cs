using System.Globalization;

namespace PSSR.Cli.Binding;

/// <summary>Lines of JSON on standard output and error: programs read them, and must find every name in them as it is.</summary>
internal static class JsonLines
{
    private const int Utf8 = 65001, Utf16 = 1200;

    /// <summary>A line as the writer can write it: what its encoding may lack (a code page of Windows) is escaped, which readers of JSON
    /// undo.</summary>
    public static string For(TextWriter writer, string json) => writer.Encoding.CodePage is Utf8 or Utf16 ? json : string.Concat(
        json.Select(c => char.IsAscii(c) ? c.ToString() : string.Create(CultureInfo.InvariantCulture, $@"\u{(int)c:x4}")));
}
