using System.Diagnostics;
using System.Management.Automation;
using PSSR.Runs;

namespace PSSR.Cmdlets;

/// <summary>Turns a run's progress into the shell's: the picture on one level, its network evaluations below, at most five times a second.</summary>
internal sealed class UpscaleProgressWriter(Cmdlet cmdlet)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch sinceLast = new();
    private readonly Stopwatch onPicture = new();
    private string input = "";
    private int pictures;

    /// <summary>Progress that is reported on the worker thread and written on the pipeline's.</summary>
    public IProgress<UpscaleProgress> From(Action<Action> send) => new Sender(this, send);

    public void Complete()
    {
        if (pictures > 0)
            cmdlet.WriteProgress(new ProgressRecord(0, "Upscaling", "done") { RecordType = ProgressRecordType.Completed });
    }

    private void Report(UpscaleProgress value, Action<Action> send)
    {
        if (value.Input != input)
        {
            (input, pictures) = (value.Input, pictures + 1);
            onPicture.Restart();
        }
        else if (sinceLast.Elapsed < Interval)
        {
            return;
        }
        sinceLast.Restart();
        var picture = new ProgressRecord(0, "Upscaling", $"{pictures}: {Path.GetFileName(value.Input)}");
        var step = new ProgressRecord(1, "Network", $"evaluation {value.Evaluation}") { ParentActivityId = 0 };
        if (value.Expected is > 0 and { } expected)
        {
            // A report comes before its evaluation, so one less is done.
            var done = value.Evaluation - 1;
            step.StatusDescription += $" of {expected}";
            step.PercentComplete = Math.Clamp(100 * done / expected, 0, 100);
            if (done > 0)
                step.SecondsRemaining = (int)(onPicture.Elapsed.TotalSeconds * (expected - done) / done);
        }
        send(() =>
        {
            cmdlet.WriteProgress(picture);
            cmdlet.WriteProgress(step);
        });
    }

    private sealed class Sender(UpscaleProgressWriter writer, Action<Action> send) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => writer.Report(value, send);
    }
}
