using System.Diagnostics;
using System.Security.Cryptography;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Sets.Sharing;

/// <summary>The right to work on a picture now, or why not.</summary>
/// <param name="Claim">To be disposed when the picture's files are in place; null: nothing is to be done.</param>
/// <param name="SkipReason">Null with a claim.</param>
/// <param name="Holder">The process that has the picture in work, where that is the reason.</param>
/// <param name="IsHolderSilent">It is on another machine and has given no sign of life since this run first asked.</param>
internal sealed record Turn(Claim? Claim, string? SkipReason = null, string? Holder = null, bool IsHolderSilent = false);

/// <summary>What surrounds the work on each picture of a run: sweeping its folder, the claim on its result, the log, and the count. Any
/// thread may use it.</summary>
internal sealed class RunLedger : IDisposable
{
    private readonly UpscaleOptions _options;
    private readonly OutputPlan _plan;
    private readonly bool _dry;
    private readonly RunLog _log;
    private readonly Lock _guard = new();
    private readonly FolderSweep _sweep = new();
    private readonly Dictionary<string, DateTime?> _signs = [];
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private UpscaleSummary _sums;
    private bool _finished;

    /// <param name="dry">Nothing is written.</param>
    /// <exception cref="PssrException">Kind Option: the log can't be opened.</exception>
    public RunLedger(UpscaleOptions options, ModelIdentity models, OutputPlan plan, bool dry)
    {
        (_options, _plan, _dry) = (options, plan, dry);
        var now = DateTimeOffset.UtcNow;
        _sums = new UpscaleSummary
        {
            Run = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(4)), Started = now, Ended = now,
            ShardIndex = options.Set.ShardIndex, ShardCount = options.Set.ShardCount,
        };
        _log = new RunLog(dry ? null : options.Set.LogPath, Run);
        _log.Start(options, models);
    }

    /// <summary>Tells this run from all others, in its log, records and claims.</summary>
    public string Run => _sums.Run;

    /// <summary>Asks for the right to make a picture's result. When it is given, the result is not there (unless it is to be overwritten),
    /// and nobody else makes it.</summary>
    /// <exception cref="OperationCanceledException"/>
    /// <exception cref="PssrException">Kind Image: the output folder can't be written, or the result that came meanwhile can't be
    /// read.</exception>
    public Turn Begin(PlannedFile file, CancellationToken cancellation = default)
    {
        if (!_dry)
            _sweep.Clean(Path.GetDirectoryName(file.Output)!, cancellation);
        if (file.SkipReason is { } reason)
            return new Turn(null, reason);
        if (TryTake(file.Output, out var holder, cancellation) is not { } claim)
            return InWork(file.Output, holder);
        try
        {
            // Another process may have finished it between our first look and the claim.
            if (_plan.LookAgain(file).SkipReason is { } now)
            {
                claim.Dispose();
                return new Turn(null, now);
            }
            lock (_guard)
                _log.Begin(file);
            return new Turn(claim);
        }
        catch
        {
            claim.Dispose();
            throw;
        }
    }

    /// <summary>Counts a result and writes it down.</summary>
    public UpscaleResult Finish(UpscaleResult result)
    {
        if (result.IsPutOff)
            return result;
        lock (_guard)
        {
            _log.File(result);
            var done = result.Status == UpscaleStatus.Done;
            _sums = _sums with
            {
                Done = _sums.Done + (done ? 1 : 0),
                Skipped = _sums.Skipped + (result.Status == UpscaleStatus.Skipped ? 1 : 0),
                MadeOtherwise = _sums.MadeOtherwise + (result.MadeOtherwise ? 1 : 0),
                FailedBefore = _sums.FailedBefore + (result.FailedBefore ? 1 : 0),
                InWork = _sums.InWork + (result.Holder is null ? 0 : 1),
                Silent = _sums.Silent + (result.IsHolderSilent ? 1 : 0),
                NotMadeAnew = _sums.NotMadeAnew + (_options.Force && result is { Holder: not null, IsHolderSilent: false } ? 1 : 0),
                Failed = _sums.Failed + (result.Status == UpscaleStatus.Failed ? 1 : 0),
                Evaluations = _sums.Evaluations + result.Evaluations,
                InputBytes = _sums.InputBytes + (done ? result.InputBytes ?? 0 : 0),
                OutputBytes = _sums.OutputBytes + (done ? result.OutputBytes ?? 0 : 0),
            };
        }
        return result;
    }

    /// <summary>Between two rounds of a run that has no end: signs of life are looked for anew.</summary>
    public void Forget()
    {
        lock (_guard)
            _signs.Clear();
    }

    /// <summary>What concerns every picture, and so ends the run.</summary>
    public void EndedBy(Exception problem)
    {
        lock (_guard)
            _sums = _sums with { Problem = _sums.Problem ?? problem.Message };
    }

    /// <summary>A check of the whole set, which may end the run.</summary>
    public void Require(Action check)
    {
        try
        {
            check();
        }
        catch (PssrException e)
        {
            EndedBy(e);
            throw;
        }
    }

    /// <summary>The counts until now; the first time also a line of the log.</summary>
    public UpscaleSummary Summary(FileSelection selection, bool stopped)
    {
        lock (_guard)
        {
            var summary = _sums with
            {
                Unmatched = selection.Unmatched,
                Excluded = selection.Excluded,
                PatternProblem = selection.Problem,
                OtherShards = selection.OtherShards,
                Ended = DateTimeOffset.UtcNow,
                Elapsed = _clock.Elapsed,
                PeakMemoryBytes = ProcessMemory.PeakBytes(),
                Stopped = stopped,
                LogProblem = _log.Problem,
            };
            if (!_finished)
                _log.Summary(summary);
            _finished = true;
            return summary;
        }
    }

    public void Dispose() => _log.Dispose();

    private Turn InWork(string output, ClaimOwner? holder)
    {
        var name = holder?.Process.ToString() ?? "a process that is just beginning";
        if (holder?.Process.IsRunning() == true)
            return new Turn(null, $"in work by {name}", name);
        var sign = Claim.LastSign(output);
        lock (_guard)
        {
            if (_signs.TryAdd(output, sign) || _signs[output] != sign)
                return new Turn(null, $"in work by {name}", name);
        }
        var (expiry, silent) = (Claim.ExpiryOf(output, holder), $"in work by {name}, which gave no sign of life during this run: ");
        return new Turn(null, expiry == Claim.Expiry
            ? $"{silent}if its machine is dead, the picture is free {(int)expiry.TotalMinutes} minutes after its last sign. Run again then."
            : $"{silent}if it was killed, the picture is free after {(int)expiry.TotalSeconds} seconds. Run again then.",
            name, IsHolderSilent: true);
    }

    private Claim? TryTake(string output, out ClaimOwner? holder, CancellationToken cancellation)
    {
        try
        {
            DiskSync.MakeFolder(Path.GetDirectoryName(output)!);
            return Claim.TryTake(output, Run, out holder, cancellation);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw ImageCodec.NotWritten(output, e);
        }
    }
}
