using PSSR.Diffusion;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks.Features;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.DiffSr.Field;

/// <summary>How an empirical search scores.</summary>
/// <param name="VisitedSteps">DDIM steps of each upscale.</param>
/// <param name="Metric">Psnr, Ssim, Lpips or Frechet, by now.</param>
internal sealed record SweepOptions(int VisitedSteps, FieldMetric Metric, ulong Seed, int Refinements);

/// <summary>
/// Tries noise levels on pictures: each is shrunk as MATLAB does it, upscaled by Diff-SR, rounded to 8 bit and compared. Coarse first, then
/// finer around the best.
/// </summary>
/// <param name="features">For a Fréchet distance of the whole set; null leaves it out.</param>
internal sealed class LevelSweep(Func<LoadedModel> load, int diffusionSteps, IReadOnlyList<RasterImage> pictures, SweepOptions options,
    Lpips? lpips, IFeatureExtractor? features, MeasurementLog log)
{
    /// <summary>Of the theory's level.</summary>
    private static readonly double[] Coarse = [0.25, 0.5, 1, 2, 4];

    internal const double LargestLevel = 0.9;

    /// <summary>Most levels of one scale: those of the first pass, and two a round.</summary>
    public int LevelsAtMost => 1 + Coarse.Length + 2 * options.Refinements;

    /// <summary>Least side of a picture that can be scored: of what the scale leaves of it.</summary>
    public static int LeastSide(double scale, Lpips? lpips)
    {
        var least = Math.Max(Ssim.LeastSide(Border(scale)), lpips is null ? 1 : Lpips.LeastSide);
        var side = least;
        while (ScalePair.Kept(side, scale) < least)
            side++;
        return side;
    }

    private static int Border(double scale) => (int)Math.Round(scale);

    /// <summary>How the values come about, in words.</summary>
    public string Settings =>
        "PSNR and SSIM on luma, border as wide as the scale"
        + (lpips is null ? "" : $"; LPIPS {lpips.Network}")
        + (features is null ? "" : $"; features of {features.Name}")
        + FormattableString.Invariant($"; {options.VisitedSteps} visited steps; best by {options.Metric}");

    /// <summary>Levels around one that the theory names, and bicubic.</summary>
    /// <param name="tick">Called after every upscaled picture.</param>
    /// <returns>By rising level.</returns>
    public IReadOnlyList<MeasuredPoint> Around(double scale, double centre, Action tick, CancellationToken cancellation)
    {
        var points = new SortedDictionary<int, MeasuredPoint>();
        Try([0, .. Coarse.Select(factor => factor * centre)]);
        for (var round = 0; round < options.Refinements; round++)
        {
            var best = Best([.. points.Values]).Step;
            int[] steps = [.. points.Keys];
            var at = Array.IndexOf(steps, best);
            if (best == 0)
                Try([steps[1] / 2.0 / diffusionSteps]);
            else
                Try([Between(at > 1 ? steps[at - 1] : best / 4.0, best),
                    Between(best, at + 1 < steps.Length ? steps[at + 1] : best * 4.0)]);
        }
        return [.. points.Values];

        void Try(IEnumerable<double> levels)
        {
            foreach (var step
                in levels.Select(
                    level => Math.Clamp((int)Math.Round(level * diffusionSteps), level == 0 ? 0 : 1, (int)(LargestLevel * diffusionSteps)))
                    .Distinct())
                if (!points.ContainsKey(step))
                    points[step] = Measure(scale, (double)step / diffusionSteps, tick, cancellation);
        }
    }

    /// <summary>The best point by the options' metric; of equals the lower level.</summary>
    public MeasuredPoint Best(IReadOnlyList<MeasuredPoint> points) => points.MinBy(p => options.Metric switch
    {
        FieldMetric.Psnr => -p.Psnr,
        FieldMetric.Frechet => p.Frechet,
        FieldMetric.Lpips => p.Lpips,
        _ => -p.Ssim,
    })!;

    /// <summary>Of a picture: PSNR and SSIM, and LPIPS where it is there.</summary>
    private int Scores => lpips is null ? 2 : 3;

    /// <summary>One level's means over the pictures.</summary>
    public MeasuredPoint Measure(double scale, double level, Action tick, CancellationToken cancellation)
    {
        var visited = level == 0 ? 0 : options.VisitedSteps;
        var frechet = features is null ? (double?)null
            : log.Get(FormattableString.Invariant($"F/{scale:R}/{level:R}/{visited}/{features.Name}/{lpips?.Network}"), 1, Distance)[0];
        var scores = pictures.Select((picture, i) =>
        {
            var score = log.Get(Name(i), Scores, () => Attempt(picture, i, scale, level, visited, cancellation).Scores);
            tick();
            return score;
        }).ToList();
        return new MeasuredPoint(level, (int)Math.Round(level * diffusionSteps), visited,
            scores.Average(s => s[0]), scores.Average(s => s[1]), lpips is null ? null : scores.Average(s => s[2]), frechet);

        string Name(int picture) => FormattableString.Invariant($"U/{scale:R}/{level:R}/{visited}/{picture}/{lpips?.Network}");

        // The set's distance needs all results at once; the pictures' scores fall off on the way.
        double[] Distance()
        {
            var (results, truths) = (new List<double[]>(), new List<double[]>());
            for (var i = 0; i < pictures.Count; i++)
            {
                var (pair, result, scores) = Attempt(pictures[i], i, scale, level, visited, cancellation);
                log.Get(Name(i), Scores, () => scores);
                results.Add(PictureFeatures.Of(features!, result, pooled: true));
                truths.Add(PictureFeatures.Of(features!, pair.Truth, pooled: true));
            }
            return [FrechetDistance.Compute(results, truths)];
        }
    }

    /// <summary>Geometric mean of two steps, as a level.</summary>
    private double Between(double low, double high) => Math.Sqrt(low * high) / diffusionSteps;

    /// <summary>One picture at one level.</summary>
    /// <returns>Scores: PSNR and SSIM, and LPIPS where it is there.</returns>
    public (ScalePair Pair, RasterImage Result, double[] Scores) Attempt(RasterImage picture, int index, double scale, double level,
        int visited, CancellationToken cancellation)
    {
        var pair = ScalePair.Make(picture, scale);
        var result = Upscale(pair, index, level, visited, cancellation);
        var border = Border(scale);
        return (pair, result,
        [
            Psnr.Compute(result, pair.Truth, MetricChannel.Y, border), Ssim.Compute(result, pair.Truth, MetricChannel.Y, border),
            .. lpips is null ? Array.Empty<double>() : [lpips.Compute(result, pair.Truth).Distance],
        ]);
    }

    private RasterImage Upscale(ScalePair pair, int index, double level, int visited, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        var low = ImageTensor.FromRaster(pair.Low).Colour;
        var (height, width) = (pair.Truth.Height, pair.Truth.Width);
        // Level 0 is bicubic, for which no network has to be loaded. The method is not disposed, for the model outlives it.
        var image = level == 0
            ? Resampling.Resize(low, height, width, ResamplingKernel.MatlabBicubic)
            : new DiffSrUpscaler(load(), new DiffSrOptions { NoiseLevel = level, Steps = visited })
                .Upscale(new UpscaleRequest(low, width, height, options.Seed, (ulong)index), new EvaluationMonitor(cancellation)).Image;
        return ModelTester.IsFinite(image) ? ImageTensor.ToRaster(image, null, pair.Truth) : throw ModelTester.NotFinite(
            FormattableString.Invariant($"{load().Card.Name} made of the search's picture {index + 1} at noise level {level:0.####}"));
    }
}
