using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Sets;

namespace PSSR.Bench.Sets;

/// <summary>
/// <c>bench workers [--count N] [--workers N,N…] [--wait MS] [--sharded 0|1]</c>: that many processes at once on one folder of small
/// pictures, with a network that waits. Each warms up on pictures of its own first and begins when all have, so that what is counted is a
/// run's own: processor time a picture outside the wait, and whether any picture was done twice.
/// </summary>
internal static class WorkersBench
{
    private const int WarmUp = 40, FolderSize = 500;

    public static JsonNode Run(string[] arguments)
    {
        if (arguments is ["--child", var root, var index, var shards, var milliseconds])
            return Child(root, Whole(index), Whole(shards), TimeSpan.FromMilliseconds(Whole(milliseconds)));
        var given = new Dictionary<string, string>
        {
            ["--count"] = "2000", ["--workers"] = "1,8,64", ["--wait"] = "100", ["--sharded"] = "1",
        };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!given.ContainsKey(arguments[i]) || i + 1 == arguments.Length)
                throw new ArgumentException($"'{arguments[i]}' is unknown or needs a value. Options: {string.Join(", ", given.Keys)}.");
            given[arguments[i]] = arguments[i + 1];
        }
        return new JsonObject
        {
            ["what"] = "workers",
            ["processors"] = Environment.ProcessorCount,
            ["runs"] = new JsonArray([.. given["--workers"].Split(',').Select(workers =>
                (JsonNode)Together(Whole(given["--count"]), Whole(workers), given["--wait"], given["--sharded"] != "0"))]),
        };
    }

    private static JsonObject Together(int count, int workers, string wait, bool sharded)
    {
        Console.Error.WriteLine($"bench: {workers} workers");
        var folder = Directory.CreateTempSubdirectory("pssr-workers-").FullName;
        try
        {
            new SparseSet(folder, count, FolderSize).Make();
            var children = Enumerable.Range(0, workers).Select(i =>
            {
                new SparseSet(WarmFolder(folder, i), WarmUp, FolderSize).Make();
                var start = new ProcessStartInfo(Environment.ProcessPath!,
                    ["workers", "--child", folder, Text(i), Text(sharded ? workers : 1), wait]) { RedirectStandardOutput = true };
                // Nothing is compiled anew while it is measured.
                (start.Environment["DOTNET_TieredCompilation"], start.Environment["OMP_NUM_THREADS"]) = ("0", "1");
                return Process.Start(start)!;
            }).ToList();
            while (children.Where((_, i) => !File.Exists(Ready(folder, i))).Any())
            {
                if (children.Exists(child => child.HasExited))
                    throw new PssrException(PssrErrorKind.Device, "A worker ended before it began.");
                Thread.Sleep(100);
            }
            var clock = Stopwatch.StartNew();
            File.WriteAllText(Go(folder), "");
            var reports = children.ConvertAll(child => JsonNode.Parse(child.StandardOutput.ReadToEnd())!);
            var wall = clock.Elapsed.TotalSeconds;
            var done = File.ReadLines(Log(folder)).Select(line => JsonNode.Parse(line)!)
                .Where(line => (string?)line["event"] == "file" && (string?)line["status"] == "done").ToList();
            return new JsonObject
            {
                ["workers"] = workers,
                ["sharded"] = sharded,
                ["pictures"] = count,
                ["done"] = done.Count,
                ["doneTwice"] = done.GroupBy(line => (string)line["input"]!).Count(group => group.Count() > 1),
                ["left"] = Directory.EnumerateFiles(folder, "*.pssr-*",
                    new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = 0 })
                    .Count(),
                ["wallSeconds"] = Math.Round(wall, 1),
                ["processorMillisecondsAPicture"] =
                    Math.Round(reports.Sum(report => report["processorMilliseconds"]!.GetValue<double>()) / count, 2),
                ["ofThemBeforeTheFirst"] =
                    Math.Round(reports.Sum(report => report["selectMilliseconds"]!.GetValue<double>()) / count, 2),
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static JsonObject Child(string folder, int index, int shards, TimeSpan wait)
    {
        var warm = new SparseSet(WarmFolder(folder, index), 0, FolderSize);
        foreach (var _ in Enumerable.Range(0, 2)) // the second finds all done
            Through(warm, warm.Options with { Set = new() { LogPath = Path.Join(WarmFolder(folder, index), "log") } }, TimeSpan.Zero);
        File.WriteAllText(Ready(folder, index), "");
        while (!File.Exists(Go(folder)))
            Thread.Sleep(20);
        var set = new SparseSet(folder, 0, FolderSize);
        var shard = shards > 1 ? index : 0;
        var (all, select) = Through(set,
            set.Options with { Set = new() { LogPath = Log(folder), ShardIndex = shard, ShardCount = shards } }, wait);
        return new JsonObject { ["processorMilliseconds"] = all.TotalMilliseconds, ["selectMilliseconds"] = select.TotalMilliseconds };
    }

    /// <summary>Processor time, in all and until the first picture.</summary>
    private static (TimeSpan All, TimeSpan Select) Through(SparseSet set, UpscaleOptions options, TimeSpan wait)
    {
        var before = Environment.CpuUsage.TotalTime;
        using var run = set.Run(wait, options);
        var files = run.Select(FileSet.Literal(set.Pictures, recurse: true));
        var selected = Environment.CpuUsage.TotalTime;
        foreach (var result in run.Upscale(files))
            if (result.Status == UpscaleStatus.Failed)
                throw new PssrException(PssrErrorKind.Device, $"{result.Input}: {result.Reason}");
        return (Environment.CpuUsage.TotalTime - before, selected - before);
    }

    private static string WarmFolder(string folder, int index) => Path.Join(folder, $"warm-{index}");

    private static string Ready(string folder, int index) => Path.Join(folder, $"ready-{index}");

    private static string Go(string folder) => Path.Join(folder, "go");

    private static string Log(string folder) => Path.Join(folder, "log");

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
