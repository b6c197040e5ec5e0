using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Bench;

/// <summary>
/// A conditional flow at several temperatures, steps and rounds of back-projection, and bicubic, on pictures that no training has seen;
/// PSNR and SSIM of luma with the scale as border (BasicSR-Y).
/// </summary>
internal static class FlowBench
{
    public static JsonObject Run(FlowBenchOptions options)
    {
        if (options.Threads > 0) set_num_threads(options.Threads);
        using var lpips = options.LpipsBackbone is { } backbone ? Lpips.Load("squeeze", backbone, options.LpipsLinear!) : null;
        var model = ModelStore.Find(options.Model);
        var scale = (int)model.Card.Options["sr_factor"]!;
        var pairs = options.Pictures is { } folder ? HeldOutPictures.Of(folder, scale)
            : HeldOutPictures.Synthetic(options.First, options.Count, options.Size, scale);
        var rows = new List<QualityRow>();
        RasterImage[] Measure(string what, Func<HeldOutPair, RasterImage> upscale)
        {
            var clock = Stopwatch.StartNew();
            RasterImage[] results = [.. pairs.Select(upscale)];
            var seconds = clock.Elapsed.TotalSeconds / pairs.Length;
            rows.Add(HeldOutPictures.Compare(what, pairs, results, MetricChannel.Y, scale, lpips, seconds));
            Console.Error.WriteLine(rows[^1]);
            return results;
        }

        List<RasterImage[]> columns = [Measure("bicubic", pair => pair.Bicubic())];
        foreach (var flow in Combinations(options))
        {
            using var method = new EcdpUpscaler(ModelLoader.LoadFlow(model, NetworkPlacement.Cpu), flow);
            columns.Add(Measure(Describe(flow), pair => Upscale(method, pair)));
        }
        if (options.Sheet is { } sheet)
            HeldOutPictures.WriteSheet(sheet, pairs, [.. columns]);
        if (options.Markdown is { } markdown)
            File.WriteAllText(markdown, QualityRow.Table(rows));
        return new JsonObject
        {
            ["what"] = "flow",
            ["model"] = model.Card.Sha256,
            ["pictures"] = options.Pictures ?? $"{pairs.Length} synthetic, {options.Size}x{options.Size}, from {options.First}",
            ["rows"] = new JsonArray([.. rows.Select(r => new JsonObject
            {
                ["what"] = r.What, ["psnr"] = Math.Round(r.Psnr, 3), ["ssim"] = Math.Round(r.Ssim, 4),
                ["lpipsSqueeze"] = r.Lpips is { } d ? Math.Round(d, 4) : null,
                ["secondsPerPicture"] = Math.Round(r.SecondsPerPicture, 2),
            })]),
        };
    }

    private static IEnumerable<FlowOptions> Combinations(FlowBenchOptions options) =>
        from temperature in options.Temperature
        from steps in options.Steps
        from consistency in options.Consistency
        select new FlowOptions { Solver = options.Solver, Temperature = temperature, Steps = steps, Consistency = consistency };

    private static RasterImage Upscale(EcdpUpscaler method, HeldOutPair pair)
    {
        using var scope = NewDisposeScope();
        var (low, _) = ImageTensor.FromRaster(pair.Low);
        var outcome = method.Upscale(new UpscaleRequest(low, pair.Truth.Width, pair.Truth.Height, 1, pair.Key), new EvaluationMonitor());
        return ImageTensor.ToRaster(outcome.Image, null, pair.Truth);
    }

    private static string Describe(FlowOptions flow)
    {
        (string, object?)[] given = [("temperature", flow.Temperature), ("steps", flow.Steps), ("consistency", flow.Consistency)];
        var named =
            string.Join(", ", given.Where(g => g.Item2 is not null).Select(g => FormattableString.Invariant($"{g.Item1} {g.Item2}")));
        return named.Length > 0 ? named : "the card's settings";
    }
}
