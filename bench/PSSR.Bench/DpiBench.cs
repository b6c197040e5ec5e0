using System.Diagnostics;
using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Bench;

/// <summary>
/// What DPI costs over the bare prior, per step: the FFHQ prior's layout and the published corrector's, random weights, one picture of
/// 256×256. The two walks take turns, step by step in one process, so that what else the machine does falls on both.
/// </summary>
internal static class DpiBench
{
    /// <summary>The published CRT's layout, with attention at three sizes: 6.12 M parameters, a little heavier than the 5.86 M that the
    /// paper states.</summary>
    private static readonly GuidedUNetOptions Corrector = EvaluationBench.Ffhq with
    {
        NumChannels = 32, LearnSigma = false, AttentionResolutions = "32,16,8", NumHeads = 2, NumHeadChannels = 16,
    };

    public static JsonObject Run(BenchOptions options)
    {
        manual_seed(1);
        var placement = new NetworkPlacement(device(options.Device), options.Precision == "bf16" ? Precision.BFloat16 : Precision.Float32);
        using var prior = new GuidedUNet(EvaluationBench.Ffhq, placement);
        using var corrector = new ConditionCorrector(Corrector, placement);
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        EvaluationBench.GiveZeroedLayersWeights(prior);
        EvaluationBench.GiveZeroedLayersWeights(corrector);
        prior.PackForInference();
        corrector.PackForInference();

        // One step more than is counted, since the first evaluation pays for what the library prepares, and two that have no correction to
        // make.
        var full = KnownSchedules.Linear(1000);
        var (_, settings, visited) = DpiPresets.Resolve(new DpiOptions { Steps = options.Repeats + 3 }, 4, full.Steps);
        var walks = new Walks(full.Respace(visited), settings, prior, corrector);
        var (bare, dpi) = (new List<double>(), new List<double>());
        for (var i = visited.Length - 1; i >= 2; i--)
        {
            // Either goes first every other time.
            var (first, second) = i % 2 == 0 ? (walks.Bare(i), walks.Dpi(i)) : Swapped(walks.Dpi(i), walks.Bare(i));
            if (i == visited.Length - 1)
                continue;
            bare.Add(first);
            dpi.Add(second);
        }
        return new JsonObject
        {
            ["what"] = "dpi",
            ["size"] = EvaluationBench.Ffhq.ImageSize,
            ["precision"] = options.Precision,
            ["device"] = options.Device,
            ["threads"] = get_num_threads(),
            ["priorParameters"] = prior.parameters().Sum(p => p.numel()),
            ["correctorParameters"] = corrector.parameters().Sum(p => p.numel()),
            ["bareSeconds"] = Rounded(bare),
            ["dpiSeconds"] = Rounded(dpi),
            ["medianBareSeconds"] = Math.Round(EvaluationBench.Median([.. bare]), 4),
            ["medianDpiSeconds"] = Math.Round(EvaluationBench.Median([.. dpi]), 4),
            ["medianOverheadPercent"] = Math.Round(100 * EvaluationBench.Median([.. bare.Zip(dpi, (b, d) => d / b - 1)]), 2),
            ["peakMemoryBytes"] = ProcessMemory.PeakBytes(),
        };
    }

    private static (double, double) Swapped(double second, double first) => (first, second);

    private static JsonArray Rounded(IEnumerable<double> seconds) => new([.. seconds.Select(s => JsonValue.Create(Math.Round(s, 4)))]);

    /// <summary>Both walks, each a step at a time.</summary>
    private sealed class Walks
    {
        private static readonly long[] Shape = [1, 3, EvaluationBench.Ffhq.ImageSize, EvaluationBench.Ffhq.ImageSize];

        private readonly NoiseSource _noise = new(1, 1);
        private readonly NoiseSchedule _schedule;
        private readonly DdimSampler _ddim;
        private readonly DpiSampler _sampler;
        private readonly NetworkDenoiser _denoiser;
        private readonly NetworkCorrector _corrector;
        private readonly long[] _gridShape;
        private readonly Tensor _original;
        private Tensor _bareX, _x, _y;

        public Walks(NoiseSchedule schedule, DpiSettings settings, GuidedUNet prior, ConditionCorrector crt)
        {
            _schedule = schedule;
            _ddim = new DdimSampler(schedule, new DdimOptions(settings.Eta));
            _sampler = new DpiSampler(schedule, settings);
            (_denoiser, _corrector) =
                (new NetworkDenoiser(prior, new EvaluationMonitor()), new NetworkCorrector(crt, new EvaluationMonitor()));
            _gridShape = [1, 1, Shape[2] / settings.K, Shape[3] / settings.K];
            _original = _y = _sampler.Condition(_noise.Normal(2000, [1, 3, _gridShape[2], _gridShape[3]]), Shape[2], Shape[3]);
            _bareX = _x = _noise.Normal(1000, Shape);
        }

        public double Bare(int i)
        {
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            _bareX = _ddim.Step(_bareX, _denoiser.Predict(_bareX, _schedule.TimestepMap[i]), i,
                _noise.Normal(i, Shape)).Sample.MoveToOuterDisposeScope();
            return clock.Elapsed.TotalSeconds;
        }

        public double Dpi(int i)
        {
            var clock = Stopwatch.StartNew();
            using var scope = NewDisposeScope();
            var u = _sampler.IsSecondStage(i) ? _noise.Uniform(i, _gridShape) : null;
            var step = _sampler.Step(_x, _y, _original, _denoiser.Predict(_x, _schedule.TimestepMap[i]), i, _noise.Normal(i, Shape), u);
            _x = step.X.MoveToOuterDisposeScope();
            _y = _sampler.Correct(_corrector, step.Y, _schedule.TimestepMap[i], _y, _original).MoveToOuterDisposeScope();
            return clock.Elapsed.TotalSeconds;
        }
    }
}
