using System.Diagnostics;
using System.Management.Automation;
using PSSR.Sets;

namespace PSSR.Cmdlets.Bases;

/// <summary>Turns a run's progress into the shell's: the picture on one level, its network evaluations below, at most five times a second.</summary>
internal sealed class UpscaleProgressWriter(Cmdlet cmdlet)
{
    private const string Activity = "Upscaling";

    private readonly Stopwatch sinceLast = new();
    private readonly Stopwatch onPicture = new();
    private readonly Stopwatch onSet = Stopwatch.StartNew();
    private string input = "";
    private int expected, finished, computed;
    private bool shown;

    /// <summary>Tells of pictures to come.</summary>
    public void Expect(int pictures) => Interlocked.Add(ref expected, pictures);

    /// <summary>A picture has been dealt with.</summary>
    /// <param name="evaluated">Whether the network had to do with it: others take no time.</param>
    public void Finished(bool evaluated)
    {
        Interlocked.Increment(ref finished);
        if (evaluated)
            Interlocked.Increment(ref computed);
    }

    /// <summary>Progress that is reported on the worker thread and written on the pipeline's.</summary>
    public IProgress<UpscaleProgress> From(Action<Action> send) => new Sender(this, send);

    public void Complete()
    {
        if (shown)
            cmdlet.WriteProgress(new ProgressRecord(0, Activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    private void Report(UpscaleProgress value, Action<Action> send)
    {
        if (value.Input != input)
        {
            input = value.Input;
            onPicture.Restart();
        }
        if (shown && sinceLast.Elapsed < FileProgressWriter.Interval)
            return;
        sinceLast.Restart();
        shown = true;
        var picture = FileProgressWriter.Record(Activity, value.Input, Volatile.Read(ref finished), Volatile.Read(ref expected), Volatile.Read(ref computed), onSet.Elapsed);
        var step = new ProgressRecord(1, "Network", $"evaluation {value.Evaluation}") { ParentActivityId = 0 };
        if (value.Expected is > 0 and { } all)
        {
            // A report comes before its evaluation, so one less is done.
            var done = value.Evaluation - 1;
            step.StatusDescription += $" of {all}";
            step.PercentComplete = Math.Clamp(100 * done / all, 0, 100);
            if (done > 0)
                step.SecondsRemaining = (int)(onPicture.Elapsed.TotalSeconds * (all - done) / done);
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
