using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Training;

namespace PSSR.Bench;

/// <summary>End to end, as users run it: one PNG of 128×128 read, upscaled 2× by the default model with its own settings, and
/// written.</summary>
internal static class UpscaleBench
{
    private const int Side = 128;
    private const double Scale = 2;

    public static JsonObject Run(BenchOptions options)
    {
        var folder = Directory.CreateTempSubdirectory("pssr-bench-").FullName;
        try
        {
            var input = Path.Combine(folder, "in.png");
            ImageCodec.Write(input, Picture(), ImageFormat.Png);
            using var run = new UpscaleRun(new UpscaleOptions
            {
                Scale = Scale, Precision = options.Precision, Device = options.Device, OutputDirectory = Path.Combine(folder, "out"),
                Force = true,
            });
            // The first one loads the model.
            var results = Enumerable.Range(0, 2).Select(_ => run.Upscale(new InputFile(input))).ToArray();
            if (results.FirstOrDefault(r => r.Status != UpscaleStatus.Done) is { } failed)
                throw failed.Error as PssrException ?? new PssrException(PssrErrorKind.Device, failed.Reason ?? "The upscale failed.");
            var last = results[^1];
            return new JsonObject
            {
                ["what"] = "upscale",
                ["input"] = $"{Side}x{Side}",
                ["output"] = $"{last.Width}x{last.Height}",
                ["model"] = last.Model,
                ["steps"] = last.Steps,
                ["evaluations"] = last.Evaluations,
                ["precision"] = options.Precision,
                ["device"] = options.Device,
                ["threads"] = get_num_threads(),
                ["firstSeconds"] = Math.Round(results[0].Elapsed.TotalSeconds, 3),
                ["seconds"] = Math.Round(last.Elapsed.TotalSeconds, 3),
                ["peakMemoryBytes"] = ProcessMemory.PeakBytes(),
            };
        }
        finally
        {
            Directory.Delete(folder, true);
        }
    }

    private static RasterImage Picture()
    {
        var scene = new SyntheticImages(1, Side).Read(0);
        var samples = new byte[Side * Side * 3];
        for (var i = 0; i < Side * Side; i++)
            for (var c = 0; c < 3; c++)
                samples[i * 3 + c] = (byte)Math.Round(255 * Math.Clamp(scene.Planes[c * Side * Side + i], 0f, 1f));
        return new RasterImage(Side, Side, 3, samples);
    }
}
