using System.Collections.Concurrent;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Arrays;

/// <summary>
/// One shard of an array, run by this process: the pictures of its manifest, with the array's options and the shard's own log. It looks
/// for the array's mark to stop, and leaves signs of life, what its log says by now, and its exit code in the array's folder.
/// </summary>
public sealed class ShardRun : IDisposable
{
    /// <summary>How often the mark to stop is looked for.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(3);

    /// <summary>Before the last sign is tried once more.</summary>
    private static readonly TimeSpan SecondTry = TimeSpan.FromSeconds(1);

    /// <summary>Those of this process, by their sign: a sign of its own that isn't here is of one whose end couldn't be written.</summary>
    private static readonly ConcurrentDictionary<string, ShardRun> Here = new();

    private readonly ArrayJob _job;
    private readonly string _place; // of its sign; as it was at first, for the folder may go
    private readonly int _shard;
    private readonly CancellationTokenSource _stop = new();
    private readonly UpscaleRun _run;
    private readonly ShardLog _log;
    private readonly ShardSign? _earlier;
    private readonly Timer _timer;
    private readonly Lock _guard = new();
    private ShardSign _sign = new(ProcessIdentity.Current, DateTimeOffset.UtcNow);
    private long? _beat; // since the machine began: its clock may be set

    /// <param name="folder">The array's.</param>
    /// <param name="shard">From 0.</param>
    /// <exception cref="PssrException">Kind Option: there is no such array or shard, or it runs already; or as of any run.</exception>
    public ShardRun(string folder, int shard)
    {
        _job = ArrayJob.Read(folder);
        _shard = shard;
        if (shard < 0 || shard >= _job.Pictures.Count)
            throw OptionCheck.Bad("ShardIndex", $"ShardIndex: {shard} is outside 0 to {_job.Pictures.Count - 1}, the shards of '{folder}'");
        _place = RealPath.Of(_job.Folder.Sign(shard));
        _log = new ShardLog(_job.Folder.Log(shard));
        _earlier = Sign();
        var runner = _earlier?.IsRunning(_job.Folder, shard) == true ? _earlier.Process
            : Here.TryAdd(_place, this) ? null : ProcessIdentity.Current;
        if (runner is not null)
            throw OptionCheck.Bad("ShardIndex",
                $"ShardIndex: {shard} of '{folder}' is run by {runner} already; wait for it, or stop the array");
        TrySign(_sign);
        try
        {
            var set = _job.Options.Set with { ShardIndex = shard, LogPath = _job.Folder.Log(shard) };
            _run = new UpscaleRun(_job.Options with { Set = set });
        }
        catch (PssrException)
        {
            End(3);
            throw;
        }
        _timer = new Timer(_ => OnTime(), null, TimeSpan.Zero, Look);
    }

    /// <summary>Whether this process runs the shard of that sign.</summary>
    internal static bool IsHere(string sign) => Here.ContainsKey(RealPath.Of(sign));

    /// <summary>How many pictures it has.</summary>
    public int Pictures => _job.Pictures[_shard];

    /// <summary>The results, in the order of the manifest.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped: by <paramref name="cancellation"/>, or the array was.</exception>
    /// <inheritdoc cref="UpscaleRun.Upscale(IEnumerable{InputFile}, IProgress{UpscaleProgress}?, CancellationToken)"/>
    public IEnumerable<UpscaleResult> Upscale(IProgress<UpscaleProgress>? progress, CancellationToken cancellation)
    {
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellation, _stop.Token);
        var files = _run.Select(ArrayManifest.Read(_job.Folder, _shard).Select(line => line.File), isAll: false);
        foreach (var result in _run.Upscale(files, progress, both.Token))
            yield return result;
    }

    /// <summary>Ends the shard, and says so in the array's folder.</summary>
    /// <param name="stopped">It wasn't gone through.</param>
    public UpscaleSummary Summarise(bool stopped)
    {
        if (stopped)
            _run.Dispose(); // what is being written is finished, and counts
        var summary = _run.Summarise(stopped);
        End(summary.ExitCode, leaves: !stopped && summary.InWork > 0);
        return summary;
    }

    /// <summary>For a process that will be killed before its evaluation ends: see <see cref="UpscaleRun.GiveBack"/>. It counts as
    /// stopped. Any thread may call it.</summary>
    public void GiveBack()
    {
        _run.GiveBack();
        End(_run.Summarise(stopped: true).ExitCode);
    }

    public void Dispose()
    {
        _timer.Dispose();
        _run.Dispose();
        if (_sign.Ended is null)
            End(_run.Summarise(stopped: true).ExitCode);
        _stop.Dispose();
    }

    /// <param name="leaves">Another has pictures of it in work: while that one may live the shard is its own, and nobody has gone
    /// through it.</param>
    private void End(int exitCode, bool leaves = false)
    {
        lock (_guard)
        {
            _sign = _sign with { Ended = DateTimeOffset.UtcNow, ExitCode = leaves ? null : exitCode, Counts = Counted() };
            Here.TryRemove(KeyValuePair.Create(_place, this));
            if (leaves && Sign() is { } now && now.Process != _sign.Process)
                return;
            var last = leaves && _earlier is { Ended: null } && _earlier.Process != _sign.Process
                && _earlier.Process.IsRunning() != false ? _earlier : _sign;
            if (TrySign(last))
                return;
            Thread.Sleep(SecondTry);
            TrySign(last);
        }
    }

    /// <summary>Who runs it by now, or did last; null: nobody has yet, or the file can't be read.</summary>
    private ShardSign? Sign()
    {
        try
        {
            return ShardSign.Read(_job.Folder, _shard);
        }
        catch (PssrException)
        {
            return null;
        }
    }

    /// <summary>Whether the folder has taken the sign. A share that answers late ends no shard: without a sign it only seems
    /// dead.</summary>
    private bool TrySign(ShardSign sign)
    {
        try
        {
            sign.Write(_job.Folder, _shard);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Null: the log can't be read just now, and who asks must try it himself.</summary>
    private ShardCounts? Counted()
    {
        try
        {
            return _log.Follow().Counts;
        }
        catch (PssrException)
        {
            return null;
        }
    }

    private void OnTime()
    {
        try
        {
            if (File.Exists(_job.Folder.Stop))
                _stop.Cancel();
            lock (_guard)
            {
                if (_sign.Ended is not null || Environment.TickCount64 - _beat < ShardSign.Beat.TotalMilliseconds)
                    return;
                _sign = _sign with { Counts = Counted() };
                if (TrySign(_sign))
                    _beat = Environment.TickCount64;
            }
        }
        catch (ObjectDisposedException)
        {
            // The last look of a shard that has ended.
        }
    }
}
