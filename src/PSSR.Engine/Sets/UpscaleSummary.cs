using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Sets.Planning;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Sets;

/// <summary>What became of a whole run.</summary>
public sealed record UpscaleSummary
{
    /// <summary>The run, as in its log and its records.</summary>
    public required string Run { get; init; }

    /// <summary>Pictures, and paths that meant nothing: <see cref="Done"/>, <see cref="Skipped"/> and <see cref="Failed"/>
    /// together.</summary>
    public int Total => Done + Skipped + Failed;

    public int Done { get; init; }

    public int Skipped { get; init; }

    /// <summary>Of the skipped ones, those that another process has in work.</summary>
    public int InWork { get; init; }

    /// <summary>Of the skipped ones, those where another result is there than was asked for: see
    /// <see cref="UpscaleResult.MadeOtherwise"/>.</summary>
    [JsonPropertyOrder(2)]
    public int MadeOtherwise { get; init; }

    /// <summary>Of the skipped ones, those that an earlier run couldn't read: see <see cref="UpscaleResult.FailedBefore"/>. They make no
    /// exit code: the run that failed had it.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int FailedBefore { get; init; }

    /// <summary>Of those in work elsewhere, the ones whose machine gave no sign of life during this run: if it is dead, nobody makes them
    /// until somebody runs again.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Silent { get; init; }

    /// <summary>Of those in work elsewhere, the ones that this run was forced to make anew and didn't: what another run makes of them
    /// stays.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int NotMadeAnew { get; init; }

    public int Failed { get; init; }

    /// <summary>Paths, folders and wildcards that were given and mean no picture; a pipeline that brought nothing counts as one. In no
    /// other count.</summary>
    [JsonPropertyOrder(2)]
    public int Unmatched { get; init; }

    /// <summary>Left out by include and exclude; in no other count.</summary>
    public int Excluded { get; init; }

    /// <summary>That include and exclude left out every picture that was found; null where they didn't.</summary>
    [JsonPropertyOrder(2)]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PatternProblem { get; init; }

    /// <summary>Left to other shards; in no other count.</summary>
    public int OtherShards { get; init; }

    public int ShardIndex { get; init; }

    public int ShardCount { get; init; } = 1;

    /// <summary>Network evaluations, tiles counted one by one; those of pictures that failed half-way too.</summary>
    public long Evaluations { get; init; }

    /// <summary>Of the pictures that were done.</summary>
    public long InputBytes { get; init; }

    /// <summary>Of their results.</summary>
    public long OutputBytes { get; init; }

    public required DateTimeOffset Started { get; init; }

    public required DateTimeOffset Ended { get; init; }

    /// <summary>By a clock that nobody sets.</summary>
    [JsonPropertyName("seconds")]
    public TimeSpan Elapsed { get; init; }

    /// <summary>The same in seconds.</summary>
    [JsonIgnore]
    public double Seconds => Math.Round(Elapsed.TotalSeconds, 3);

    /// <summary>The most memory that the process has held in RAM since its start, in bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>What the pictures that would be done would cost; null unless the run only asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    [JsonPropertyOrder(3)]
    public UpscaleEstimate? Estimate { get; init; }

    /// <summary>The run was ended before its set was.</summary>
    public bool Stopped { get; init; }

    /// <summary>What ended the run: an option, the model, or the device. Null when nothing of that kind did.</summary>
    public string? Problem { get; init; }

    /// <summary>Why the log lacks lines; null when it lacks none, and when there is none.</summary>
    [JsonPropertyOrder(1)]
    public string? LogProblem { get; init; }

    /// <summary>What a scheduled task should exit with: 0 all done or skipped, 2 some failed, 3 an option, the model or the device ended
    /// it, 4 none failed and a path that was given means no picture, 5 some stay in work by a machine that may be dead
    /// (<see cref="Silent"/>), or weren't made anew (<see cref="NotMadeAnew"/>), 130 stopped.</summary>
    public int ExitCode => Problem is not null ? 3 : Stopped ? 130 : Failed > 0 ? 2 : Unmatched > 0 ? 4 : Silent + NotMadeAnew > 0 ? 5 : 0;

    /// <summary>One line of words.</summary>
    public override string ToString()
    {
        var notes = new[]
        {
            InWork > 0 ? $"{InWork} of them in work elsewhere" : "",
            Silent > 0 ? $"{Silent} by a machine that may be dead: run again in {(int)Claim.Expiry.TotalMinutes} minutes" : "",
            NotMadeAnew > 0 ? $"{NotMadeAnew} not made anew in spite of Force: run again when no other run has them" : "",
            MadeOtherwise > 0 ? $"{MadeOtherwise} of them made otherwise" : "",
            FailedBefore > 0 ? $"{FailedBefore} of them failed before" : "",
            Unmatched > 0 ? $"{Unmatched} path{(Unmatched == 1 ? "" : "s")} without a picture" : "",
            Excluded > 0 ? $"{Excluded} left out" : "",
            OtherShards > 0 ? $"{OtherShards} of other shards" : "",
        };
        var more = string.Concat(notes.Where(note => note.Length > 0).Select(note => $", {note}"));
        return FormattableString.Invariant(
            $"{Done} done, {Failed} failed, {Skipped} skipped{more}; {Evaluations} evaluations, {Elapsed.TotalSeconds:0.0} s")
            + (Stopped ? "; stopped" : "");
    }

    /// <summary>As a line of JSON, which tells itself from a picture's by <c>"kind":"summary"</c>.</summary>
    public string Json()
    {
        var line = new JsonObject { ["kind"] = "summary" };
        foreach (var (name, value) in RecordJson.Part(this))
            line[name] = value?.DeepClone();
        return RecordJson.Line(line);
    }
}
