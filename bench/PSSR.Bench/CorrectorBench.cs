using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Bench;

/// <summary>
/// DPI with the corrector, without it, and bicubic, on synthetic pictures that no training has seen; PSNR and SSIM in RGB without a border
/// (Paper-DPI).
/// </summary>
internal static class CorrectorBench
{
    public static JsonObject Run(CorrectorBenchOptions options)
    {
        if (options.Threads > 0) set_num_threads(options.Threads);
        using var lpips = options.LpipsBackbone is { } backbone ? Lpips.Load("squeeze", backbone, options.LpipsLinear!) : null;
        var (prior, corrector) = (ModelStore.Find(options.Prior), ModelStore.Find(options.Corrector));
        var pairs = options.Images is { } folder ? HeldOutPictures.Of(folder, options.Scale, options.Size)
            : HeldOutPictures.Synthetic(options.First, options.Count, options.Size, options.Scale);
        var rows = new List<QualityRow>();
        RasterImage[] Measure(string what, Func<HeldOutPair, RasterImage> upscale)
        {
            var clock = Stopwatch.StartNew();
            RasterImage[] results = [.. pairs.Select(upscale)];
            var seconds = clock.Elapsed.TotalSeconds / pairs.Length;
            rows.Add(HeldOutPictures.Compare(what, pairs, results, MetricChannel.Rgb, 0, lpips, seconds));
            Console.Error.WriteLine(rows[^1]);
            return results;
        }

        var bicubic = Measure("bicubic", pair => pair.Bicubic());
        RasterImage[] without = [], with = [];
        foreach (var dpi in Combinations(options))
        {
            var named = Describe(dpi);
            without = WithMethod(prior, null, dpi, method => Measure($"DPI without a corrector{named}", pair => Upscale(method, pair)));
            with = WithMethod(prior, corrector, dpi, method => Measure($"DPI with {corrector.Name}{named}", pair => Upscale(method, pair)));
        }
        if (options.Sheet is { } sheet)
            HeldOutPictures.WriteSheet(sheet, pairs, bicubic, without, with);
        if (options.Markdown is { } markdown)
            File.WriteAllText(markdown, QualityRow.Table(rows));
        return new JsonObject
        {
            ["what"] = "corrector",
            ["prior"] = prior.Card.Sha256,
            ["corrector"] = corrector.Card.Sha256,
            ["pictures"] = pairs.Length,
            ["size"] = options.Size,
            ["rows"] = new JsonArray([.. rows.Select(r => new JsonObject
            {
                ["what"] = r.What, ["psnr"] = Math.Round(r.Psnr, 3), ["ssim"] = Math.Round(r.Ssim, 4),
                ["lpipsSqueeze"] = r.Lpips is { } d ? Math.Round(d, 4) : null,
                ["secondsPerPicture"] = Math.Round(r.SecondsPerPicture, 2),
            })]),
        };
    }

    private static IEnumerable<DpiOptions> Combinations(CorrectorBenchOptions options) =>
        from tau in options.Tau
        from s in options.S
        from omega in options.Omega
        from eta in options.Eta
        select new DpiOptions { Tau = tau, S = s, Omega = omega, Eta = eta, Steps = options.Steps };

    private static RasterImage[] WithMethod(InstalledModel prior, InstalledModel? corrector, DpiOptions dpi,
        Func<DpiUpscaler, RasterImage[]> job)
    {
        var loaded = ModelLoader.LoadPrior(prior, NetworkPlacement.Cpu);
        using var method =
            new DpiUpscaler(loaded, corrector is null ? null : ModelLoader.LoadCorrector(corrector, NetworkPlacement.Cpu), dpi);
        return job(method);
    }

    private static RasterImage Upscale(DpiUpscaler method, HeldOutPair pair)
    {
        using var scope = NewDisposeScope();
        var (low, _) = ImageTensor.FromRaster(pair.Low);
        var outcome = method.Upscale(new UpscaleRequest(low, pair.Truth.Width, pair.Truth.Height, 1, pair.Key), new EvaluationMonitor());
        return ImageTensor.ToRaster(outcome.Image, null, pair.Truth);
    }

    private static string Describe(DpiOptions dpi)
    {
        (string, double?)[] given = [("τ", dpi.Tau), ("s", dpi.S), ("ω", dpi.Omega), ("η", dpi.Eta), ("steps", dpi.Steps)];
        return string.Concat(given.Where(g => g.Item2 is not null).Select(g => FormattableString.Invariant($", {g.Item1} {g.Item2}")));
    }
}
