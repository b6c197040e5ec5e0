using System.Diagnostics;
using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>How far one long piece of work on another thread is, at most five times a second.</summary>
/// <param name="send">To the pipeline's thread: only that may write.</param>
internal sealed class WorkProgressWriter(WorkerCmdlet cmdlet, Action<Action> send, string activity)
{
    private readonly Stopwatch _sinceLast = new();
    private string _stage = "";

    /// <param name="status">What is being done, and how far that is.</param>
    /// <param name="share">Of 1; null where it is unknown.</param>
    /// <param name="remaining">Null where it is unknown.</param>
    /// <param name="stage">Where this changes, it is shown at once.</param>
    public void Show(string status, double? share, TimeSpan? remaining = null, string stage = "")
    {
        if (stage == _stage && _sinceLast.IsRunning && _sinceLast.Elapsed < FileProgressWriter.Interval)
            return;
        _stage = stage;
        _sinceLast.Restart();
        var record = new ProgressRecord(0, activity, status);
        if (share is { } known)
            record.PercentComplete = Math.Clamp((int)(100 * known), 0, 100);
        if (remaining is { } left)
            record.SecondsRemaining = (int)Math.Min(left.TotalSeconds, int.MaxValue);
        send(() => cmdlet.WriteProgress(record));
    }

    public void Complete()
    {
        var record = new ProgressRecord(0, activity, "done") { RecordType = ProgressRecordType.Completed };
        send(() => cmdlet.WriteProgress(record));
    }
}
