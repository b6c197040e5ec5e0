using System.Globalization;

namespace PSSR.Arrays.Schedulers;

/// <summary>Shards one after another, for engines that queue nothing: a script of the POSIX shell.</summary>
internal static class LaneScript
{
    /// <summary>The shards in turn: as many lanes, or fewer, where there are fewer shards.</summary>
    public static List<List<int>> Lanes(IReadOnlyList<int> shards, int most) =>
        [.. shards.Index().GroupBy(shard => shard.Index % most, shard => shard.Item).Select(lane => lane.ToList())];

    public static string Text(ArrayJob job, IReadOnlyList<int> shards)
    {
        var cores = job.Array.Cores is { } most ? string.Create(CultureInfo.InvariantCulture, $"export OMP_NUM_THREADS={most}\n") : "";
        var stop = Quoted.Sh(job.Folder.Stop);
        return ScriptText.Of($$"""
            #!/bin/sh
            # Shards of the array {{job.Id}}, one after another. Whoever began it need not wait.
            exec </dev/null >/dev/null 2>&1
            {{cores}}for shard in {{string.Join(' ', shards)}}; do
                [ -e {{stop}} ] && break
                log={{Quoted.Sh(job.Folder.In("logs") + Path.DirectorySeparatorChar)}}shard-$(printf %05d "$shard").txt
                {{Quoted.Sh(job.Program)}} "$shard" >>"$log" 2>&1
            done

            """);
    }
}
