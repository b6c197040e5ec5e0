using PSSR.Host.Downloads;

namespace PSSR.Cli;

/// <summary>One line that is written over, at most ten times a second; nothing where standard error is no terminal.</summary>
internal sealed class ProgressLine(TextWriter error) : IProgress<InstallProgress>
{
    private long _last;

    public void Report(InstallProgress value)
    {
        if (Console.IsErrorRedirected || (value.Share is not 1 && Environment.TickCount64 - _last < 100))
            return;
        _last = Environment.TickCount64;
        error.Write($"\r\e[K{value.Doing}\r");
    }
}
