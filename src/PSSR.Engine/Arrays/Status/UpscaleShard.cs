namespace PSSR.Arrays.Status;

/// <summary>Where a shard, or a whole array, stands.</summary>
public enum ShardState : long
{
    /// <summary>It hasn't begun, and its engine will begin it.</summary>
    Waiting,
    Running,

    /// <summary>It was gone through; some pictures may have failed.</summary>
    Done,

    /// <summary>It was never given to its engine.</summary>
    Planned,

    /// <summary>It was stopped, and has given back what it had in work.</summary>
    Stopped,

    /// <summary>An option, the model or the device ended it: see what it said.</summary>
    Failed,

    /// <summary>Its process is gone without a word, killed or with its machine; or left pictures that another had in work, and no other
    /// runs the shard.</summary>
    Dead,

    /// <summary>The file that says how it ended can't be read, and its engine doesn't know; see its Problem. A shard that runs writes the
    /// file anew within half a minute.</summary>
    Unreadable,
}

/// <summary>A picture that couldn't be done.</summary>
public sealed record ShardFailure(int Shard, string Input, string Reason)
{
    /// <summary>The reason, which names the picture, or both.</summary>
    public override string ToString() => Reason.Contains(Input, StringComparison.Ordinal) ? Reason : $"{Input}: {Reason}";
}

/// <summary>Where one shard of an array stands.</summary>
public sealed record UpscaleShard
{
    /// <summary>From 0.</summary>
    public required int Index { get; init; }

    public required ShardState State { get; init; }

    /// <summary>What the engine says of it; null where it says nothing.</summary>
    public string? Engine { get; init; }

    /// <summary>Host and process that run it, or did last; null before it begins.</summary>
    public string? Process { get; init; }

    /// <summary>How many pictures it has.</summary>
    public required int Pictures { get; init; }

    public required int Done { get; init; }

    public required int Skipped { get; init; }

    public required int Failed { get; init; }

    /// <summary>Pictures that nothing is known of yet.</summary>
    public int Left => Math.Max(0, Pictures - Done - Skipped - Failed);

    /// <summary>Pictures a minute, by the shard's own clock; null before the second one.</summary>
    public double? Rate { get; init; }

    /// <summary>What is left at that rate; null where it isn't running or has no rate yet.</summary>
    public TimeSpan? TimeLeft => State == ShardState.Running && Rate is { } rate and > 0 ? TimeSpan.FromMinutes(Left / rate) : null;

    /// <summary>How its last run ended; null where that hasn't, was killed, or left pictures that another had in work.</summary>
    public int? ExitCode { get; init; }

    /// <summary>Which of its files can't be read, and why; null where all can.</summary>
    public string? Problem { get; init; }

    /// <summary>The log of its runs.</summary>
    public required string LogPath { get; init; }

    /// <summary>What its processes said.</summary>
    public required string OutputPath { get; init; }

    /// <summary>Whether it won't come to its end unless it is submitted, again or at all.</summary>
    public bool NeedsAnother =>
        State is ShardState.Planned or ShardState.Dead or ShardState.Failed or ShardState.Stopped or ShardState.Unreadable;

    public override string ToString() => FormattableString.Invariant($"shard {Index}: {State}, {Done + Skipped + Failed} of {Pictures}");
}
