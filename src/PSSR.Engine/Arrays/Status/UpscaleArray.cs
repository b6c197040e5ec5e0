namespace PSSR.Arrays.Status;

/// <summary>Where an array stands: what its shards' logs say, and its engine.</summary>
public sealed record UpscaleArray
{
    /// <summary>Of the array; its name in the engine is pssr- and this.</summary>
    public required string Id { get; init; }

    /// <summary>The array's folder, by which the other cmdlets know it.</summary>
    public required string JobDirectory { get; init; }

    public required ArrayScheduler Scheduler { get; init; }

    /// <summary>Running while a shard runs or waits for it; else the worst of the shards' states.</summary>
    public required ShardState State { get; init; }

    public required int Pictures { get; init; }

    public int Done { get; init; }

    public int Skipped { get; init; }

    public int Failed { get; init; }

    /// <summary>Pictures that nothing is known of yet.</summary>
    public int Left => Math.Max(0, Pictures - Done - Skipped - Failed);

    /// <summary>Pictures a minute of the shards that run; null while none can be told.</summary>
    public double? Rate { get; init; }

    /// <summary>Until the last shard that runs is through, or what is left at the present rate, whichever is longer; null where that can't
    /// be told.</summary>
    public TimeSpan? TimeLeft { get; init; }

    /// <summary>The shard that will take longest, of those that run.</summary>
    public int? SlowestShard { get; init; }

    public required DateTimeOffset Planned { get; init; }

    /// <summary>Why the engine couldn't be asked, or not of all that it was given; null where it could.</summary>
    public string? EngineProblem { get; init; }

    public IReadOnlyList<UpscaleShard> Shards { get; init => field = new ShownList<UpscaleShard>(value); } =
        new ShownList<UpscaleShard>([]);

    /// <summary>Pictures that failed: the first hundred of each shard, and a thousand in all.</summary>
    public IReadOnlyList<ShardFailure> Failures { get; init => field = new ShownList<ShardFailure>(value); } =
        new ShownList<ShardFailure>([]);

    /// <summary>Whether nothing more will happen by itself.</summary>
    public bool HasEnded => State is not (ShardState.Waiting or ShardState.Running);

    /// <summary>As the exit code of one run over all of it: 0 all done or skipped, 2 some failed, 3 a shard was ended by an option, the
    /// model or the device, 5 a shard is dead, can't be read or was never submitted, 130 one was stopped; while it runs 0.</summary>
    public int ExitCode => !HasEnded ? 0 : State switch
    {
        ShardState.Failed => 3,
        ShardState.Stopped => 130,
        ShardState.Dead or ShardState.Unreadable or ShardState.Planned => 5,
        _ => Failed > 0 ? 2 : 0,
    };

    /// <summary>The array's folder.</summary>
    public override string ToString() => JobDirectory;

    /// <summary>One line of words.</summary>
    public string ToText()
    {
        var states = Shards.GroupBy(shard => shard.State).OrderBy(group => group.Key)
            .Select(group => $"{group.Count()} {group.Key.ToString().ToLowerInvariant()}");
        var rate = Rate is { } pace ? FormattableString.Invariant($"; {pace:0.#} a minute") : "";
        var time = TimeLeft is { } left ? FormattableString.Invariant($", {left.TotalMinutes:0.#} minutes left") : "";
        var slowest = SlowestShard is { } shard ? $", slowest is shard {shard}" : "";
        return $"{Id} ({Scheduler}): {Done} done, {Failed} failed, {Skipped} skipped, {Left} left of {Pictures}; "
            + $"shards: {string.Join(", ", states)}{rate}{time}{slowest}";
    }
}
