using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Checkpoints;
using PSSR.Diffusion;
using PSSR.Imaging;
using PSSR.Methods;
using PSSR.Metrics;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Bench;

/// <summary>Means over the pictures. PSNR and SSIM in RGB without a border (Paper-DPI).</summary>
/// <param name="Lpips">LPIPS-squeeze; null without its weights.</param>
internal sealed record CorrectorMeasurement(string What, double Psnr, double Ssim, double? Lpips, double SecondsPerPicture);

/// <summary>
/// DPI with the corrector, without it, and bicubic, on synthetic pictures that no training has seen: shrunk as MATLAB does it, rounded to 8 bit, upscaled,
/// rounded, and compared.
/// </summary>
internal static class CorrectorBench
{
    /// <summary>No training uses it; the bench of the prior has the same pictures.</summary>
    private const ulong HeldOutSeed = 0x4865_6c64_4f75_7421;

    private const int SheetRows = 4;

    private sealed record Pair(RasterImage Truth, RasterImage Low, ulong Key);

    public static JsonObject Run(CorrectorBenchOptions options)
    {
        if (options.Threads > 0) set_num_threads(options.Threads);
        using var lpips = options.LpipsBackbone is { } backbone ? Lpips.Load("squeeze", backbone, options.LpipsLinear!) : null;
        var (prior, corrector) = (ModelStore.Find(options.Prior), ModelStore.Find(options.Corrector));
        Pair[] pairs = [.. Enumerable.Range(options.First, options.Count).Select(i => Held(i, options))];
        var rows = new List<CorrectorMeasurement>();
        RasterImage[] Measure(string what, Func<Pair, RasterImage> upscale)
        {
            var clock = Stopwatch.StartNew();
            RasterImage[] results = [.. pairs.Select(upscale)];
            var seconds = clock.Elapsed.TotalSeconds / pairs.Length;
            rows.Add(Mean(what, pairs, results, lpips, seconds));
            Console.Error.WriteLine(Line(rows[^1]));
            return results;
        }

        var bicubic = Measure("bicubic", Bicubic);
        RasterImage[] without = [], with = [];
        foreach (var dpi in Combinations(options))
        {
            var named = Describe(dpi);
            without = WithMethod(prior, null, dpi, method => Measure($"DPI without a corrector{named}", pair => Upscale(method, pair)));
            with = WithMethod(prior, corrector, dpi, method => Measure($"DPI with {corrector.Name}{named}", pair => Upscale(method, pair)));
        }
        if (options.Sheet is { } sheet)
            WriteSheet(sheet, pairs, bicubic, without, with);
        if (options.Markdown is { } markdown)
            File.WriteAllText(markdown, Table(rows));
        return new JsonObject
        {
            ["what"] = "corrector",
            ["prior"] = prior.Card.Sha256,
            ["corrector"] = corrector.Card.Sha256,
            ["pictures"] = pairs.Length,
            ["size"] = options.Size,
            ["rows"] = new JsonArray([.. rows.Select(r => new JsonObject
            {
                ["what"] = r.What, ["psnr"] = Math.Round(r.Psnr, 3), ["ssim"] = Math.Round(r.Ssim, 4), ["lpipsSqueeze"] = r.Lpips is { } d ? Math.Round(d, 4) : null,
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

    private static RasterImage[] WithMethod(InstalledModel prior, InstalledModel? corrector, DpiOptions dpi, Func<Dpi, RasterImage[]> job)
    {
        var loaded = ModelLoader.LoadPrior(prior, NetworkPlacement.Cpu);
        using var method = new Dpi(loaded, corrector is null ? null : ModelLoader.LoadCorrector(corrector, NetworkPlacement.Cpu), dpi);
        return job(method);
    }

    private static RasterImage Upscale(Dpi method, Pair pair)
    {
        using var scope = NewDisposeScope();
        var (low, _) = ImageTensor.FromRaster(pair.Low);
        var outcome = method.Upscale(new UpscaleRequest(low, pair.Truth.Width, pair.Truth.Height, 1, pair.Key), new EvaluationMonitor());
        return ImageTensor.ToRaster(outcome.Image, null, pair.Truth);
    }

    private static RasterImage Bicubic(Pair pair) => pair.Truth with
    {
        Samples = Resampling.Resize((byte[])pair.Low.Samples, pair.Low.Height, pair.Low.Width, 3, pair.Truth.Height, pair.Truth.Width, ResamplingKernel.MatlabBicubic),
    };

    private static Pair Held(int index, CorrectorBenchOptions options)
    {
        using var scope = NewDisposeScope();
        var picture = new SyntheticImages(HeldOutSeed, options.Size).Read(index);
        var plain = new RasterImage(options.Size, options.Size, 3, Array.Empty<byte>());
        var truth = ImageTensor.ToRaster(tensor(picture.Planes, new long[] { 1, 3, options.Size, options.Size }, float32), null, plain);
        var small = Degradation.Apply(ImageTensor.FromRaster(truth).Colour.to(float64), new DegradationParameters { Scale = options.Scale });
        return new Pair(truth, ImageTensor.ToRaster(small.to(float32), null, plain), (ulong)index);
    }

    private static CorrectorMeasurement Mean(string what, Pair[] pairs, RasterImage[] results, Lpips? lpips, double seconds)
    {
        double Each(Func<RasterImage, RasterImage, double> metric) => pairs.Select((pair, i) => metric(results[i], pair.Truth)).Average();
        return new CorrectorMeasurement(what, Each((a, b) => Psnr.Compute(a, b, MetricChannel.Rgb, 0)), Each((a, b) => Ssim.Compute(a, b, MetricChannel.Rgb, 0)),
            lpips is null ? null : Each((a, b) => lpips.Compute(a, b).Distance), seconds);
    }

    private static void WriteSheet(string path, Pair[] pairs, params RasterImage[][] columns)
    {
        using var scope = NewDisposeScope();
        Tensor Picture(RasterImage image, Pair pair)
        {
            // Whole pixels, enlarged.
            var (down, across) = (pair.Truth.Height / image.Height, pair.Truth.Width / image.Width);
            return ImageTensor.FromRaster(image).Colour.reshape(1, 3, image.Height, 1, image.Width, 1).expand(1, 3, image.Height, down, image.Width, across)
                .reshape(1, 3, down * image.Height, across * image.Width);
        }
        var rows = pairs.Take(SheetRows).Select((pair, i) => columns.Select(c => c[i]).Prepend(pair.Low).Append(pair.Truth).Select(p => Picture(p, pair)).ToArray());
        var sheet = TrainingWatch.Sheet([.. rows]);
        var like = new RasterImage((int)sheet.shape[3], (int)sheet.shape[2], 3, Array.Empty<byte>());
        ImageCodec.Write(path, ImageTensor.ToRaster(sheet, null, like), ImageFormat.Png, overwrite: true);
    }

    private static string Table(IEnumerable<CorrectorMeasurement> rows)
    {
        var text = new StringBuilder().AppendLine("| | PSNR | SSIM | LPIPS-squeeze |").AppendLine("|---|---|---|---|");
        foreach (var r in rows)
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.What} | {r.Psnr:f2} | {r.Ssim:f3} | {r.Lpips:f4} |");
        return text.ToString();
    }

    private static string Describe(DpiOptions dpi)
    {
        (string, double?)[] given = [("τ", dpi.Tau), ("s", dpi.S), ("ω", dpi.Omega), ("η", dpi.Eta), ("steps", dpi.Steps)];
        return string.Concat(given.Where(g => g.Item2 is not null).Select(g => FormattableString.Invariant($", {g.Item1} {g.Item2}")));
    }

    private static string Line(CorrectorMeasurement r) =>
        FormattableString.Invariant($"bench: {r.What}: PSNR {r.Psnr:f2}, SSIM {r.Ssim:f3}, LPIPS {r.Lpips:f4}, {r.SecondsPerPicture:f1} s a picture");
}
