using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Arrays;
using PSSR.Sets;

namespace PSSR.Bench.Sets;

/// <summary>
/// <c>bench workers [--count N] [--workers N,N] [--rate N] [--processes N] [--sharded 0|1]</c>: that many workers at once on one folder
/// of small pictures, each a run of its own (sharded: a shard of an array), in at most so many processes, with a network that waits so
/// long that all together do the rate in pictures a second: the processors are never what they wait for. Each process warms up on
/// pictures of its own first and begins when all have, so that what is counted is a run's own: processor time a picture outside the
/// wait, and whether any was done twice.
/// </summary>
internal static class WorkersBench
{
    private const int WarmUp = 40, FolderSize = 500;

    public static JsonNode Run(string[] arguments)
    {
        if (arguments is ["--child", var root, var first, var loops, var shards, var milliseconds])
            return Child(root, Whole(first), Whole(loops), Whole(shards), TimeSpan.FromMilliseconds(Whole(milliseconds)));
        var given = new Dictionary<string, string>
        {
            ["--count"] = "2000", ["--workers"] = "1,8,64", ["--rate"] = "60", ["--processes"] = "8", ["--sharded"] = "1",
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
                (JsonNode)Together(Whole(given["--count"]), Whole(workers), Math.Min(Whole(workers), Whole(given["--processes"])),
                    1000 * Whole(workers) / Whole(given["--rate"]), given["--sharded"] != "0"))]),
        };
    }

    private static JsonObject Together(int count, int workers, int processes, int wait, bool sharded)
    {
        Console.Error.WriteLine($"bench: {workers} workers");
        var folder = Directory.CreateTempSubdirectory("pssr-workers-").FullName;
        try
        {
            var set = new SparseSet(folder, count, FolderSize);
            set.Make();
            if (sharded)
                set.Plan(workers);
            var children = Enumerable.Range(0, processes).Select(i =>
            {
                new SparseSet(WarmFolder(folder, i * workers / processes), WarmUp, FolderSize).Make();
                // The process's own workers: those up to the next one's first.
                var (first, next) = (i * workers / processes, (i + 1) * workers / processes);
                var start = new ProcessStartInfo(Environment.ProcessPath!,
                    ["workers", "--child", folder, Text(first), Text(next - first), Text(sharded ? workers : 0), Text(wait)])
                {
                    RedirectStandardOutput = true,
                };
                // Nothing is compiled anew while it is measured.
                (start.Environment["DOTNET_TieredCompilation"], start.Environment["OMP_NUM_THREADS"]) = ("0", "1");
                return Process.Start(start)!;
            }).ToList();
            while (children.Where((_, i) => !File.Exists(Ready(folder, i * workers / processes))).Any())
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
                ["processes"] = processes,
                ["waitMilliseconds"] = wait,
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

    private static JsonObject Child(string folder, int first, int loops, int shards, TimeSpan wait)
    {
        var warm = new SparseSet(WarmFolder(folder, first), 0, FolderSize);
        var practice = warm.Options with { Set = new() { LogPath = Path.Join(WarmFolder(folder, first), "log") } };
        foreach (var _ in Enumerable.Range(0, 2)) // the second finds all done
            Through(warm, practice, FileSet.Literal(warm.Pictures, recurse: true), TimeSpan.Zero, () => { });
        File.WriteAllText(Ready(folder, first), "");
        while (!File.Exists(Go(folder)))
            Thread.Sleep(20);
        var (before, selected) = (Environment.CpuUsage.TotalTime, TimeSpan.Zero);
        using var all = new Barrier(loops, _ => selected = Environment.CpuUsage.TotalTime);
        var set = new SparseSet(folder, 0, FolderSize);
        var workers = Enumerable.Range(first, loops).Select(index => Task.Factory.StartNew(() =>
        {
            var part = new SetOptions { LogPath = Log(folder), ShardIndex = shards > 0 ? index : 0, ShardCount = Math.Max(1, shards) };
            var files = shards == 0 ? FileSet.Literal(set.Pictures, recurse: true)
                : ArrayManifest.Read(set.Job.Folder, index).Select(line => line.File);
            Through(set, set.Options with { Set = part }, files, wait, all.SignalAndWait);
        }, TaskCreationOptions.LongRunning)).ToArray();
        Task.WaitAll(workers);
        return new JsonObject
        {
            ["processorMilliseconds"] = (Environment.CpuUsage.TotalTime - before).TotalMilliseconds,
            ["selectMilliseconds"] = (selected - before).TotalMilliseconds,
        };
    }

    private static void Through(SparseSet set, UpscaleOptions options, IEnumerable<InputFile> given, TimeSpan wait, Action selected)
    {
        using var run = set.Run(wait, options);
        var files = run.Select(given);
        selected();
        foreach (var result in run.Upscale(files))
            if (result.Status == UpscaleStatus.Failed)
                throw new PssrException(PssrErrorKind.Device, $"{result.Input}: {result.Reason}");
    }

    private static string WarmFolder(string folder, int index) => Path.Join(folder, $"warm-{index}");

    private static string Ready(string folder, int index) => Path.Join(folder, $"ready-{index}");

    private static string Go(string folder) => Path.Join(folder, "go");

    private static string Log(string folder) => Path.Join(folder, "log");

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
