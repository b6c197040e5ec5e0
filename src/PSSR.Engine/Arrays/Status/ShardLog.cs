using PSSR.Sets;
using PSSR.Sets.Inputs;
using PSSR.Sets.Records;

namespace PSSR.Arrays.Status;

/// <summary>What a shard's log says of one picture in the end, whatever runs came to it.</summary>
/// <param name="Output">Null where there is no result.</param>
/// <param name="Reason">Null when done.</param>
internal sealed record PictureEnd(string Input, string? Output, UpscaleStatus Status, string? Reason, int Evaluations, double Seconds);

/// <summary>
/// A shard's log, all runs of it merged as it grows: a picture that was done stays done though a later run skipped it, one that failed
/// stays failed though a later run knew it, and one in work elsewhere is none yet. One that was begun and is found done was done, though
/// its process was killed before it could say so. Of each picture a hash and a number stay.
/// </summary>
internal sealed class ShardLog(string path)
{
    /// <summary>In a picture's number: what became of it (0: nothing yet), whether it was begun since, and the number of the line that said
    /// so.</summary>
    private const int StatusMask = 3, BegunBit = 4, LineShift = 3;

    private readonly PathTable _pictures = new(ignoreCase: false);
    private readonly List<FailedPicture> _failures = [];
    private readonly int[] _count = new int[4];
    private DateTimeOffset? _runBegan;
    private bool _knowsAll = true;
    private long _bytes;
    private int _lines, _runs, _finished;
    private double? _rate;

    public DateTimeOffset? Began { get; private set; }

    public DateTimeOffset? LastLine { get; private set; }

    public long Evaluations { get; private set; }

    public long InputBytes { get; private set; }

    public long OutputBytes { get; private set; }

    public long PeakMemoryBytes { get; private set; }

    public ShardCounts Counts => new(_bytes, _runs, _count[Code(UpscaleStatus.Done)], _count[Code(UpscaleStatus.Skipped)],
        _count[Code(UpscaleStatus.Failed)], _finished, _runBegan, _rate, [.. _failures]);

    /// <summary>
    /// The counts of a log of which the run that writes it has counted a part: what has come since is added. Whether a picture that is
    /// skipped was counted before isn't known where the shard ran before; such lines wait until the run counts them.
    /// </summary>
    /// <param name="counted">Null: nothing is; the whole log is read.</param>
    /// <exception cref="PssrException">Kind Option: it is there and can't be read.</exception>
    public static ShardCounts After(string path, ShardCounts? counted)
    {
        var log = new ShardLog(path);
        if (counted?.MayBe(new FileInfo(path) is { Exists: true } file ? file.Length : 0) == true)
        {
            (log._bytes, log._runs, log._finished) = (counted.LogBytes, counted.Runs, counted.Finished);
            (log._runBegan, log._rate, log._knowsAll) = (counted.RunBegan, counted.Rate, counted.Runs <= 1);
            log._count[Code(UpscaleStatus.Done)] = counted.Done;
            log._count[Code(UpscaleStatus.Skipped)] = counted.Skipped;
            log._count[Code(UpscaleStatus.Failed)] = counted.Failed;
            log._failures.AddRange(counted.Failures);
        }
        return log.Follow().Counts;
    }

    /// <summary>Reads what has come since it was last asked.</summary>
    /// <exception cref="PssrException">Kind Option: it is there and can't be read.</exception>
    public ShardLog Follow()
    {
        using var reader = new LogReader(path, _bytes);
        while (reader.Next(out var line))
            Add(line);
        _bytes = reader.At;
        return this;
    }

    /// <summary>The last word on each picture, in the order of the log, as far as it was followed; it is read once more.</summary>
    /// <exception cref="PssrException">Kind Option: it can't be read.</exception>
    public IEnumerable<PictureEnd> Pictures()
    {
        using var reader = new LogReader(path, 0);
        for (var number = 1; number <= _lines && reader.Next(out var line); number++)
        {
            if (line.Input is not { } input || _pictures.Find(input) is not { } value || value >> LineShift != number)
                continue;
            var status = (UpscaleStatus)((value & StatusMask) - 1);
            yield return new PictureEnd(input, line.Output, status, status == UpscaleStatus.Done ? null : line.Reason, line.Evaluations,
                line.Seconds);
        }
    }

    private static int Code(UpscaleStatus status) => (int)status + 1;

    private void Add(LogLine line)
    {
        _lines++;
        var time = line.Time ?? LastLine;
        (Began, LastLine) = (Began ?? time, time);
        var what = line.Event;
        if (what == "start")
            (_runs, _finished, _runBegan) = (_runs + 1, 0, time);
        else if (what == "begin" && line.Input is { } begun)
            _pictures.Put(begun, (_pictures.Find(begun) ?? 0) | BegunBit);
        else if (what == "file" && line is { Input: { } input, Status: { } status })
            AddPicture(line, input, status);
        PeakMemoryBytes = Math.Max(PeakMemoryBytes, line.PeakMemoryBytes);
        if (_runBegan is { } began && time is { } now && _finished > 1 && now > began)
            _rate = _finished / (now - began).TotalMinutes;
    }

    private void AddPicture(LogLine line, string input, UpscaleStatus status)
    {
        var reason = line.Reason;
        Evaluations += line.Evaluations;
        if (status == UpscaleStatus.Skipped && reason?.StartsWith("in work by ", StringComparison.Ordinal) == true)
            return;
        if (status != UpscaleStatus.Skipped)
            _finished++;
        if (status == UpscaleStatus.Done)
        {
            InputBytes += line.InputBytes;
            OutputBytes += line.OutputBytes;
        }
        var earlier = _pictures.Find(input) ?? 0;
        var before = earlier & StatusMask;
        var isKnown = status == UpscaleStatus.Skipped && (before == Code(UpscaleStatus.Done)
            || (before == Code(UpscaleStatus.Failed) && reason is not null && FailureNote.IsReason(reason)));
        if (status == UpscaleStatus.Skipped && (earlier & BegunBit) != 0 && reason == EarlierResult.DoneBefore)
            status = UpscaleStatus.Done;
        if (isKnown || (status == UpscaleStatus.Skipped && !_knowsAll))
        {
            _pictures.Put(input, earlier & ~BegunBit);
            return;
        }
        _pictures.Put(input, checked(_lines * (1 << LineShift)) | Code(status));
        _count[before]--;
        _count[Code(status)]++;
        if (before == Code(UpscaleStatus.Failed) || status == UpscaleStatus.Failed)
            _failures.RemoveAll(failure => failure.Input == input);
        if (status == UpscaleStatus.Failed && _failures.Count < ShardCounts.MostFailures)
            _failures.Add(new FailedPicture(input, reason ?? ""));
    }
}
