namespace PSSR.Arrays.Schedulers;

/// <summary>What an engine says of a shard.</summary>
internal enum EngineState
{
    /// <summary>It has nothing to say of this one shard, or can't be asked.</summary>
    Unknown,

    /// <summary>It will begin it, for the first time or again.</summary>
    Pending,

    /// <summary>What it began for this shard alone runs.</summary>
    Running,

    /// <summary>It doesn't run, and won't.</summary>
    Gone,
}

/// <param name="Words">The engine's own.</param>
internal readonly record struct EngineWord(EngineState State, string Words);

/// <summary>An engine that runs shards, by its own clients.</summary>
internal interface IScheduler
{
    /// <summary>The files that it is given for these shards. Nothing is written.</summary>
    /// <param name="number">Of the submission, from 1.</param>
    IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards);

    /// <summary>Gives it the files, which lie in the folder by now.</summary>
    /// <exception cref="PssrException">Kind Option: it can't be reached, or doesn't take them.</exception>
    ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards);

    /// <summary>What it says of the shards of a submission; nothing of those that it doesn't know (any more).</summary>
    /// <exception cref="PssrException">Kind Option: it can't be asked from here.</exception>
    IReadOnlyDictionary<int, EngineWord> States(ArrayJob job, ArraySubmission submission);

    /// <summary>Ends what runs or waits of a submission.</summary>
    /// <exception cref="PssrException">Kind Option: it can't be reached from here.</exception>
    void Stop(ArrayJob job, ArraySubmission submission);
}

/// <summary>The engines by name.</summary>
internal static class KnownSchedulers
{
    public static IScheduler Of(ArrayJob job) => job.Array.Scheduler switch
    {
        ArrayScheduler.Local => new LocalScheduler(),
        ArrayScheduler.Ssh => new SshScheduler(),
        ArrayScheduler.Slurm => new SlurmScheduler(),
        _ => new KubernetesScheduler(),
    };
}
