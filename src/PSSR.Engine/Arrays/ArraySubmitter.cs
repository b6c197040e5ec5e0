using PSSR.Arrays.Schedulers;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Options;
using PSSR.Sets.Records;

namespace PSSR.Arrays;

/// <summary>Gives planned arrays to their engines, and ends them there.</summary>
public static class ArraySubmitter
{
    /// <summary>Submits shards of an array; a second time those that are dead, failed, were stopped or never
    /// submitted, or can't be read.</summary>
    /// <param name="folder">The array's.</param>
    /// <param name="shards">Which, from 0; null: all at first, later those that need it.</param>
    /// <returns>What the engine didn't take, and why.</returns>
    /// <exception cref="PssrException">Kind Option: no such shard, one that is running, or the engine doesn't take it.</exception>
    public static IReadOnlyList<string> Submit(string folder, IReadOnlyList<int>? shards = null)
    {
        var job = ArrayJob.Read(folder);
        var number = 1;
        while (File.Exists(job.Folder.Submission(number)))
            number++;
        var chosen = Chosen(job, shards, isFirst: number == 1);
        if (chosen.Count == 0)
            throw NothingTo(folder);
        var engine = KnownSchedulers.Of(job);
        try
        {
            File.Delete(job.Folder.Stop);
            var signs = chosen.ToDictionary(shard => shard, shard => FileStamp.Of(job.Folder.Sign(shard)));
            foreach (var file in engine.Files(job, number, chosen))
                AtomicFile.Write(file.Path, overwrite: true, temporary => File.WriteAllText(temporary, file.Text));
            var given = Given(engine, job, number, chosen);
            // What the engine took is told by its new signs alone, which may be there by now; the others stand where they stood.
            var submission = given with
            {
                OldSigns = signs.Where(sign => sign.Value is not null && given.Shards.Contains(sign.Key))
                    .ToDictionary(sign => sign.Key, sign => sign.Value!.Value),
            };
            AtomicFile.Write(job.Folder.Submission(number), overwrite: false,
                temporary => File.WriteAllBytes(temporary, ArrayJob.Text(submission)));
            foreach (var (shard, old) in submission.OldSigns)
                if (FileStamp.Of(job.Folder.Sign(shard)) == old)
                    File.Delete(job.Folder.Sign(shard));
            return submission.Problems;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{folder}' can't be written: {e.Message}", folder, e);
        }
    }

    /// <summary>The folders of arrays that a path means (see <see cref="ArrayStatus.Folders"/>) and that are to be submitted again: of
    /// several those that have a shard which needs it.</summary>
    /// <param name="shards">As of <see cref="Submit"/>.</param>
    /// <exception cref="PssrException">Kind Option: there is none, or shards of several arrays are named.</exception>
    public static IReadOnlyList<string> Again(string path, IReadOnlyList<int>? shards)
    {
        var arrays = ArrayStatus.Folders(path);
        if (arrays.Count == 1)
            return arrays;
        if (shards is not null)
            throw OptionCheck.Bad("Shard", $"Shard: '{path}' has {arrays.Count} arrays. Name the folder of one, such as '{arrays[^1]}'");
        IReadOnlyList<string> due = [.. arrays.Where(array => ArrayStatus.Of(array).Shards.Any(shard => shard.NeedsAnother))];
        return due.Count > 0 ? due : throw NothingTo(path);
    }

    /// <summary>Ends an array: what is in work is given back within one network evaluation or a few seconds, and what waits never
    /// begins.</summary>
    /// <returns>Why the engine couldn't be told; empty when it was. The shards see the mark in the folder all the same.</returns>
    public static IReadOnlyList<string> Stop(string folder)
    {
        var job = ArrayJob.Read(folder);
        try
        {
            File.WriteAllText(job.Folder.Stop, $"{ProcessIdentity.Current}\n");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{folder}' can't be written: {e.Message}", folder, e);
        }
        var problems = new List<string>();
        foreach (var submission in Submissions(job, problems))
        {
            try
            {
                KnownSchedulers.Of(job).Stop(job, submission);
            }
            catch (PssrException e)
            {
                problems.Add(e.Message);
            }
        }
        return problems;
    }

    /// <summary>Whether an array has shards that <see cref="Submit"/> would choose by itself.</summary>
    public static bool IsDue(string folder) => ArrayJob.Read(folder) is var job
        && Chosen(job, null, isFirst: !File.Exists(job.Folder.Submission(1))).Count > 0;

    /// <summary>What is said where none is.</summary>
    public static PssrException NothingTo(string folder) => new(PssrErrorKind.Option,
        $"No shard of '{folder}' is dead, failed or stopped: there is nothing to submit.");

    private static ArraySubmission Given(IScheduler engine, ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        try
        {
            return engine.Submit(job, number, shards);
        }
        catch (PssrException e)
        {
            throw new PssrException(e.Kind, $"{e.Message} The array is planned in '{job.Folder.Path}', and can be submitted from there.",
                e.Target, e);
        }
    }

    /// <param name="problems">Told of those whose file can't be read.</param>
    internal static List<ArraySubmission> Submissions(ArrayJob job, List<string> problems)
    {
        var all = new List<ArraySubmission>();
        for (var number = 1; File.Exists(job.Folder.Submission(number)); number++)
        {
            try
            {
                if (ArrayJob.Read<ArraySubmission>(job.Folder.Submission(number)) is { } next)
                    all.Add(next);
            }
            catch (PssrException e)
            {
                problems.Add(e.Message);
            }
        }
        return all;
    }

    private static IReadOnlyList<int> Chosen(ArrayJob job, IReadOnlyList<int>? shards, bool isFirst)
    {
        if (shards?.Where(shard => shard < 0 || shard >= job.Pictures.Count).Cast<int?>().FirstOrDefault() is { } none)
            throw OptionCheck.Bad("Shard", $"Shard: {none} is outside 0 to {job.Pictures.Count - 1}, the shards of '{job.Folder.Path}'");
        if (isFirst)
            return shards is null ? job.Shards : [.. shards.Distinct().Order()];
        var now = ArrayStatus.Of(job.Folder.Path).Shards;
        if (shards is null)
            return [.. now.Where(shard => shard.NeedsAnother).Select(shard => shard.Index)];
        if (now.FirstOrDefault(shard => shards.Contains(shard.Index)
            && shard.State is (ShardState.Running or ShardState.Waiting)) is { } busy)
            throw OptionCheck.Bad("Shard",
                $"Shard: {busy.Index} is {busy.State.ToString().ToLowerInvariant()}; stop the array first, or wait");
        return [.. shards.Distinct().Order()];
    }
}
