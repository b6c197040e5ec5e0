using System.Diagnostics;
using System.Management.Automation;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets.Bases;

/// <summary>
/// Which file of a set is at work, how much is done and how long the rest will take, at most five times a second; below it, where there is
/// one, the network's evaluations of that file. Where output is redirected the shell itself shows nothing.
/// </summary>
internal sealed class FileProgressWriter(WorkerCmdlet cmdlet, string activity)
{
    public static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    private readonly Stopwatch _sinceLast = new();
    private readonly Stopwatch _sinceFirst = new();
    private readonly Lock _gate = new(); // the network has several threads
    private int _begun, _expected, _finished, _timed;
    private readonly Stopwatch _sinceStep = new();
    private bool _shown, _stepShown, _more;

    /// <summary>Tells of files to come. While a pipeline feeds them one by one nobody knows how many there will be, and the bar says
    /// so.</summary>
    public void Expect(int files)
    {
        _more = cmdlet.MyInvocation.ExpectingInput;
        Interlocked.Add(ref _expected, files);
    }

    /// <summary>No more will come.</summary>
    public void ExpectNoMore() => _more = false;

    /// <summary>A file's turn has come.</summary>
    public void Begin(string path) => Show(path, _begun, _expected);

    /// <summary>The same where the work knows itself how far it is.</summary>
    /// <param name="total">No more than <paramref name="done"/> + 1 where it is unknown.</param>
    public void Show(string path, int done, int total)
    {
        _begun = done + 1;
        _sinceFirst.Start();
        if (IsDue(_sinceLast))
            cmdlet.WriteProgress(Record(path, done, total, done));
    }

    /// <summary>A file has been dealt with, of those that <see cref="From"/> tells of.</summary>
    /// <param name="evaluated">Whether the network had to do with it: others take no time.</param>
    public void Finished(bool evaluated)
    {
        Interlocked.Increment(ref _finished);
        if (evaluated)
            Interlocked.Increment(ref _timed);
    }

    /// <summary>Progress that is reported on another thread and written on the pipeline's.</summary>
    public IProgress<UpscaleProgress> From(Action<Action> send)
    {
        _sinceFirst.Start();
        return new Sender(this, send);
    }

    public void Complete()
    {
        if (_shown)
            cmdlet.WriteProgress(new ProgressRecord(0, activity, "done") { RecordType = ProgressRecordType.Completed });
    }

    private void Report(UpscaleProgress value, Action<Action> send)
    {
        if (!IsDue(value.Evaluation > 0 ? _sinceStep : _sinceLast))
            return;
        var file = Record(value.Input, Volatile.Read(ref _finished), Volatile.Read(ref _expected), Volatile.Read(ref _timed));
        send(() =>
        {
            cmdlet.WriteProgress(file);
            if (value.Evaluation > 0)
                cmdlet.WriteProgress(Network(value));
            else if (_stepShown) // of the picture before
                cmdlet.WriteProgress(new(1, "Network", "done") { ParentActivityId = 0, RecordType = ProgressRecordType.Completed });
            _stepShown = value.Evaluation > 0;
        });
    }

    private static ProgressRecord Network(UpscaleProgress value)
    {
        var step = new ProgressRecord(1, "Network", $"evaluation {value.Evaluation}") { ParentActivityId = 0 };
        if (value.Expected is > 0 and { } all)
        {
            step.StatusDescription += $" of {all}";
            step.PercentComplete = Math.Clamp(100 * (value.Evaluation - 1) / all, 0, 100); // told of before it is done
        }
        if (value.Left is { } left)
            step.SecondsRemaining = (int)Math.Min(left.TotalSeconds, int.MaxValue);
        return step;
    }

    /// <param name="since">The last of its kind: files and evaluations don't take each other's turns.</param>
    private bool IsDue(Stopwatch since)
    {
        lock (_gate)
        {
            if (since.IsRunning && since.Elapsed < Interval)
                return false;
            since.Restart();
            return _shown = true;
        }
    }

    /// <param name="took">How many of those that are done took the time that has passed; others were skipped.</param>
    private ProgressRecord Record(string path, int done, int total, int took)
    {
        var known = total > done + 1 || done > 0 && total > done;
        var of = _more ? $" of {Math.Max(total, done + 1)} so far" : known ? $" of {total}" : "";
        var record = new ProgressRecord(0, activity, $"{done + 1}{of}: {TerminalText.Escaped(Path.GetFileName(path))}");
        if (!known || _more)
            return record;
        record.PercentComplete = Math.Clamp(100 * done / total, 0, 100);
        if (took > 0)
            record.SecondsRemaining = (int)Math.Min(_sinceFirst.Elapsed.TotalSeconds * (total - done) / took, int.MaxValue);
        return record;
    }

    private sealed class Sender(FileProgressWriter writer, Action<Action> send) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => writer.Report(value, send);
    }
}
