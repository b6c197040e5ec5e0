using System.Diagnostics;
using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>Which file of a set is at work, how much is done and how long the rest will take, at most five times a second. Where output is redirected the shell itself shows nothing.</summary>
internal sealed class FileProgressWriter(Cmdlet cmdlet, string activity)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch sinceLast = new();
    private readonly Stopwatch sinceFirst = new();
    private int begun, expected;

    /// <summary>Tells of files to come. What comes by pipeline comes one by one, and then nobody knows how many are left.</summary>
    public void Expect(int files) => expected += files;

    /// <summary>A file's turn has come.</summary>
    public void Begin(string path) => Show(path, begun, expected);

    /// <summary>The same where the work knows itself how far it is.</summary>
    /// <param name="total">No more than <paramref name="done"/> + 1 where it is unknown.</param>
    public void Show(string path, int done, int total)
    {
        begun = done + 1;
        sinceFirst.Start();
        if (sinceLast.IsRunning && sinceLast.Elapsed < Interval)
            return;
        sinceLast.Restart();
        cmdlet.WriteProgress(Record(activity, path, done, total, done, sinceFirst.Elapsed));
    }

    public void Complete()
    {
        if (begun > 0)
            cmdlet.WriteProgress(new ProgressRecord(0, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    /// <param name="timed">How many of those that are done took the time that has passed; others were skipped.</param>
    public static ProgressRecord Record(string activity, string path, int done, int total, int timed, TimeSpan passed)
    {
        var known = total > done + 1 || done > 0 && total > done;
        var record = new ProgressRecord(0, activity, $"{done + 1}{(known ? $" of {total}" : "")}: {Path.GetFileName(path)}");
        if (!known)
            return record;
        record.PercentComplete = Math.Clamp(100 * done / total, 0, 100);
        if (timed > 0)
            record.SecondsRemaining = (int)Math.Min(passed.TotalSeconds * (total - done) / timed, int.MaxValue);
        return record;
    }
}
