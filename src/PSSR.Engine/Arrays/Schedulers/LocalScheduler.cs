using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using PSSR.Host;
using PSSR.Options;

namespace PSSR.Arrays.Schedulers;

/// <summary>Processes of this machine, in a session of their own: they outlive the console.</summary>
/// <param name="isWindows">Which has no shell that takes any text as an argument safely: there is a process for each shard.</param>
internal sealed class LocalScheduler(bool isWindows) : IScheduler
{
    public LocalScheduler() : this(OperatingSystem.IsWindows())
    {
    }

    public IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards) => isWindows ? [] :
        [.. Lanes(job, shards).Index().Select(lane =>
            new JobFile(job.Folder.Lane(number, lane.Index), LaneScript.Text(job, lane.Item)))];

    public ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        if (isWindows && job.Array.Parallel < shards.Count)
            throw OptionCheck.Bad(nameof(ArrayOptions.Parallel), $"Parallel: on Windows all {shards.Count} shards begin at once, each with "
                + $"a model of its own in memory; give ShardCount {job.Array.Parallel}, or submit so many at a time by Shard");
        var lanes = Lanes(job, shards).Index().Select(lane =>
        {
            using var process = isWindows ? Started(Program(job, lane.Item[0])) : Script(job.Folder.Lane(number, lane.Index));
            return new ArrayLane(null, process.Id, ProcessIdentity.Of(process.Id), lane.Item);
        });
        return new ArraySubmission(number, DateTimeOffset.UtcNow, ProcessIdentity.Current.Host, shards, null, [.. lanes]);
    }

    public IReadOnlyDictionary<int, EngineWord> States(ArrayJob job, ArraySubmission submission) =>
        submission.Lanes.SelectMany(lane => lane.Shards.Select(shard => (shard, Word: Word(lane))))
            .Where(shard => shard.Word is not null).ToDictionary(shard => shard.shard, shard => shard.Word!.Value);

    /// <summary>Shards and lanes look for the mark themselves.</summary>
    public void Stop(ArrayJob job, ArraySubmission submission)
    {
    }

    private List<List<int>> Lanes(ArrayJob job, IReadOnlyList<int> shards) =>
        LaneScript.Lanes(shards, isWindows ? shards.Count : job.Array.Parallel ?? shards.Count);

    private static EngineWord? Word(ArrayLane lane) => (lane.Identity is { } process ? process.IsRunning() : false) switch
    {
        true => new(EngineState.Unknown, $"process {lane.Process}"),
        false => new(EngineState.Gone, $"process {lane.Process} has ended"),
        null => null,
    };

    private static Process Script(string script)
    {
        foreach (var leader in new[] { "setsid", "nohup" }) // macOS has no setsid
        {
            try
            {
                return Process.Start(new ProcessStartInfo(leader, ["/bin/sh", script]) { UseShellExecute = false })!;
            }
            catch (Win32Exception) when (leader == "setsid")
            {
            }
        }
        throw new InvalidOperationException(); // not reached: the last one's error is thrown
    }

    /// <summary>A shard's process where there are no scripts.</summary>
    internal static ProcessStartInfo Program(ArrayJob job, int shard)
    {
        var start = new ProcessStartInfo(job.Program[0], [.. job.Program.Skip(1), $"{shard}"]) { CreateNoWindow = true };
        if (job.Array.Cores is { } most)
            start.Environment["OMP_NUM_THREADS"] = most.ToString(CultureInfo.InvariantCulture);
        return start;
    }

    private static Process Started(ProcessStartInfo start)
    {
        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception e)
        {
            throw new PssrException(PssrErrorKind.Option, $"'{start.FileName}' can't be started: {e.Message}", start.FileName, e);
        }
    }
}
