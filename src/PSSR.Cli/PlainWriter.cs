using System.Text;
using PSSR.Options;

namespace PSSR.Cli;

/// <summary>Where lines go: names of files, cards and records are in them, and whatever these hold, one line stays one line and no terminal
/// obeys it. JSON isn't changed by it: it holds no such characters.</summary>
internal sealed class PlainWriter(TextWriter inner) : TextWriter
{
    public override Encoding Encoding => inner.Encoding;

    public override void WriteLine(string? value) => inner.WriteLine(value is null ? null : TerminalText.Escaped(value));

    public override void Write(char value) => inner.Write(value);

    public override void Write(string? value) => inner.Write(value);

    public override void WriteLine() => inner.WriteLine();

    public override void Flush() => inner.Flush();
}
