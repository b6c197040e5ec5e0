using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Drawing;
using PSSR.Ecdp;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets;

namespace PSSR.Bench.Quality;

/// <summary>
/// What flow models make of photographs that went through clean and real degradations, beside the simplest baselines: bicubic, the model at
/// temperature 0, and that with white noise of σ 4, which buys LPIPS as grain does. One row for each degradation and method, means over
/// the pictures; all by the path that users' pictures take, files and all.
/// </summary>
internal static class QualityBench
{
    private const double WhiteNoise = 4;
    private const int CropSide = 160;

    private static readonly (string Name, DegradationParameters Degradation)[] Degradations =
    [
        ("clean", new() { RoundsEachAxis = true }),
        ("blur 1.2, JPEG 60", new() { BlurSize = 15, BlurSigma = 1.2, JpegQuality = 60 }),
        ("noise 10, JPEG 75", new() { Noise = 10, JpegQuality = 75 }),
        ("JPEG 85", new() { JpegQuality = 85 }),
    ];

    private sealed record Row(
        string Method, double Psnr, double Ssim, double? Lpips, double Flat, double Pattern, double SecondsPerMegapixel);

    public static JsonNode Run(QualityBenchOptions options)
    {
        var scale = LoadedScale(options.Models[0]);
        using var lpips = options is { LpipsBackbone: { } backbone, LpipsLinear: { } linear }
            ? Lpips.Load("squeeze", backbone, linear) : null;
        var folder = Directory.CreateTempSubdirectory("pssr-quality-").FullName;
        try
        {
            var truths = Truths(options, scale);
            var report = new JsonArray();
            var table = new StringBuilder("| degradation | method | PSNR-Y | SSIM | LPIPS | flat noise | pattern | s/MP |\n"
                + "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
            foreach (var (name, degradation) in Degradations)
            {
                var lows = Path.Combine(folder, "low", name);
                Degrade(truths, degradation with { Scale = scale }, lows);
                var made = Methods(options).Select(method => (method.Name, Results: Upscale(lows, method.Options with
                {
                    Scale = scale, Precision = options.Precision, OutputDirectory = Path.Combine(folder, "out", name, method.Name),
                }))).ToList();
                made.AddRange(made.Where(m => m.Name.EndsWith(", temperature 0", StringComparison.Ordinal))
                    .Select(m => ($"{m.Name} + noise {WhiteNoise}", m.Results.Select((r, i) => (Noisy(r.Picture, i), r.Seconds)).ToList()))
                    .ToList());
                foreach (var (method, results) in made)
                    Tell(Measure(method, truths, results, scale, lpips), name);
                if (options.Sheet is { } sheet)
                    ImageCodec.Write($"{sheet}-{name.Replace(' ', '-').Replace(",", "")}.png", Sheet(truths, made), ImageFormat.Png,
                        overwrite: true);
            }
            if (options.Markdown is { } path)
                File.WriteAllText(path, table.ToString());
            return report;

            void Tell(Row row, string degradation)
            {
                report.Add(new JsonObject
                {
                    ["degradation"] = degradation, ["method"] = row.Method, ["psnrY"] = Round(row.Psnr, 2), ["ssim"] = Round(row.Ssim, 4),
                    ["lpips"] = row.Lpips is { } distance ? Round(distance, 4) : null, ["flatNoise"] = Round(row.Flat, 2),
                    ["fixedPattern"] = Round(row.Pattern, 3), ["secondsPerMegapixel"] = Round(row.SecondsPerMegapixel, 2),
                });
                var line = string.Create(CultureInfo.InvariantCulture, $"| {degradation} | {row.Method} "
                    + $"| {row.Psnr:0.00} | {row.Ssim:0.000} | {row.Lpips:0.000} | {row.Flat:0.00} | {row.Pattern:0.00} "
                    + $"| {row.SecondsPerMegapixel:0.0} |");
                table.AppendLine(line);
                Console.Error.WriteLine(line);
            }
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static IEnumerable<(string Name, UpscaleOptions Options)> Methods(QualityBenchOptions options)
    {
        yield return ("bicubic", new() { Method = UpscaleMethods.Bicubic });
        foreach (var model in options.Models)
        {
            var flow = new UpscaleOptions { Method = UpscaleMethods.Ecdp, Model = model };
            var name = Path.GetFileName(model.TrimEnd('/'));
            yield return ($"{name}, temperature 0", flow with { Flow = new FlowOptions { Temperature = 0 } });
            foreach (var look in options.Looks)
            {
                yield return (look == FlowLook.Natural ? name : $"{name}, {look}",
                    look == FlowLook.Natural ? flow : flow with { Flow = new FlowOptions { Look = look } });
            }
        }
    }

    private static int LoadedScale(string model) =>
        ModelStore.Find(model, ["flow"]).Card.Options["sr_factor"]?.GetValue<int>()
            ?? throw new ArgumentException($"'{model}' is no flow.");

    private static List<(string Name, RasterImage Picture)> Truths(QualityBenchOptions options, int scale)
    {
        var files = Directory.EnumerateFiles(options.Folder).Order(StringComparer.Ordinal);
        return [.. (options.Count > 0 ? files.Take(options.Count) : files).Select(file =>
        {
            var whole = ImageCodec.Read(file);
            var side = options.Side == 0 ? int.MaxValue : options.Side;
            var (width, height) = (Math.Min(whole.Width, side) / scale * scale, Math.Min(whole.Height, side) / scale * scale);
            return (Path.GetFileNameWithoutExtension(file),
                Cut(whole, (whole.Width - width) / 2, (whole.Height - height) / 2, width, height));
        })];
    }

    private static RasterImage Cut(RasterImage picture, int left, int top, int width, int height)
    {
        var (from, to) = ((byte[])picture.Samples, new byte[width * height * 3]);
        for (var i = 0; i < width * height; i++)
        {
            var place = (((top + (i / width)) * picture.Width) + left + (i % width)) * picture.Channels;
            for (var c = 0; c < 3; c++)
                to[(3 * i) + c] = from[place + (picture.Channels < 3 ? 0 : c)];
        }
        return new RasterImage(width, height, 3, to);
    }

    private static void Degrade(List<(string Name, RasterImage Picture)> truths, DegradationParameters degradation, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var (i, (name, truth)) in truths.Index())
        {
            using var scope = torch.NewDisposeScope();
            var low = Degradation.Apply(ImageTensor.FromRaster(truth).Colour.to(torch.float64), degradation with { Seed = (ulong)i });
            ImageCodec.Write(
                Path.Combine(folder, $"{name}.png"), ImageTensor.ToRaster(low.to(torch.float32), null, truth), ImageFormat.Png);
        }
    }

    private static List<(RasterImage Picture, double Seconds)> Upscale(string folder, UpscaleOptions options)
    {
        using var run = new UpscaleRun(options);
        var files = Directory.EnumerateFiles(folder, "*.png").Order(StringComparer.Ordinal).ToList();
        run.Upscale(new InputFile(files[0])); // loads the model
        return [.. files.Select(file =>
        {
            var result = run.Upscale(new InputFile(file));
            if (result.Status == UpscaleStatus.Failed)
                throw new PssrException(PssrErrorKind.Device, result.Reason ?? "", file);
            return (result.GetImage(), result.Timings.Network.TotalSeconds);
        })];
    }

    private static Row Measure(string method, List<(string Name, RasterImage Picture)> truths,
        List<(RasterImage Picture, double Seconds)> results, int scale, Lpips? lpips)
    {
        var pairs = results.Zip(truths, (result, truth) => (result.Picture, Truth: truth.Picture)).ToList();
        var flats = pairs.Select(p => Artefacts.FlatNoise(p.Picture, p.Truth)).Where(double.IsFinite).ToList();
        var timed = results.Zip(pairs).Skip(1).ToList(); // the first was there already
        return new Row(method, pairs.Average(p => Psnr.Compute(p.Picture, p.Truth, MetricChannel.Y, scale)),
            pairs.Average(p => Ssim.Compute(p.Picture, p.Truth, MetricChannel.Y, scale)),
            lpips is null ? null : pairs.Average(p => lpips.Compute(p.Picture, p.Truth).Distance),
            flats.Count == 0 ? double.NaN : flats.Average(), pairs.Average(p => Artefacts.FixedPattern(p.Picture, p.Truth, scale)),
            timed.Count == 0 ? double.NaN : timed.Average(t => t.First.Seconds / (t.Second.Truth.Width * t.Second.Truth.Height / 1e6)));
    }

    private static RasterImage Noisy(RasterImage picture, int number)
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, (ulong)number).Normal(0, [picture.Samples.Length]).data<float>().ToArray();
        return picture with
        {
            Samples = ((byte[])picture.Samples).Zip(noise, (s, n) => (byte)Math.Clamp(Math.Round(s + (WhiteNoise * n)), 0, 255)).ToArray(),
        };
    }

    /// <summary>The middle of each picture at 100 %, by every method, the truth last.</summary>
    private static RasterImage Sheet(List<(string Name, RasterImage Picture)> truths,
        List<(string Name, List<(RasterImage Picture, double Seconds)> Results)> made) =>
        ContactSheet.Draw([.. truths.Select((truth, i) => made.Select(m => (m.Name, m.Results[i].Picture))
            .Append((truth.Name, truth.Picture)).Select(p => (p.Item1, Middle(p.Item2))).ToArray())]);

    private static RasterImage Middle(RasterImage picture)
    {
        var (width, height) = (Math.Min(CropSide, picture.Width), Math.Min(CropSide, picture.Height));
        return Cut(picture, (picture.Width - width) / 2, (picture.Height - height) / 2, width, height);
    }

    private static double? Round(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;
}
