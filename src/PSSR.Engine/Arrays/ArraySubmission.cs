using PSSR.Host;
using PSSR.Sets.Records;

namespace PSSR.Arrays;

/// <summary>Shards that were given to an engine: a file of the array's folder, one for each time.</summary>
/// <param name="Number">From 1.</param>
/// <param name="Reference">What the engine calls it: a job's number or name; null where there are lanes.</param>
internal sealed record ArraySubmission(
    int Number, DateTimeOffset Time, string Host, IReadOnlyList<int> Shards, string? Reference, IReadOnlyList<ArrayLane> Lanes)
{
    /// <summary>What the engine didn't take, and why: hosts that began nothing, shards without a Job.</summary>
    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Signs of earlier runs of its shards, by shard: one that lies there still says nothing of this run.</summary>
    public IReadOnlyDictionary<int, FileStamp> OldSigns { get; init; } = new Dictionary<int, FileStamp>();
}

/// <summary>Shards that one process runs, one after another.</summary>
/// <param name="Host">As ssh knows it; null: the machine that submitted.</param>
/// <param name="Process">Its id there; 0: it wasn't begun.</param>
/// <param name="Identity">Of a process of the machine that submitted.</param>
internal sealed record ArrayLane(string? Host, int Process, ProcessIdentity? Identity, IReadOnlyList<int> Shards);

/// <summary>A file that an engine is given, or a script that runs there.</summary>
internal sealed record JobFile(string Path, string Text);
