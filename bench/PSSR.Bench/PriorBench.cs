using System.Text.Json.Nodes;
using PSSR.DiffSr;
using PSSR.Diffusion;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tiles;
using PSSR.Training;

namespace PSSR.Bench;

/// <summary>One setting's means over the pictures; level 0 is plain bicubic.</summary>
/// <param name="Lpips">LPIPS-squeeze; null without its weights.</param>
internal sealed record PriorMeasurement(double Scale, double Level, int Steps, double PsnrY, double SsimY, double? Lpips);

/// <summary>
/// Diff-SR with one prior over scales, noise levels and visited steps, against bicubic: pictures are shrunk as MATLAB does it, rounded to 8
/// bit, upscaled, rounded, and compared. This is what a card's noise levels come from (on synthetic pictures that no training has seen).
/// </summary>
internal static class PriorBench
{
    /// <summary>No training uses it.</summary>
    private const ulong HeldOutSeed = 0x4865_6c64_4f75_7421;

    /// <summary>LPIPS this share above the best counts as equally good.</summary>
    private const double NearlyAsGood = 0.03;

    public static JsonObject Run(PriorBenchOptions options)
    {
        if (options.Threads > 0) set_num_threads(options.Threads);
        var installed = ModelStore.Find(options.Model);
        using var model = ModelLoader.LoadPrior(installed, NetworkPlacement.Cpu);
        using var lpips = options.LpipsBackbone is { } backbone ? Lpips.Load("squeeze", backbone, options.LpipsLinear!) : null;
        var pictures = options.Images is { } folder ? FromFolder(folder, options.Crop) : Synthetic(options.Count, options.Size);
        var rows = new List<PriorMeasurement>();
        foreach (var scale in options.Scales)
        {
            rows.Add(Measure(0, 0));
            if (options.Own)
                rows.Add(Measure(null, 0));
            foreach (var level in options.Levels)
                rows.AddRange(options.Steps.Select(steps => Measure(level, steps)));

            PriorMeasurement Measure(double? level, int steps)
            {
                var row = Mean(model, lpips, pictures, scale, level, steps, options.Save);
                Console.Error.WriteLine(
                    $"bench: x{scale:0.##} level {row.Level:0.####} steps {row.Steps}: "
                    + $"PSNR-Y {row.PsnrY:f2}, SSIM-Y {row.SsimY:f3}, LPIPS {row.Lpips:f4}");
                return row;
            }
        }
        var best = rows.Where(r => r.Lpips is not null && r.Level > 0).GroupBy(r => r.Scale).Select(Choose).ToArray();
        if (options.WriteCard)
            WriteCard(installed, best);
        if (options.Markdown is { } markdown)
            File.WriteAllText(markdown, PriorReport.Markdown(installed.Card, options, pictures.Count, rows));
        return PriorReport.Json(installed.Card, pictures.Count, rows);
    }

    /// <summary>The lowest level, then the fewest steps, that come near the best LPIPS: what invents least of what looks equally
    /// good.</summary>
    private static PriorMeasurement Choose(IEnumerable<PriorMeasurement> rows)
    {
        var most = rows.Min(r => r.Lpips!.Value) * (1 + NearlyAsGood);
        return rows.Where(r => r.Lpips <= most).OrderBy(r => r.Level).ThenBy(r => r.Steps).First();
    }

