using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Arrays.Status;

/// <summary>What became of an array's pictures, all shards and all their runs merged.</summary>
/// <param name="folder">The array's.</param>
/// <exception cref="PssrException">Kind Option: there is none.</exception>
public sealed class ArrayResults(string folder)
{
    private readonly ArrayJob _job = ArrayJob.Read(folder);
    private readonly List<string> _problems = [];
    private UpscaleSummary? _summary;
    private string? _method;

    /// <summary>The sums of what <see cref="Read"/> has given.</summary>
    public UpscaleSummary Summary => _summary ??= Empty(_job);

    /// <summary>Of shards whose log can't be read: their pictures are missing.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>A result for each picture that something became of, shard by shard in the order of their logs, with what the record beside
    /// it says.</summary>
    public IEnumerable<UpscaleResult> Read()
    {
        _summary = Empty(_job);
        _problems.Clear();
        for (var shard = 0; shard < _job.Pictures.Count; shard++)
        {
            if (Followed(shard) is not { } log)
                continue;
            Add(log);
            foreach (var picture in log.Pictures())
                yield return Result(picture);
        }
    }

    private ShardLog? Followed(int shard)
    {
        try
        {
            return new ShardLog(_job.Folder.Log(shard)).Follow();
        }
        catch (PssrException e)
        {
            _problems.Add(e.Message);
            return null;
        }
    }

    private void Add(ShardLog log)
    {
        var first = log.Began is { } began && (Summary.Evaluations == 0 && Summary.Total == 0 || began < Summary.Started)
            ? began : Summary.Started;
        var last = log.LastLine is { } end && end > Summary.Ended ? end : Summary.Ended;
        var counts = log.Counts;
        _summary = Summary with
        {
            Done = Summary.Done + counts.Done,
            Skipped = Summary.Skipped + counts.Skipped,
            Failed = Summary.Failed + counts.Failed,
            Evaluations = Summary.Evaluations + log.Evaluations,
            InputBytes = Summary.InputBytes + log.InputBytes,
            OutputBytes = Summary.OutputBytes + log.OutputBytes,
            PeakMemoryBytes = Math.Max(Summary.PeakMemoryBytes, log.PeakMemoryBytes),
            Started = first,
            Ended = last,
            Elapsed = last > first ? last - first : TimeSpan.Zero,
        };
        _summary = _summary with { Stopped = _summary.Total < _job.Pictures.Sum(n => (long)n) };
    }

    private UpscaleResult Result(PictureEnd end)
    {
        var result = new UpscaleResult
        {
            Input = end.Input,
            Output = end.Output is { } output && File.Exists(output) ? output : null,
            Status = end.Status,
            Reason = end.Reason,
            Error = end.Status == UpscaleStatus.Failed
                ? new PssrException(PssrErrorKind.Image, end.Reason ?? "It failed.", end.Input) : null,
            Evaluations = end.Evaluations,
            Elapsed = TimeSpan.FromSeconds(Math.Clamp(end.Seconds, 0, 1e9)),
            Method = _method ??= _job.Method is { } decided ? UpscaleMethods.Canonical(decided) : UpscaleMethods.Chosen(_job.Options),
            Model = _job.Options.Model,
            Seed = _job.Options.Seed,
            FailedBefore = end.Status == UpscaleStatus.Skipped && end.Reason is { } why && FailureNote.IsReason(why),
            MadeOtherwise = end.Status == UpscaleStatus.Skipped && end.Reason is { } other && EarlierResult.IsOtherwise(other),
        };
        return EarlierResult.WithRecord(result);
    }

    private static UpscaleSummary Empty(ArrayJob job) => new()
    {
        Run = job.Id, Started = job.Planned, Ended = job.Planned, ShardCount = job.Pictures.Count,
        Stopped = job.Shards.Count > 0,
    };
}
