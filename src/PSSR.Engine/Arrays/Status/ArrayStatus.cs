using PSSR.Arrays.Schedulers;
using PSSR.Host;
using PSSR.Options;
using PSSR.Sets.Records;

namespace PSSR.Arrays.Status;

/// <summary>Where arrays stand, by their folders alone and by what their engines say from here.</summary>
public static class ArrayStatus
{
    private const int MostFailures = 1000;

    /// <summary>The folders of arrays that a path means: an array's own, or those of a set's results, the oldest first.</summary>
    /// <exception cref="PssrException">Kind Option: there is none.</exception>
    public static IReadOnlyList<string> Folders(string path)
    {
        var full = Path.GetFullPath(path);
        if (File.Exists(new ArrayFolder(full).Job))
            return [full];
        var home = Path.GetFileName(full) == ArrayFolder.Arrays ? full : Path.Join(full, ArrayFolder.Arrays);
        var found = !Directory.Exists(home) ? [] : Directory.GetDirectories(home)
            .Where(folder => File.Exists(new ArrayFolder(folder).Job)).Order(StringComparer.Ordinal).ToList();
        return found.Count > 0 ? found : throw OptionCheck.Bad("JobDirectory",
            $"JobDirectory: '{path}' is no array's folder, and no folder of results with arrays in '{ArrayFolder.Arrays}'");
    }

    /// <param name="folder">The array's.</param>
    /// <exception cref="PssrException">Kind Option: there is none, or what lies there isn't PSSR's.</exception>
    public static UpscaleArray Of(string folder)
    {
        var job = ArrayJob.Read(folder);
        var (words, problems) = (new Dictionary<int, EngineWord>(), new List<string>());
        var submissions = ArraySubmitter.Submissions(job, problems);
        // One that can't be read may have been of any shard.
        var submitted = problems.Count > 0 && submissions.Count > 0 ? [.. job.Shards]
            : submissions.SelectMany(submission => submission.Shards).ToHashSet();
        foreach (var submission in submissions)
        {
            try
            {
                foreach (var (shard, word) in KnownSchedulers.Of(job).States(job, submission))
                    if (submission.Shards.Contains(shard))
                        words[shard] = word;
            }
            catch (PssrException e)
            {
                problems.Add(e.Message);
            }
        }
        var (now, isStopped) = (Now(job), File.Exists(job.Folder.Stop));
        var old = new Dictionary<int, FileStamp>();
        foreach (var submission in submissions)
            foreach (var (index, sign) in submission.OldSigns)
                old[index] = sign;
        var (shards, failures) = (new List<UpscaleShard>(), new List<ShardFailure>());
        for (var index = 0; index < job.Pictures.Count; index++)
        {
            var (shard, failed) = Shard(job, index, words.GetValueOrDefault(index), now, submitted.Contains(index),
                isStopped, old.TryGetValue(index, out var stamp) ? stamp : null);
            shards.Add(shard);
            failures.AddRange(failed.Take(MostFailures - failures.Count)
                .Select(picture => new ShardFailure(index, picture.Input, picture.Reason)));
        }
        return Sum(job, shards, failures) with
        {
            EngineProblem = problems.Count == 0 ? null : TerminalText.Escaped(string.Join(" ", problems.Distinct())),
        };
    }

    /// <summary>One shard; where a file of it can't be read, what can be said without it.</summary>
    /// <param name="old">The sign of a run before the last submission: who submitted was killed before it was taken away.</param>
    private static (UpscaleShard Shard, IReadOnlyList<FailedPicture> Failed) Shard(
        ArrayJob job, int index, EngineWord word, DateTime now, bool isSubmitted, bool isStopped, FileStamp? old)
    {
        var (sign, counts, problems) = ((ShardSign?)null, ShardCounts.None, new List<string>());
        try
        {
            sign = old is not null && FileStamp.Of(job.Folder.Sign(index)) == old ? null : ShardSign.Read(job.Folder, index);
        }
        catch (PssrException e)
        {
            problems.Add(e.Message);
        }
        var state = problems.Count > 0 ? Unread(word)
            : State(sign, word, sign?.IsAlive(job.Folder, index, now) == true, isSubmitted, isStopped);
        try
        {
            counts = ShardLog.After(job.Folder.Log(index), sign?.Counts);
        }
        catch (PssrException e)
        {
            problems.Add(e.Message);
        }
        return (new UpscaleShard
        {
            Index = index,
            State = job.Pictures[index] == 0 ? ShardState.Done : state,
            Engine = word.Words is { } text ? TerminalText.Escaped(text) : null,
            Process = sign?.Process is { } process ? TerminalText.Escaped($"{process}") : null,
            Pictures = job.Pictures[index],
            // No file makes them more than there are.
            Done = Math.Min(counts.Done, job.Pictures[index]),
            Skipped = Math.Min(counts.Skipped, job.Pictures[index]),
            Failed = Math.Min(counts.Failed, job.Pictures[index]),
            Rate = counts.Rate is { } rate ? Math.Round(rate, 2) : null,
            ExitCode = sign?.ExitCode,
            Problem = problems.Count == 0 ? null : TerminalText.Escaped(string.Join(" ", problems)),
            LogPath = job.Folder.Log(index),
            OutputPath = job.Folder.Said(index),
        }, counts.Failures);
    }

