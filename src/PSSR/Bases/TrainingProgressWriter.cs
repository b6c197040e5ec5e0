using System.Diagnostics;
using System.Management.Automation;
using PSSR.Training;

namespace PSSR.Cmdlets.Bases;

/// <summary>A training's progress as the shell's, twice a second.</summary>
internal sealed class TrainingProgressWriter(Cmdlet cmdlet, Action<Action> send) : IProgress<TrainingProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private readonly Stopwatch sinceLast = new();

    public void Report(TrainingProgress value)
    {
        if (sinceLast.IsRunning && sinceLast.Elapsed < Interval)
            return;
        sinceLast.Restart();
        var record = new ProgressRecord(0, "Training", FormattableString.Invariant($"step {value.Step} of {value.Steps}, loss {value.Loss:0.0000}"))
        {
            PercentComplete = (int)(100 * value.Step / value.Steps),
            SecondsRemaining = value.Remaining is { } left ? (int)left.TotalSeconds : -1,
        };
        send(() => cmdlet.WriteProgress(record));
    }
}
