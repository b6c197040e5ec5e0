using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSSR.Bench;

/// <summary>
/// <c>bench files [--count N] [--kills N] [--seed N]</c>: a set of small pictures through Get-ChildItem -Recurse | Invoke-DiffusionUpscale
/// in a real pwsh, killed at random moments; the same
/// set by one process and by two at once; what a picture costs outside the network; and what it costs to find that all is done. PSSR has to
/// be built.
/// </summary>
internal static class FileSetBench
{
    public static JsonNode Run(string[] arguments)
    {
        var given = new Dictionary<string, int> { ["--count"] = 500, ["--kills"] = 10, ["--seed"] = 1 };
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!given.ContainsKey(arguments[i]) || i + 1 == arguments.Length)
                throw new ArgumentException($"'{arguments[i]}' is unknown or needs a value. Options: {string.Join(", ", given.Keys)}.");
            given[arguments[i]] = int.Parse(arguments[i + 1], CultureInfo.InvariantCulture);
        }
        var folder = Directory.CreateTempSubdirectory("pssr-files-").FullName;
        try
        {
            Console.Error.WriteLine($"bench: killed runs in {folder}");
            var killed = given["--kills"] == 0 ? null
                : new KilledRuns(Path.Join(folder, "killed"), Cmdlet).Run(given["--count"], given["--kills"], new Random(given["--seed"]));
            var set = Path.Join(folder, "set");
            var pictures = SmallPictures.Create(set, given["--count"]);
            return new JsonObject
            {
                ["what"] = "files",
                ["processors"] = Environment.ProcessorCount,
                ["load"] = File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : null,
                ["killed"] = JsonSerializer.SerializeToNode(killed),
                ["one"] = Uninterrupted(folder, "one", set, 1),
                ["two"] = Uninterrupted(folder, "two", set, 2),
                ["allDone"] = Uninterrupted(folder, "two", set, 1),
                ["good"] = pictures.Good.Count,
            };
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>Some processes at once, each on one core, as two on a machine of their own would be.</summary>
    private static JsonObject Uninterrupted(string folder, string name, string set, int processes)
    {
        Console.Error.WriteLine($"bench: {processes} at once");
        var (output, log) = (Path.Join(folder, name), Path.Join(folder, $"{name}.log"));
        File.Delete(log);
        var clock = Stopwatch.StartNew();
        var running = Enumerable.Range(0, processes).Select(_ =>
        {
            var start = CommandLine(set, output, log);
            start.Environment["OMP_NUM_THREADS"] = "1";
            return KilledRuns.Start(start);
        }).ToList();
        running.ForEach(process => process.WaitForExit());
        var wall = clock.Elapsed.TotalSeconds;
        var lines = File.ReadAllLines(log).Select(line => JsonNode.Parse(line)!).ToList();
        var files = lines.Where(line => (string?)line["event"] == "file").ToList();
        var done = files.Where(line => (string?)line["status"] == "done").ToList();
        var memory = files.Select(line => (long)line["peakMemoryBytes"]!).ToList();
        return new JsonObject
        {
            ["seconds"] = Math.Round(wall, 1),
            ["done"] = done.Count,
            ["doneTwice"] = done.GroupBy(line => (string)line["input"]!).Count(group => group.Count() > 1),
            ["evaluations"] = done.Sum(line => (int)line["evaluations"]!),
            ["millisecondsAPicture"] = done.Count == 0 ? null : new JsonObject(
                ((string[])["read", "decode", "network", "encode", "write"])
                    .Select(phase => KeyValuePair.Create(phase,
                        (JsonNode?)Math.Round(done.Average(line => 1000 * (double)line["timings"]![phase]!), 2)))),
            ["memoryMiBAfterATenth"] = Math.Round(memory[memory.Count / 10] / 1048576.0, 1),
            ["memoryMiBAtTheEnd"] = Math.Round(memory.Max() / 1048576.0, 1),
        };
    }

    private static ProcessStartInfo CommandLine(string set, string output, string log) =>
        Quiet(new ProcessStartInfo(At("artifacts", "pssr", "pssr"),
            ["upscale", set, "--recurse", "--out", output, "--noise-level", "0.1", "--steps", "1", "--log", log, "--json"]));

    private static ProcessStartInfo Cmdlet(string set, string output, string log)
    {
        var start = Quiet(new ProcessStartInfo("pwsh", ["-NoProfile", "-NonInteractive", "-Command", """
            $ProgressPreference = 'SilentlyContinue'
            Import-Module $env:BENCH_MODULE
            Get-ChildItem -LiteralPath $env:BENCH_SET -Recurse -File |
                Invoke-DiffusionUpscale -OutputDirectory $env:BENCH_OUT -NoiseLevel 0.1 -Steps 1 -LogPath $env:BENCH_LOG `
                    -SummaryVariable summary -ErrorAction SilentlyContinue | Out-Null
            exit $summary.ExitCode
            """]));
        (start.Environment["BENCH_MODULE"], start.Environment["BENCH_SET"], start.Environment["BENCH_OUT"],
            start.Environment["BENCH_LOG"]) = (At("PSSR.psd1"), set, output, log);
        return start;
    }

    private static ProcessStartInfo Quiet(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        return start;
    }

    /// <summary>A path in the repository: the folder above this program with the module's manifest.</summary>
    private static string At(params string[] parts)
    {
        var root = AppContext.BaseDirectory;
        while (!File.Exists(Path.Join(root, "PSSR.psd1")))
            root = Path.GetDirectoryName(root) ?? throw new ArgumentException("There is no PSSR.psd1 above this program.");
        return Path.Join([root, .. parts]);
    }
}
