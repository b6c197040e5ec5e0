using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using PSSR.Cli.Binding;
using PSSR.Training;

namespace PSSR.Cli.Building;

/// <summary>Training progress on standard error: a line that is written over on a terminal, else a line a minute for a log; with --quiet
/// none.</summary>
internal sealed class TrainingLine(ParseResult parsed) : IProgress<TrainingProgress>
{
    private readonly TextWriter _error = parsed.InvocationConfiguration.Error;
    private readonly bool _quiet = QuietOption.IsGiven(parsed), _terminal = !Console.IsErrorRedirected;
    private readonly Stopwatch _sinceLast = new();

    private string _stage = "";

    public void Report(TrainingProgress value)
    {
        if (value.LeftOut is { } unfit)
        {
            _error.WriteLine($"pssr: {unfit.Message} It is left out.");
            return;
        }
        if (_quiet)
            return;
        var pause = _terminal ? TimeSpan.FromMilliseconds(500) : TimeSpan.FromMinutes(1);
        if (value.Stage == _stage && _sinceLast.IsRunning && _sinceLast.Elapsed < pause)
            return;
        _sinceLast.Restart();
        _stage = value.Stage;
        var left = value.Remaining is { } remaining ? $", {remaining:d\\.hh\\:mm\\:ss} left" : "";
        var line = string.Create(CultureInfo.InvariantCulture,
            $"{(_stage.Length > 0 ? $"{_stage}: " : "")}step {value.Step} of {value.Steps}, "
            + $"loss {value.Loss:0.0000}, rate {value.LearningRate:0.0e+0}, {value.SecondsPerStep:0.000} s a step{left}");
        if (_terminal)
            _error.Write($"\r\e[K{line}");
        else
            _error.WriteLine(line);
    }

    public void Finish()
    {
        if (_terminal && !_quiet)
            _error.WriteLine();
    }
}
