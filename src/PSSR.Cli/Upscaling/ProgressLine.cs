using System.Diagnostics;
using PSSR.Sets;

namespace PSSR.Cli.Upscaling;

/// <summary>One line on standard error that is written over, at most ten times a second; nothing where that is no terminal.</summary>
internal sealed class ProgressLine(int files) : IProgress<UpscaleProgress>
{
    private readonly bool visible = !Console.IsErrorRedirected;
    private readonly Lock gate = new(); // reports come from the network's thread
    private readonly Stopwatch sinceLast = Stopwatch.StartNew();
    private string input = "";
    private int file;
    private bool written;

    public void Report(UpscaleProgress value)
    {
        if (!visible)
            return;
        lock (gate)
        {
            if (value.Input != input)
                (input, file) = (value.Input, file + 1);
            if (written && sinceLast.ElapsedMilliseconds < 100)
                return;
            sinceLast.Restart();
            written = true;
            var of = value.Expected is { } expected ? $" of {expected}" : "";
            Console.Error.Write($"\r\e[K{file} of {files}: {Path.GetFileName(value.Input)}, evaluation {value.Evaluation}{of}");
        }
    }

    /// <summary>Clears the line and writes something else in its place.</summary>
    public void Interrupt(Action write)
    {
        lock (gate)
        {
            if (written)
                Console.Error.Write("\r\e[K");
            written = false;
            write();
        }
    }
}
