namespace PSSR.Arrays.Status;

/// <summary>A picture that failed, and why.</summary>
internal sealed record FailedPicture(string Input, string Reason);

/// <summary>What a shard's log says up to a place in it: what a running shard leaves for those who ask, so that they needn't read the log.
/// Pictures are counted once, whatever runs came to them.</summary>
/// <param name="LogBytes">Of the log that are counted.</param>
/// <param name="Runs">How many runs have begun.</param>
/// <param name="Finished">Pictures of the last run that were done or failed.</param>
/// <param name="RunBegan">When the last run began, by its own clock.</param>
/// <param name="Failures">The first <see cref="MostFailures"/> of those that failed.</param>
internal sealed record ShardCounts(
    long LogBytes, int Runs, int Done, int Skipped, int Failed, int Finished, DateTimeOffset? RunBegan, double? Rate,
    IReadOnlyList<FailedPicture> Failures)
{
    public const int MostFailures = 100;

    /// <summary>Of a log of which nothing was read.</summary>
    public static ShardCounts None { get; } = new(0, 0, 0, 0, 0, 0, null, null, []);

    /// <summary>Whether these can be anybody's counts: a file may hold anything.</summary>
    public bool MayBe(long logBytes) => LogBytes >= 0 && LogBytes <= logBytes && Math.Min(Runs, Math.Min(Finished, Done)) >= 0
        && Math.Min(Skipped, Failed) >= 0 && Failures.Count <= MostFailures && !(Rate < 0) && Failures.All(failure => failure is not null);
}
