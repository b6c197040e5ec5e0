using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Bench;

/// <summary>
/// What a user waits for beside the network, as docs/performance.md quotes it: the module's import over the bare shell, the first result in
/// a fresh process, the time per file outside the network, and what reading and writing beside it save. Things that are set against each
/// other are taken in turns.
/// </summary>
internal static class FiguresBench
{
    private const int SmallSide = 64, SetSide = 256, SetCount = 100;

    /// <param name="args">How often each is measured: 5 unless a number is given. Medians are reported.</param>
    public static JsonObject Run(string[] args)
    {
        var rounds = args.Length == 0 ? 5 : int.Parse(args[0], System.Globalization.CultureInfo.InvariantCulture);
        var root = Root();
        var folder = Directory.CreateTempSubdirectory("pssr-figures-").FullName;
        try
        {
            var report = new JsonObject { ["processors"] = Environment.ProcessorCount, ["busyBefore"] = Busy() };
            var small = Picture(Path.Combine(folder, "small.png"), SmallSide, SmallSide);
            Shell(report, Path.Combine(root, "PSSR.psd1"), small, folder, rounds);
            var pssr = Path.Combine(root, "artifacts", "pssr", OperatingSystem.IsWindows() ? "pssr.exe" : "pssr");
            report["pssrFirstResultSeconds"] =
                Median(() => Start(pssr, ["upscale", small, "--force", "--out", Path.Combine(folder, "out")]), rounds);
            report["pssrVersionSeconds"] = Median(() => Start(pssr, ["--version"]), rounds);
            PerFile(report, folder, rounds);
            Overlap(report, folder, rounds);
            report["busyAfter"] = Busy();
            return report;
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static void Shell(JsonObject report, string module, string small, string folder, int rounds)
    {
        string[] shell = ["-NoProfile", "-NonInteractive", "-Command"];
        string import = $"Import-Module '{module}'",
            upscale = $"$null = Invoke-DiffusionUpscale '{small}' -OutputDirectory '{Path.Combine(folder, "out")}' -Force";
        List<double> bare = [], imported = [], first = [];
        for (var round = 0; round <= rounds; round++)
        {
            var (none, with, result) =
                (Start("pwsh", [.. shell, "$null"]), Start("pwsh", [.. shell, import]), Start("pwsh", [.. shell, $"{import}; {upscale}"]));
            if (round == 0)
                continue; // fills the disk's cache
            bare.Add(none);
            imported.Add(with);
            first.Add(result);
        }
        report["shellSeconds"] = Round(Median(bare));
        report["importSeconds"] = Round(Median([.. imported.Zip(bare, (with, none) => with - none)]));
        report["shellFirstResultSeconds"] = Round(Median(first));
    }

    /// <summary>Outside the network: reading, decoding, encoding, writing, and what lies between.</summary>
    private static void PerFile(JsonObject report, string folder, int rounds)
    {
        string[] smalls =
            [.. Enumerable.Range(0, 40).Select(i => Picture(Path.Combine(folder, "smalls", $"{i}.png"), SmallSide, SmallSide, i))];
        var large = Picture(Path.Combine(folder, "large.png"), 2000, 1500);
        var (wall, results) = Upscale(smalls, 1, folder);
        report["smallFileSeconds"] = Round(results.Average(r => (r.Elapsed - r.Timings.Network).TotalSeconds));
        report["smallFileWallSeconds"] = Round((wall - results.Sum(r => r.Timings.Network.TotalSeconds)) / smalls.Length);
        report["largeFileSeconds"] =
            Median(() => Upscale([large], 1, folder).Results.Sum(r => (r.Elapsed - r.Timings.Network).TotalSeconds), rounds);
        report["largeFile"] = "2000x1500 to 4000x3000, PNG";
    }

    /// <summary>A set whose network is so fast that reading and writing weigh as much as they can.</summary>
    private static void Overlap(JsonObject report, string folder, int rounds)
    {
        string[] set =
            [.. Enumerable.Range(0, SetCount).Select(i => Picture(Path.Combine(folder, "set", $"{i}.png"), SetSide, SetSide, i))];
        int[] throttles = [1, 2, 3, 4];
        var (walls, idle) =
            (throttles.ToDictionary(t => t, _ => new List<double>()), throttles.ToDictionary(t => t, _ => new List<double>()));
        for (var round = 0; round < rounds; round++)
        {
            foreach (var throttle in throttles)
            {
                var (wall, results) = Upscale(set, throttle, folder);
                walls[throttle].Add(wall);
                idle[throttle].Add(1 - (results.Sum(r => r.Timings.Network.TotalSeconds) / wall));
            }
        }
        report["overlap"] = new JsonObject(throttles.Select(t => KeyValuePair.Create<string, JsonNode?>($"throttleLimit {t}", new JsonObject
        {
            ["seconds"] = Round(Median(walls[t])),
            ["timeOfOneByOne"] = Round(Median([.. walls[t].Zip(walls[1], (some, one) => some / one)])),
            ["networkIdleShare"] = Round(Median(idle[t])),
        })));
    }

    /// <summary>Bicubic alone, beside the model that would be loaded anyway; what loading takes doesn't count.</summary>
    private static (double Wall, List<UpscaleResult> Results) Upscale(string[] pictures, int throttle, string folder)
    {
        using var run = new UpscaleRun(
            new UpscaleOptions { NoiseLevel = 0, ThrottleLimit = throttle, Force = true, OutputDirectory = Path.Combine(folder, "out") });
        run.Upscale(new InputFile(Path.Combine(folder, "small.png")));
        var clock = Stopwatch.StartNew();
        var results = run.Upscale(pictures.Select(path => new InputFile(path))).ToList();
        return results.FirstOrDefault(r => r.Status != UpscaleStatus.Done) is { } failed
            ? throw new PssrException(PssrErrorKind.Image, failed.Reason ?? "A picture was skipped.", failed.Input)
            : (clock.Elapsed.TotalSeconds, results);
    }

    private static double Start(string program, string[] arguments)
    {
        var clock = Stopwatch.StartNew();
        using var child =
            Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var error = child.StandardError.ReadToEndAsync();
        child.StandardOutput.ReadToEnd();
        child.WaitForExit();
        return child.ExitCode == 0 ? clock.Elapsed.TotalSeconds
            : throw new PssrException(PssrErrorKind.Device, $"'{program} {string.Join(' ', arguments)}' failed: {error.Result}");
    }

    private static string Picture(string path, int width, int height, int seed = 0)
    {
        var side = Math.Max(width, height);
        var scene = new SyntheticImages(1, side).Read(seed);
        var samples = new byte[width * height * 3];
        for (var i = 0; i < width * height; i++)
            for (var c = 0; c < 3; c++)
                samples[i * 3 + c] =
                    (byte)Math.Round(255 * Math.Clamp(scene.Planes[c * side * side + i / width * side + i % width], 0f, 1f));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageCodec.Write(path, new RasterImage(width, height, 3, samples), ImageFormat.Png);
        return path;
    }

    /// <summary>How many processes wanted a core lately, beside this one: with more than there are cores, times are to be read as ratios
    /// only.</summary>
    internal static double? Busy() => File.Exists("/proc/loadavg")
        ? double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture) : null;

    private static double Median(Func<double> measure, int rounds)
    {
        measure();
        return Round(Median([.. Enumerable.Range(0, rounds).Select(_ => measure())]));
    }

    private static double Median(List<double> values) => EvaluationBench.Median([.. values]);

    private static double Round(double value) => Math.Round(value, 4);

    private static string Root()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "PSSR.psd1")))
                return folder;
        throw new PssrException(PssrErrorKind.Option, "The bench isn't within a checkout of PSSR.");
    }
}
