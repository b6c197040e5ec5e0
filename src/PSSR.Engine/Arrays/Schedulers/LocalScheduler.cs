using System.ComponentModel;
using System.Diagnostics;
using PSSR.Host;

namespace PSSR.Arrays.Schedulers;

/// <summary>Processes of this machine, in a session of their own: they outlive the console.</summary>
internal sealed class LocalScheduler : IScheduler
{
    public IReadOnlyList<JobFile> Files(ArrayJob job, int number, IReadOnlyList<int> shards) => OperatingSystem.IsWindows() ? [] :
        [.. Lanes(job, shards).Index().Select(lane =>
            new JobFile(job.Folder.Lane(number, lane.Index), LaneScript.Text(job, lane.Item)))];

    public ArraySubmission Submit(ArrayJob job, int number, IReadOnlyList<int> shards)
    {
        var lanes = Lanes(job, shards).Index().Select(lane =>
        {
            using var process = OperatingSystem.IsWindows() ? Program(job, lane.Item) : Script(job.Folder.Lane(number, lane.Index));
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

    private static List<List<int>> Lanes(ArrayJob job, IReadOnlyList<int> shards) =>
        LaneScript.Lanes(shards, OperatingSystem.IsWindows() ? shards.Count : job.Array.Parallel ?? shards.Count);

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

    /// <summary>Windows has no shell that takes any text as an argument safely; one process a shard needs none.</summary>
    private static Process Program(ArrayJob job, IReadOnlyList<int> shards) =>
        Process.Start(new ProcessStartInfo(job.Program[0], [.. job.Program.Skip(1), $"{shards[0]}"]) { CreateNoWindow = true })!;
}
