using System.Diagnostics;
using System.Text.Json;

namespace PSSR.Build;

/// <summary>Upscales the pictures in examples/ at three targets through the CLI and puts each result beside its source and bicubic.</summary>
internal sealed class Demo(Layout layout, Workshop workshop)
{
    private sealed record Target(string Name, params string[] Arguments);

    private static readonly Target[] Targets =
        [new("2x", "--scale", "2"), new("3.5x", "--scale", "3.5"), new("width-400", "--width", "400")];

    public int Run()
    {
        workshop.BuildCli();
        var pictures = Directory.EnumerateFiles(layout.At("examples"), "*.png").Order(StringComparer.Ordinal).ToArray();
        if (pictures.Length == 0) throw new BuildStop(1, "There is no picture in examples/.");

        var clock = Stopwatch.StartNew();
        var (folder, inNetwork, failed) = (layout.At("artifacts", "demo"), 0.0, 0);
        var sheets = new List<Task>();
        foreach (var target in Targets)
        {
            var results = Upscale(target, pictures, Path.Combine(folder, target.Name));
            inNetwork += results.Sum(r => r.Seconds);
            failed += results.Count(r => r.Status != "done");
            // Drawn while the next target is computed.
            sheets.Add(Task.Run(() => Sheet(Path.Combine(folder, $"sheet-{target.Name}.png"), results.Where(r => r.Status == "done"))));
        }

        foreach (var sheet in sheets) sheet.GetAwaiter().GetResult();

        Log.Line($"results: {folder}/<target>/  contact sheets (LR, bicubic, PSSR): {folder}/sheet-*.png");
        Log.Line($"{clock.Elapsed.TotalSeconds:0.0} s, {clock.Elapsed.TotalSeconds - inNetwork:0.0} s of them outside the upscaling itself");
        return failed == 0 ? 0 : 1;
    }

    private sealed record Result(string Input, string? Output, string Status, string? Error, int? Width, int? Height, double Seconds);

    private List<Result> Upscale(Target target, string[] pictures, string folder)
    {
        var results = new List<Result>();
        var run = new Command(layout.Cli, ["upscale", .. pictures, .. target.Arguments, "--out", folder, "--force", "--json"]).Capture(line =>
        {
            // Both streams come here; the run's summary is a line of JSON too.
            if (!line.StartsWith('{') || line.StartsWith("{\"kind\":", StringComparison.Ordinal)) return;
            var result = JsonSerializer.Deserialize<Result>(line, JsonSerializerOptions.Web)!;
            results.Add(result);
            Log.Line(result.Status == "done"
                ? $"{Path.GetFileName(result.Input)} {target.Name}: {result.Width}x{result.Height} in {result.Seconds:0.0} s"
                : $"{Path.GetFileName(result.Input)} {target.Name}: {result.Status} {result.Error}");
        });
        return results.Count == pictures.Length ? results : throw new BuildStop(1, $"{run.Output}\nThe CLI answered for {results.Count} of {pictures.Length} pictures.");
    }

    private void Sheet(string file, IEnumerable<Result> results)
    {
        string[] pairs = [.. results.SelectMany(r => new[] { r.Input, r.Output! })];
        if (pairs.Length == 0) return;
        var run = new Command(layout.Cli, ["sheet", "--out", file, "--force", .. pairs]).Capture();
        if (run.ExitCode != 0) throw new BuildStop(1, $"{run.Output}\nThe contact sheet {file} could not be made.");
    }
}
