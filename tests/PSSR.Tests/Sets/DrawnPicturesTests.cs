using PSSR.DiffSr;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;
using PSSR.Tests.Ecdp;
using PSSR.Tests.Training;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

/// <summary>What all methods have in common: samples, back-projection, and moments of the walk.</summary>
public sealed class DrawnPicturesTests
{
    private const int Side = 8, Large = 32;

    public static TheoryData<string> Methods => [UpscaleMethods.DiffSr, UpscaleMethods.Dpi, UpscaleMethods.Ecdp];

    [Theory]
    [MemberData(nameof(Methods))]
    public void Samples_are_the_pictures_of_the_following_seeds(string method)
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();

        var (outcome, monitor) = Run(method, samples: 3, seed: ulong.MaxValue);

        Tensor[] alone = [.. new[] { ulong.MaxValue, 0ul, 1ul }.Select(seed => Run(method, seed: seed).Outcome.Image)];
        var named = outcome.Others.ToDictionary(other => other.Name, other => other.Image);
        Assert.Equal(["sample2", "sample3", "mean", "std"], outcome.Others.Select(other => other.Name));
        Assert.True(outcome.Image.allclose(alone[0], 0, 0));
        Assert.True(named["sample2"].allclose(alone[1], 0, 0));
        Assert.True(named["sample3"].allclose(alone[2], 0, 0));
        Assert.False(alone[0].allclose(alone[1], 0, 1e-3));
        var saved = torch.cat(alone, 0).clamp(0, 1);
        Assert.True(named["mean"].allclose(saved.mean([0], true), 0, 1e-6));
        Assert.True(named["std"].allclose(saved.std([0], true, true) * PictureSamples.DeviationBrightness, 0, 1e-6));
        Assert.Equal((outcome.Evaluations, outcome.Evaluations), (monitor.Count, monitor.Expected));
        Assert.Equal(3, Convert.ToInt32(outcome.Decisions["samples"]));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Back_projection_brings_the_downscale_to_the_picture(string method)
    {
        using var scope = torch.NewDisposeScope();
        double Error(int rounds) => (Resampling.Resize(Run(method, consistency: rounds).Outcome.Image, Side, Side,
            ResamplingKernel.MatlabBicubic) - Picture()).abs().mean().ToDouble();

        var (without, with) = (Error(0), Error(20));

        Assert.InRange(with, 0, without / 3);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Who_looks_at_the_walk_changes_no_bit_of_the_result(string method)
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();
        var alone = Run(method, samples: 2).Outcome;

        var watched = Run(method, samples: 2, trace: [1, 0.4, 0]).Outcome;

        Assert.True(watched.Image.allclose(alone.Image, 0, 0));
        Assert.True(watched.Others[0].Image.allclose(alone.Others[0].Image, 0, 0));
        Assert.Equal(alone.Evaluations, watched.Evaluations);
        Assert.Empty(alone.Trace);
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Moments_are_shown_by_the_nearest_evaluation_and_go_from_noise_to_the_result(string method)
    {
        using var scope = torch.NewDisposeScope();

        var outcome = Run(method, trace: [1, 0.4, 0]).Outcome;

        var kinds = UpscaleMethods.Traced(method);
        Assert.Equal(new[] { "t1", "t0.4", "t0" }.SelectMany(time => kinds.Select(kind => $"{time}_{kind}")),
            outcome.Trace.Select(moment => moment.Name));
        Assert.All(outcome.Trace, moment => Assert.Equal([1, 3, Large, Large], moment.Image.shape));
        double[] roughness = [.. outcome.Trace.Where(moment => moment.Kind == "x").Select(moment => Distance(moment, outcome.Image))];
        Assert.True(roughness[0] > roughness[1] && roughness[1] > roughness[2], string.Join(", ", roughness));
        // the last evaluation's answer is the result, or almost
        Assert.InRange(Distance(outcome.Trace.Last(moment => moment.Kind == "x0"), outcome.Image), 0, 0.05);
        Assert.Equal(3, ((string)outcome.Decisions["traced"]).Split(", ").Length);

        static double Distance(TracedPicture moment, Tensor image) => (moment.Image - image).abs().mean().ToDouble();
    }

    [Fact]
    public void Dpis_masks_hold_the_whole_grid_then_a_part_of_it_then_nothing()
    {
        using var scope = torch.NewDisposeScope();

        var trace = Run(UpscaleMethods.Dpi, trace: [1, 0.25, 0]).Outcome.Trace;

        double[] held = [.. trace.Where(moment => moment.Kind == "mask").Select(moment => moment.Image.mean().ToDouble())];
        Assert.Equal((1, 0), (held[0], held[2]));
        Assert.InRange(held[1], 0.01, 0.99);
        // y_T is the base condition, each place a square of k×k
        var y = trace.First(moment => moment.Kind == "y").Image;
        var condition = new ConditionGrid(2).BaseCondition(Picture(), Large, Large);
        Assert.True(new ConditionGrid(2).Take(y).allclose((condition + 1) / 2, 0, 1e-5));
        Assert.True(y[0, 0, 0, 0].allclose(y[0, 0, 1, 1], 0, 0));
    }

    [Fact]
    public void Pictures_of_a_batch_are_shown_apart()
    {
        using var scope = torch.NewDisposeScope();
        using var method = new DpiUpscaler(TestPrior.Load(), TestCorrector.Load(), new() { Steps = 8, Trace = [0.5] });
        UpscaleRequest[] requests = [new(Picture(), Large, Large, 1, 1), new(Picture(), Large, Large, 2, 1)];

        var together = method.Upscale(requests, new EvaluationMonitor());

        foreach (var (request, outcome) in requests.Zip(together))
        {
            var alone = method.Upscale(request, new EvaluationMonitor());
            Assert.Equal(alone.Trace.Select(moment => moment.Name), outcome.Trace.Select(moment => moment.Name));
            Assert.All(alone.Trace.Zip(outcome.Trace),
                pair => Assert.InRange((pair.First.Image - pair.Second.Image).abs().max().ToDouble(), 0, 1e-4));
        }
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Tiles_and_other_sizes_are_shown_at_the_results_size(string method)
    {
        using var scope = torch.NewDisposeScope();
        using var resolver = Load(method, 2, 1, [0.5], tile: 64);

        var outcome = resolver.Upscale(new(Picture(25, 37), 111, 75, 1, 2), new EvaluationMonitor());

        Assert.True(Convert.ToInt32(outcome.Decisions["tiles"]) > 1);
        Assert.All(outcome.Others.Select(other => other.Image).Concat(outcome.Trace.Select(moment => moment.Image)).Append(outcome.Image),
            image => Assert.Equal([1, 3, 75, 111], image.shape));
    }

    [Theory]
    [MemberData(nameof(Methods))]
    public void Further_pictures_count_in_what_is_needed_of_memory(string method)
    {
        using var plain = Load(method, 1, 0, []);
        using var more = Load(method, 3, 0, [0, 0.5]);
        const int pixels = 64 * 64;

        Assert.Equal((2 * 36 * pixels) + (2L * UpscaleMethods.Traced(method).Count * 12 * pixels),
            more.NeedFor(16, 16, 64, 64).Picture - plain.NeedFor(16, 16, 64, 64).Picture);
    }

    private static (UpscaleOutcome Outcome, EvaluationMonitor Monitor) Run(
        string method, int samples = 1, int consistency = 0, double[]? trace = null, ulong seed = 5)
    {
        using var resolver = Load(method, samples, consistency, trace ?? []);
        var monitor = new EvaluationMonitor();
        return (resolver.Upscale(new(Picture(), Large, Large, seed, 2), monitor), monitor);
    }

    private static ISuperResolver Load(string method, int samples, int consistency, double[] trace, int? tile = null) => method switch
    {
        UpscaleMethods.DiffSr => new DiffSrUpscaler(TestPrior.Load(), new()
        {
            NoiseLevel = 0.5, Steps = 6, Samples = samples, Consistency = consistency, Trace = trace, TileSize = tile,
        }),
        UpscaleMethods.Dpi => new DpiUpscaler(TestPrior.Load(), TestCorrector.Load(), new()
        {
            Steps = 20, Tau = 8, S = 0.5, Samples = samples, Consistency = consistency, Trace = trace, TileSize = tile,
        }),
        _ => new EcdpUpscaler(TestFlow.Load(), new()
        {
            Solver = FlowSolver.DpmSolver, Steps = 6, Samples = samples, Consistency = consistency, Trace = trace, TileSize = tile,
        }),
    };

    /// <summary>Smooth, with values in [0,1].</summary>
    private static Tensor Picture(int height = Side, int width = Side)
    {
        using var scope = torch.NewDisposeScope();
        var across = torch.linspace(0, 3, width, torch.float32, torch.CPU).reshape(1, 1, 1, -1).sin();
        var down = torch.linspace(0, 2, height, torch.float32, torch.CPU).reshape(1, 1, -1, 1).cos();
        var shades = torch.tensor(new[] { 0.2f, 0.25f, 0.15f }).reshape(1, 3, 1, 1);
        return ((across + down) * shades + 0.4).MoveToOuterDisposeScope();
    }
}
