using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Sharing;

namespace PSSR.Bench.Sets;

/// <summary>
/// <c>bench array [N] [--shards N]</c>: what an array of N tiny pictures costs outside its network, each step a process of its own:
/// <list type="bullet">
/// <item>plan: the set is listed and its manifests are written.</item>
/// <item>shard: one shard until its first picture, from its manifest; shardOfAll: the same part of a run that lists the set itself.</item>
/// <item>status: what the shards' signs say when all is done; statusOfLogs: without what signs say of the logs.</item>
/// <item>receive: what became of each picture, and the summary.</item>
/// </list>
/// </summary>
internal static class ArrayBench
{
    private static readonly string[] Steps = ["plan", "shard", "shardOfAll", "logs", "status", "statusOfLogs", "receive"];

    public static JsonNode Run(string[] arguments)
    {
        if (arguments is ["--step", var step, var root, var parts])
            return Step(step, root, Whole(parts));
        var (count, shards) = (100_000, "64");
        for (var i = 0; i < arguments.Length; i++)
            if (arguments[i] == "--shards")
                shards = arguments[++i];
            else
                count = Whole(arguments[i]);
        var folder = Directory.CreateTempSubdirectory("pssr-array-").FullName;
        try
        {
            new SparseSet(folder, count, folderSize: 1000).Make();
            return new JsonObject
            {
                ["what"] = "array", ["pictures"] = count, ["shards"] = Whole(shards), ["processors"] = Environment.ProcessorCount,
                ["steps"] = new JsonArray([.. Steps.Select(name => Child(name, folder, shards))]),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Step(string step, string folder, int shards)
    {
        var set = new SparseSet(folder, 0, 1);
        var options = set.Options with { Set = new() { ShardCount = shards } };
        var (clock, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
        var pictures = step switch
        {
            "plan" => set.Plan(shards).Pictures.Sum(),
            "shard" => Selected(set, options, ArrayManifest.Read(set.Job.Folder, 0).Select(line => line.File)),
            "shardOfAll" => Selected(set, options, FileSet.Literal(set.Pictures, recurse: true)),
            "logs" => WriteLogs(set.Job),
            "status" => Status(set),
            "statusOfLogs" => StatusOfLogs(set),
            _ => new ArrayResults(set.Job.Folder.Path).Read().Count(),
        };
        return new JsonObject
        {
            ["step"] = step,
            ["pictures"] = pictures,
            ["seconds"] = Math.Round(clock.Elapsed.TotalSeconds, 2),
            ["processorMilliseconds"] = Math.Round((Environment.CpuUsage.TotalTime - before).TotalMilliseconds),
            ["peakMemoryMiB"] = Math.Round(ProcessMemory.PeakBytes() / 1048576.0, 1),
        };
    }

    private static int Selected(SparseSet set, UpscaleOptions options, IEnumerable<InputFile> files)
    {
        using var run = set.Run(TimeSpan.Zero, options);
        return run.Select(files).Count;
    }

    /// <summary>As runs would have left them.</summary>
    private static int WriteLogs(ArrayJob job)
    {
        for (var shard = 0; shard < job.Pictures.Count; shard++)
        {
            using (var log = new RunLog(job.Folder.Log(shard), "bench"))
            {
                log.Start(job.Options, SparseSet.Models);
                foreach (var line in ArrayManifest.Read(job.Folder, shard))
                {
                    var result = new UpscaleResult
                    {
                        Input = line.Path, Output = Path.Join(job.Options.OutputDirectory, line.Folder, Path.GetFileName(line.Path)),
                        Status = UpscaleStatus.Done, Method = job.Options.Method, InputBytes = line.Bytes, OutputBytes = 9,
                        InputSha256 = new string('a', 64), OutputSha256 = new string('b', 64), Evaluations = 1,
                    };
                    log.Begin(new PlannedFile(line.File, result.Output, ImageFormat.Png, null));
                    log.File(result);
                }
            }
            Sign(job, shard, new ShardLog(job.Folder.Log(shard)).Follow().Counts);
        }
        return job.Pictures.Sum();
    }

    private static int Status(SparseSet set) => ArrayStatus.Of(set.Job.Folder.Path).Done;

    private static int StatusOfLogs(SparseSet set)
    {
        var job = set.Job;
        foreach (var shard in job.Shards)
            Sign(job, shard, null);
        return Status(set);
    }

    private static void Sign(ArrayJob job, int shard, ShardCounts? counts) =>
        new ShardSign(ProcessIdentity.Current, DateTimeOffset.UtcNow, DateTimeOffset.UtcNow, 0, counts).Write(job.Folder, shard);

    private static JsonNode? Child(string step, string folder, string shards)
    {
        Console.Error.WriteLine($"bench: array --step {step}");
        var start = new ProcessStartInfo(Environment.ProcessPath!, ["array", "--step", step, folder, shards])
        {
            RedirectStandardOutput = true,
        };
        using var child = Process.Start(start)!;
        var output = child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? JsonNode.Parse(output)
            : throw new PssrException(PssrErrorKind.Device, $"'array --step {step}' failed.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
