using System.Diagnostics;
using PSSR.DiffSr.Field;

namespace PSSR.Cli.Upscaling;

/// <summary>A search's progress on standard error, written over, at most ten times a second; nothing where that is no terminal.</summary>
internal sealed class FieldLine(TextWriter error) : IProgress<FieldProgress>
{
    private readonly bool _visible = !Console.IsErrorRedirected;
    private readonly Stopwatch _sinceLast = Stopwatch.StartNew();
    private bool _written;

    public void Report(FieldProgress value)
    {
        if (!_visible || (_written && _sinceLast.ElapsedMilliseconds < 100))
            return;
        _sinceLast.Restart();
        _written = true;
        error.Write($"\r\e[K{value.Stage}{(value.Total is { } total ? $": {value.Done} of {total} at most" : "")}");
    }

    /// <summary>Clears the line before something else is written.</summary>
    public void Finish()
    {
        if (!_written)
            return;
        _written = false;
        error.Write("\r\e[K");
    }
}