    private static PriorMeasurement Mean(
        LoadedModel model, Lpips? lpips, IReadOnlyList<RasterImage> pictures, double scale, double? level, int steps, string? save)
    {
        // One method object for all pictures; it isn't disposed, for the model outlives it.
        var method = new DiffSrUpscaler(model, new DiffSrOptions { NoiseLevel = level, Steps = steps > 0 ? steps : null });
        var border = (int)Math.Ceiling(scale);
        var (psnr, ssim, distance) = (0.0, 0.0, 0.0);
        for (var i = 0; i < pictures.Count; i++)
        {
            var truth = ToMultipleOf(pictures[i], scale);
            var (result, decisions) = Upscale(method, truth, scale, (ulong)i);
            (level, steps) = ((double)decisions["noiseLevel"], (int)decisions["steps"]);
            psnr += Psnr.Compute(result, truth, MetricChannel.Y, border) / pictures.Count;
            ssim += Ssim.Compute(result, truth, MetricChannel.Y, border) / pictures.Count;
            distance += lpips?.Compute(result, truth).Distance / pictures.Count ?? 0;
            if (save is not null)
            {
                Directory.CreateDirectory(save);
                ImageCodec.Write(Path.Combine(save, FormattableString.Invariant($"{i}_x{scale}_level{level:0.00}_steps{steps}.png")),
                    result, ImageFormat.Png, overwrite: true);
            }
        }
        return new PriorMeasurement(scale, level!.Value, steps, psnr, ssim, lpips is null ? null : distance);
    }

    private static (RasterImage Result, IReadOnlyDictionary<string, object> Decisions) Upscale(DiffSrUpscaler method, RasterImage truth,
        double scale, ulong key)
    {
        var (height, width) = ((int)Math.Round(truth.Height / scale), (int)Math.Round(truth.Width / scale));
        var low = Resampling.Resize((byte[])truth.Samples, truth.Height, truth.Width, 3, height, width, ResamplingKernel.MatlabBicubic);
        using var scope = NewDisposeScope();
        var (colour, _) = ImageTensor.FromRaster(new RasterImage(width, height, 3, low));
        var outcome = method.Upscale(new UpscaleRequest(colour, truth.Width, truth.Height, 1, key), new EvaluationMonitor());
        return (ImageTensor.ToRaster(outcome.Image, null, truth), outcome.Decisions);
    }

    /// <summary>Cut at the right and the bottom, so that the scale is the same on both axes and exact.</summary>
    private static RasterImage ToMultipleOf(RasterImage image, double scale)
    {
        var unit = (int)Math.Ceiling(scale);
        return Cut(image, 0, 0, image.Width / unit * unit, image.Height / unit * unit);
    }

    private static RasterImage Cut(RasterImage image, int left, int top, int width, int height)
    {
        var (from, to) = ((byte[])image.Samples, new byte[width * height * 3]);
        for (var y = 0; y < height; y++)
            Array.Copy(from, ((top + y) * image.Width + left) * 3, to, y * width * 3, width * 3);
        return new RasterImage(width, height, 3, to);
    }

    private static List<RasterImage> Synthetic(int count, int size)
    {
        var source = new SyntheticImages(HeldOutSeed, size);
        return [.. Enumerable.Range(0, count).Select(i => Raster(source.Read(i)))];
    }

    private static List<RasterImage> FromFolder(string folder, int crop)
    {
        var source = new FolderImages(folder);
        return [.. Enumerable.Range(0, (int)source.Count!).Select(i => Raster(source.Read(i))).Select(p =>
            crop > 0
                ? Cut(p, Math.Max(0, (p.Width - crop) / 2), Math.Max(0, (p.Height - crop) / 2), Math.Min(crop, p.Width),
                    Math.Min(crop, p.Height)) : p)];
    }

    private static RasterImage Raster(PlanarImage image)
    {
        using var scope = NewDisposeScope();
        var colour = tensor(image.Planes, new long[] { 1, 3, image.Height, image.Width }, float32);
        return ImageTensor.ToRaster(colour, null, new RasterImage(image.Width, image.Height, 3, Array.Empty<byte>()));
    }

    private static void WriteCard(InstalledModel model, IEnumerable<PriorMeasurement> best) =>
        ModelCards.Write(model.Folder, model.Card with
    {
        NoiseLevels = [.. best.OrderBy(r => r.Scale).Select(r => new NoiseLevelEntry(r.Scale, r.Level, r.Steps))],
    });
}
