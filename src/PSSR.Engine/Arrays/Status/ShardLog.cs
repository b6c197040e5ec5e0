using System.Text.Json;
using PSSR.Host;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Arrays.Status;

/// <summary>What a shard's log says of one picture in the end, whatever runs came to it.</summary>
/// <param name="Output">Null where there is no result.</param>
/// <param name="Reason">Null when done.</param>
internal sealed record PictureEnd(string Input, string? Output, UpscaleStatus Status, string? Reason, int Evaluations, double Seconds);

/// <summary>
/// A shard's log, all runs of it merged: a picture that was done stays done though a later run skipped it, one that failed stays failed
/// though a later run knew it, and one in work elsewhere is none yet. One that was begun and is found done was done, though its process
/// was killed before it could say so. Lines that are cut or are no JSON (a machine died while it wrote) are
/// passed over.
/// </summary>
internal sealed class ShardLog
{
    private readonly Dictionary<string, PictureEnd> _ends = new(StringComparer.Ordinal);
    private readonly HashSet<string> _begun = new(StringComparer.Ordinal);
    private int _finished;
    private DateTimeOffset? _runBegan;

    /// <summary>In the order in which they were first told.</summary>
    public IReadOnlyCollection<PictureEnd> Pictures => _ends.Values;

    /// <summary>Pictures a minute of the last run, between its start and its last line.</summary>
    public double? Rate { get; private set; }

    public DateTimeOffset? Began { get; private set; }

    public DateTimeOffset? LastLine { get; private set; }

    public long Evaluations { get; private set; }

    public long InputBytes { get; private set; }

    public long OutputBytes { get; private set; }

    public long PeakMemoryBytes { get; private set; }

    public int Count(UpscaleStatus status) => _ends.Values.Count(end => end.Status == status);

    /// <exception cref="PssrException">Kind Option: it is there and can't be read.</exception>
    public static ShardLog Read(string path)
    {
        var log = new ShardLog();
        try
        {
            // Others add to it meanwhile.
            using var file = new FileStream(RegularFile.Open(path, toWrite: false), FileAccess.Read, 1 << 16);
            using var text = new StreamReader(file);
            while (BoundedLines.Next(text, out var isWhole) is { } line)
                if (isWhole)
                    log.Add(line);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return log; // it hasn't begun
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{path}' can't be read: {e.Message}", path, e);
        }
        return log;
    }

    internal void Add(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var fields = document.RootElement;
            if (fields.ValueKind != JsonValueKind.Object || Text(fields, "event") is not { } what)
                return;
            var time = fields.TryGetProperty("time", out var moment) && moment.TryGetDateTimeOffset(out var at) ? at : LastLine;
            (Began, LastLine) = (Began ?? time, time);
            if (what == "start")
                (_finished, _runBegan) = (0, time);
            else if (what == "begin" && Text(fields, "input") is { } input)
                _begun.Add(input);
            else if (what == "file")
                AddPicture(fields);
            PeakMemoryBytes = Math.Max(PeakMemoryBytes, Whole(fields, "peakMemoryBytes"));
            if (_runBegan is { } began && time is { } now && _finished > 1 && now > began)
                Rate = _finished / (now - began).TotalMinutes;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
        }
    }

    private void AddPicture(JsonElement fields)
    {
        if (Text(fields, "input") is not { } input
            || !Enum.TryParse<UpscaleStatus>(Text(fields, "status"), ignoreCase: true, out var status))
            return;
        var reason = Text(fields, "reason");
        Evaluations += Whole(fields, "evaluations");
        if (status == UpscaleStatus.Skipped && reason?.StartsWith("in work by ", StringComparison.Ordinal) == true)
            return;
        if (status != UpscaleStatus.Skipped)
            _finished++;
        if (status == UpscaleStatus.Done)
        {
            InputBytes += Whole(fields, "inputBytes");
            OutputBytes += Whole(fields, "outputBytes");
        }
        var earlier = _ends.GetValueOrDefault(input)?.Status;
        var isKnown = status == UpscaleStatus.Skipped && (earlier == UpscaleStatus.Done
            || (earlier == UpscaleStatus.Failed && reason is not null && FailureNote.IsReason(reason)));
        if (status == UpscaleStatus.Skipped && _begun.Remove(input) && reason == EarlierResult.DoneBefore)
            (status, reason) = (UpscaleStatus.Done, null);
        if (status != UpscaleStatus.Skipped)
            _begun.Remove(input);
        if (!isKnown)
            _ends[input] = new PictureEnd(input, Text(fields, "output"), status, reason, (int)Whole(fields, "evaluations"),
                fields.TryGetProperty("seconds", out var seconds) && seconds.TryGetDouble(out var spent) ? spent : 0);
    }

    private static string? Text(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long Whole(JsonElement fields, string name) =>
        fields.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var n) ? n : 0;
}
