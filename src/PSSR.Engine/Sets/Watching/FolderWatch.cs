using System.Diagnostics;
using PSSR.Pictures.Stored;
using PSSR.Sets.Inputs;

namespace PSSR.Sets.Watching;

/// <summary>
/// Folders in which pictures arrive: gives each when it is whole. The folders are looked at every polling interval, and at once where the
/// system tells of a change. A folder that is gone is waited for, and what was known of its pictures stays known.
/// </summary>
/// <param name="folders">Full paths; they may come later.</param>
/// <param name="changes">Told on the caller's thread of pictures that came and of those that went, at each look.</param>
/// <param name="tell">Gets a sentence for people where a folder goes or comes back.</param>
internal sealed class FolderWatch(IReadOnlyList<string> folders, bool recurse, WatchOptions options,
    Action<List<InputFile>, List<InputFile>> changes, Action<string> tell) : IDisposable
{
    /// <summary>Between two looks, however often the system tells of changes; and four times as long as a look takes.</summary>
    private static readonly TimeSpan LeastPause = TimeSpan.FromMilliseconds(250);

    private readonly WatchedFiles _files = new(TimeSpan.FromSeconds(options.SettlingTime), StoredEnd.IsThere);
    private readonly ChangeSignal _signal = new(recurse);
    private readonly HashSet<string> _missing = [], _remarked = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private TimeSpan _nextLook, _earliestLook;

    public WatchedFiles Files => _files;

    public TimeSpan Now => _clock.Elapsed;

    /// <summary>Waits for pictures that are ready.</summary>
    /// <param name="whenIdle">Called once when no picture has come for the model's timeout.</param>
    /// <returns>Empty when none came for the idle timeout.</returns>
    /// <exception cref="OperationCanceledException"/>
    public List<InputFile> Next(int most, Action whenIdle, CancellationToken cancellation)
    {
        var (idleSince, isTold, lastLook) = (Now, false, false);
        while (true)
        {
            cancellation.ThrowIfCancellationRequested();
            if (Now >= _nextLook)
                Look();
            if (_files.Take(most, Now) is { Count: > 0 } ready)
                return ready;
            if (!_files.IsQuiet)
                (idleSince, lastLook) = (Now, false);
            if (Now - idleSince >= Seconds(options.IdleTimeout))
            {
                if (lastLook)
                    return [];
                (_nextLook, lastLook) = (Now, true); // where changes aren't told, the last look may be long ago
                continue;
            }
            if (!isTold && Now - idleSince >= Seconds(options.ModelTimeout))
            {
                isTold = true;
                whenIdle();
            }
            Wait(idleSince, isTold, cancellation);
        }
    }

    public void Dispose() => _signal.Dispose();

    private void Look()
    {
        var start = Now;
        var (found, kept) = (new List<InputFile>(), new List<string>());
        foreach (var folder in folders)
        {
            if (!Directory.Exists(folder))
            {
                kept.Add(folder);
                _signal.Leave(folder);
                if (_missing.Add(folder))
                    tell($"The folder '{folder}' isn't there. It is waited for.");
                continue;
            }
            if (_missing.Remove(folder))
                tell($"The folder '{folder}' is there now.");
            _signal.Listen(folder); // before the look: what comes during it is told
            var all = FileSet.Literal(folder, recurse).ToList();
            found.AddRange(all.Where(file => file.Unmatched is null));
            if (all.FirstOrDefault(file => file.TellsOtherKinds) is { Unmatched: { } remark } && _remarked.Add(folder))
                tell(remark);
        }
        kept.AddRange(found.Where(file => file.Problem is not null).Select(file => file.Path));
        var (appeared, gone) = _files.See(found, path => kept.Any(folder => IsBelow(folder, path)), Now);
        changes(appeared, gone);
        _earliestLook = Now + Max(LeastPause, 4 * (Now - start));
        _nextLook = Max(_earliestLook, Now + TimeSpan.FromSeconds(options.PollingInterval));
    }

    private void Wait(TimeSpan idleSince, bool isTold, CancellationToken cancellation)
    {
        var until = new[]
        {
            _nextLook, _files.NextDue ?? TimeSpan.MaxValue, idleSince + Seconds(options.IdleTimeout),
            isTold ? TimeSpan.MaxValue : idleSince + Seconds(options.ModelTimeout),
        }.Min();
        var pause = WatchOptions.Pause(Max(until - Now, TimeSpan.FromMilliseconds(1)));
        // Together with what else happens meanwhile: a copy is told of many times.
        if (WaitHandle.WaitAny([_signal.Changed, cancellation.WaitHandle], pause) != 0)
            return;
        cancellation.WaitHandle.WaitOne(Max(_earliestLook - Now, TimeSpan.Zero));
        _nextLook = Now;
    }

    /// <summary>Years where there is no limit.</summary>
    private static TimeSpan Seconds(double? value) => TimeSpan.FromSeconds(value ?? 10 * WatchOptions.MaxSeconds);

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;

    internal static bool IsBelow(string folder, string path) => !GivenSet.IsOutside(Path.GetRelativePath(folder, path));
}