    /// <summary>A shard whose own file can't be read: its engine alone is asked.</summary>
    private static ShardState Unread(EngineWord word) => word.State switch
    {
        EngineState.Pending => ShardState.Waiting,
        EngineState.Running => ShardState.Running,
        _ => ShardState.Unreadable,
    };

    /// <summary>What a shard's own sign and its engine together say. The engine is believed where it is sure that nothing runs, and
    /// where it will begin the shard (again).</summary>
    internal static ShardState State(ShardSign? sign, EngineWord word, bool isAlive, bool isSubmitted, bool isStopped) => sign switch
    {
        // Stopped by its engine, which hasn't let go of it yet and may queue it again.
        { ExitCode: 130 } when word.State is EngineState.Pending or EngineState.Running => ShardState.Waiting,
        { ExitCode: 0 or 2 or 4 or 5 } => ShardState.Done,
        { ExitCode: 130 } => ShardState.Stopped,
        { ExitCode: not null } => ShardState.Failed,
        _ when word.State == EngineState.Pending => ShardState.Waiting,
        // Its script runs and it doesn't (yet): it was queued again, and has just begun.
        not null when !isAlive && word.State == EngineState.Running => ShardState.Waiting,
        not null when isAlive => word.State == EngineState.Gone && sign.Process.IsRunning() is null ? ShardState.Dead : ShardState.Running,
        not null => ShardState.Dead,
        // It hadn't begun when the array was stopped. An engine that gave it up has nothing more to say of it.
        null when isStopped && (word.State == EngineState.Gone || (isSubmitted && word.Words is null)) => ShardState.Stopped,
        null when word.State == EngineState.Gone => ShardState.Dead,
        null => isSubmitted ? ShardState.Waiting : ShardState.Planned,
    };

    private static UpscaleArray Sum(ArrayJob job, List<UpscaleShard> shards, List<ShardFailure> failures)
    {
        var running = shards.Where(shard => shard is { State: ShardState.Running, Rate: not null }).ToList();
        var rate = running.Sum(shard => shard.Rate);
        var left = shards.Sum(shard => shard.Left);
        var slowest = running.MaxBy(shard => shard.TimeLeft);
        TimeSpan? all = rate > 0 ? TimeSpan.FromMinutes(left / rate.Value) : null;
        // Of a shard without pictures nothing begins.
        var states = shards.Where(shard => shard.Pictures > 0).Select(shard => shard.State).ToHashSet();
        return new UpscaleArray
        {
            Id = job.Id,
            JobDirectory = job.Folder.Path,
            Scheduler = job.Array.Scheduler,
            State = states.Contains(ShardState.Running) || (states.Contains(ShardState.Waiting) && states.Contains(ShardState.Done))
                ? ShardState.Running : states.Contains(ShardState.Waiting) ? ShardState.Waiting
                : states.DefaultIfEmpty(ShardState.Done).Max(),
            Pictures = shards.Sum(shard => shard.Pictures),
            Done = shards.Sum(shard => shard.Done),
            Skipped = shards.Sum(shard => shard.Skipped),
            Failed = shards.Sum(shard => shard.Failed),
            Rate = rate > 0 ? Math.Round(rate.Value, 2) : null,
            TimeLeft = slowest?.TimeLeft is { } longest && all is { } even ? TimeSpan.FromTicks(Math.Max(longest.Ticks, even.Ticks)) : all,
            SlowestShard = slowest?.Index,
            Planned = job.Planned,
            Shards = shards,
            Failures = failures,
        };
    }

    /// <summary>By the clock that marks signs of life; this machine's where the folder can't be written from here.</summary>
    private static DateTime Now(ArrayJob job)
    {
        try
        {
            return FolderClock.UtcNow(job.Folder.In("shards"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DateTime.UtcNow;
        }
    }
}
