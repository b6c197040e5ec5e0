using System.Globalization;

namespace PSSR.Arrays;

/// <summary>
/// Where an array's files lie: <c>OUT/.pssr-array/ID</c>. All that is known of an array is here, so whoever sees the folder can watch it,
/// stop it and go on with it.
/// </summary>
/// <param name="Path">Full.</param>
internal sealed record ArrayFolder(string Path)
{
    /// <summary>Of the folder that holds a set's arrays. It is hidden: no picture in it is a picture of a set.</summary>
    public const string Arrays = ".pssr-array";

    public string Job => In("job.json");

    /// <summary>Lies here when the array is to end: every shard looks for it.</summary>
    public string Stop => In("stop");

    public string Manifest(int shard) => In("manifest", $"{Name(shard)}.jsonl.gz");

    /// <summary>A run's log, of every run of the shard.</summary>
    public string Log(int shard) => In("logs", $"{Name(shard)}.jsonl");

    /// <summary>What a shard's process said.</summary>
    public string Said(int shard) => In("logs", $"{Name(shard)}.txt");

    /// <summary>Who runs a shard, and how it ended.</summary>
    public string Sign(int shard) => In("shards", $"{Name(shard)}.json");

    public string Submission(int number) => In("submissions", $"{number.ToString("00000", CultureInfo.InvariantCulture)}.json");

    public string Lane(int submission, int lane) => In("lanes", $"{submission}-{lane}.sh");

    public string In(params string[] names) => System.IO.Path.Join([Path, .. names]);

    public void Make()
    {
        foreach (var name in new[] { "manifest", "logs", "shards", "submissions", "lanes" })
            Directory.CreateDirectory(In(name));
    }

    public static string Name(int shard) => $"shard-{shard.ToString("00000", CultureInfo.InvariantCulture)}";
}
