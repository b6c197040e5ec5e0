using System.CommandLine;
using System.Diagnostics;
using PSSR.Cli.Binding;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cli.Upscaling;

/// <summary>One line on standard error that is written over, at most ten times a second; nothing where that is no terminal, and with
/// --quiet.</summary>
/// <param name="files">How many there will be; 0: nobody knows.</param>
internal sealed class ProgressLine(ParseResult parsed, int files) : IProgress<UpscaleProgress>
{
    private readonly TextWriter _error = parsed.InvocationConfiguration.Error;
    private readonly bool _visible = !Console.IsErrorRedirected && !QuietOption.IsGiven(parsed);
    private readonly Lock _gate = new(); // reports come from the network's threads
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private bool _written;

    public void Report(UpscaleProgress value)
    {
        if (!_visible)
            return;
        lock (_gate)
        {
            if (_written && _sinceLast.ElapsedMilliseconds < 100)
                return;
            _sinceLast.Restart();
            _written = true;
            _error.Write($"\r\e[K{Line(value, files)}");
        }
    }

    internal static string Line(UpscaleProgress value, int files)
    {
        var name = TerminalText.Escaped(Path.GetFileName(value.Input));
        var line = $"{value.Number}{(files > 0 ? $" of {files}" : "")}: {name}";
        if (value.Evaluation > 0)
            line += $", evaluation {value.Evaluation}{(value.Expected is { } all ? $" of {all}" : "")}";
        return value.Left is { } left ? FormattableString.Invariant($"{line}, {(long)left.TotalHours}:{left:mm\\:ss} left") : line;
    }

    /// <summary>Clears the line and writes something else in its place.</summary>
    public void Interrupt(Action write)
    {
        lock (_gate)
        {
            if (_written)
                _error.Write("\r\e[K");
            _written = false;
            write();
        }
    }
}
