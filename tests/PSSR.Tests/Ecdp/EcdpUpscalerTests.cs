using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tests.Diffusion;
using PSSR.Tests.Training;
using PSSR.Tiles;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Ecdp;

public sealed class EcdpUpscalerTests
{
    private static readonly FlowOptions OneStep = new() { Steps = 1, Temperature = 0 };

    [Fact]
    public void One_evaluation_without_noise_is_the_mean_and_the_networks_answer_to_nothing()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(8, 8);

        var outcome = Run(model, OneStep, low, 32, 32);

        var features = model.Network.Encoder.forward(low);
        var nothing = torch.zeros(1, 3, 32, 32);
        var v = FlowProcess.Velocity(model.Network.UNet.forward(nothing, torch.tensor([300f]), features), nothing, [1],
            FlowParametrization.Hybrid);
        var expected = model.Network.Mean(low, features) + FlowProcess.Clean(nothing, v, [1]) * 0.2;
        Assert.Equal(1, outcome.Evaluations);
        Assert.InRange((outcome.Image - expected).abs().max().ToDouble(), 0, 1e-4); // two thread counts, two orders of adding
        Assert.Equal("DpmSolver", outcome.Decisions["solver"]);
    }

    [Theory]
    [InlineData(FlowSolver.DpmSolver, 20, 0.05)]
    [InlineData(FlowSolver.Ddim, 100, 0.05)]
    public void Every_solver_finds_the_same_picture(FlowSolver solver, int steps, double tolerance)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(8, 8);
        var exact = Run(model, new FlowOptions { RelativeTolerance = 1e-5, AbsoluteTolerance = 1e-5 }, low, 32, 32).Image;

        var picture = Run(model, new FlowOptions { Solver = solver, Steps = steps }, low, 32, 32).Image;

        Assert.InRange((picture - exact).square().mean().sqrt().ToDouble(), 0, tolerance);
    }

    [Theory]
    [InlineData(7, 13)]
    [InlineData(1, 1)]
    [InlineData(30, 9)]
    public void Takes_pictures_of_any_size(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();

        var outcome = Run(model, OneStep, Picture(height, width), 4 * height, 4 * width);

        Assert.Equal([1, 3, 4 * height, 4 * width], outcome.Image.shape);
        Assert.True(outcome.Image.isfinite().all().item<bool>());
        Assert.False(outcome.Decisions.ContainsKey("resampledFrom"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(6)]
    public void Other_scales_are_resampled_from_the_models_own(int scale)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(8, 12);

        var outcome = Run(model, OneStep, low, 8 * scale, 12 * scale);

        var own = Run(model, OneStep, low, 32, 48).Image;
        Assert.True(outcome.Image.allclose(Resampling.Resize(own, 8 * scale, 12 * scale, ResamplingKernel.MatlabBicubic), 0, 1e-6));
        Assert.Equal("48x32, the model's scale", outcome.Decisions["resampledFrom"]);
    }

    [Fact]
    public void Tiles_leave_no_seams()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(40, 48);

        var whole = Run(model, OneStep with { TileSize = 0 }, low, 160, 192);
        var tiled = Run(model, OneStep with { TileSize = 96 }, low, 160, 192);

        Assert.Equal((1, 6), (whole.Decisions["tiles"], tiled.Decisions["tiles"]));
        Assert.Equal(6, tiled.Evaluations);
        // The network's norms see a tile and not the picture, so that values differ. But no column or row stands out against its neighbour.
        Assert.True((whole.Image - tiled.Image).abs().max().ToDouble() > 0);
        Assert.All(new[] { 2, 3 }, along => Assert.InRange(SharpestLine(tiled.Image, along) / SharpestLine(whole.Image, along), 0.7, 1.3));

        static double SharpestLine(Tensor image, int along)
        {
            var length = image.shape[along] - 1;
            var steps = (image.narrow(along, 1, length) - image.narrow(along, 0, length)).abs();
            return steps.mean([1, 5 - along]).max().ToDouble();
        }
    }

    [Fact]
    public void Encoder_in_parts_gives_what_the_whole_gives()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(24, 600);

        var condition = FlowCondition.Of(model.Network, low, stop: TestContext.Current.CancellationToken);

        var features = model.Network.Encoder.forward(low);
        Assert.Equal(torch.float32, condition.Features.dtype);
        Assert.True(condition.Features.allclose(features, 0, 1e-5));
        Assert.True(condition.Mean.allclose(model.Network.Mean(low, features), 0, 1e-5));
    }

    [Fact]
    public void Features_that_bfloat16_made_are_held_in_it_and_given_as_they_were()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load(precision: Precision.BFloat16);
        var low = Picture(20, 24);

        var condition = FlowCondition.Of(model.Network, low, stop: TestContext.Current.CancellationToken);

        Assert.Equal(torch.bfloat16, condition.Features.dtype);
        Assert.True(condition.FeaturesOf(3, 9, 5, 7).Equals(model.Network.Encoder.forward(low).narrow(2, 3, 9).narrow(3, 5, 7)));
    }

    [Fact]
    public void A_solver_of_few_evaluations_needs_less_memory_than_one_that_keeps_stages()
    {
        using var few = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Solver = FlowSolver.DpmSolver, Steps = 2 });
        using var many = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Solver = FlowSolver.DormandPrince });

        Assert.True(2 * few.NeedFor(512, 512, 1024, 1024).Picture < many.NeedFor(512, 512, 1024, 1024).Picture);
    }

    [Fact]
    public void Further_samples_of_a_picture_beyond_the_models_scale_need_memory_at_the_size_that_was_asked_for()
    {
        using var one = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Steps = 1 });
        using var many = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Steps = 1, Samples = 40 });

        Assert.Equal(39L * 36 * 2048 * 2048, many.NeedFor(32, 32, 2048, 2048).Picture - one.NeedFor(32, 32, 2048, 2048).Picture);
    }

    [Theory]
    [InlineData(FlowSolver.Ddim, 10_000, null, 300)]
    [InlineData(FlowSolver.Ddim, 50, 1000.0, 1)]
    [InlineData(FlowSolver.Ddpm, 1000, 100.0, 1)]
    public void The_steps_that_were_walked_are_told_and_not_those_that_were_asked_for(
        FlowSolver solver, int asked, double? threshold, int walked)
    {
        using var upscaler = new EcdpUpscaler(TestFlow.Load(),
            new FlowOptions { Solver = solver, Steps = asked, FidelityThreshold = threshold, Samples = 2 });

        var outcome = upscaler.Upscale(new(Picture(8, 8), 16, 16, 1, 2), new EvaluationMonitor());

        Assert.Equal((walked, 2 * walked), ((int)outcome.Decisions["steps"], outcome.Evaluations));
    }

    [Fact]
    public void A_picture_of_the_encoder_alone_needs_no_memory_for_evaluations()
    {
        using var drawn = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Steps = 1 });
        using var alone = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Detail = 0 });

        Assert.True(alone.NeedFor(64, 64, 128, 128).Network(128) < drawn.NeedFor(64, 64, 128, 128).Network(128));
    }

    [Fact]
    public void Refuses_to_shrink()
    {
        using var scope = torch.NewDisposeScope();
        using var method = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Detail = 0 });
        foreach (var (width, height) in new[] { (5, 24), (24, 5) })
            Assert.Contains($"{width}×{height} is smaller than 6×6", Assert.Throws<PssrException>(
                () => method.Upscale(new UpscaleRequest(Picture(6, 6), width, height, 0, 1), new EvaluationMonitor())).Message);
    }

    [Theory]
    [InlineData(0.0, 0.0, true)]
    [InlineData(0.0, 1e-3, false)]
    [InlineData(1e-3, 0.0, false)]
    public void Tolerances_can_t_both_be_nothing(double relative, double absolute, bool isRefused)
    {
        var options = new FlowOptions { RelativeTolerance = relative, AbsoluteTolerance = absolute };
        Assert.Equal(isRefused, Record.Exception(options.Check) is PssrException { Kind: PssrErrorKind.Option });
    }

    /// <summary>What is small is computed beside others: 2^20 pixels at the model's scale, ×4, over all evaluations and samples.</summary>
    [Fact]
    public void A_picture_is_small_by_its_pixels_evaluations_and_samples()
    {
        foreach (var (options, width, height) in new[]
        {
            (new FlowOptions { Steps = 2 }, 256, 128), (new FlowOptions { Steps = 2, Samples = 2 }, 128, 128),
            (new FlowOptions { Detail = 0 }, 256, 256), // the encoder alone counts as one
        })
        {
            using var method = new EcdpUpscaler(TestFlow.Load(), options);
            Assert.Equal((true, false), (method.IsSmall(width, height), method.IsSmall(width + 1, height)));
        }
        using var unknown = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Solver = FlowSolver.DormandPrince });
        Assert.False(unknown.IsSmall(1, 1));
    }

    [Fact]
    public void A_stop_is_seen_by_what_is_no_evaluation()
    {
        using var scope = torch.NewDisposeScope();
        using var stop = new CancellationTokenSource();
        using var method = new EcdpUpscaler(TestFlow.Load(), new FlowOptions { Steps = 1, Consistency = 1 });
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => method.Upscale(new UpscaleRequest(Picture(6, 6), 24, 24, 0, 1), new EvaluationMonitor(stop.Token)));
        using var model = TestFlow.Load();
        Assert.Throws<OperationCanceledException>(() => FlowCondition.Of(model.Network, Picture(24, 600), stop: stop.Token));
    }

    [Fact]
    public void Samples_are_the_pictures_of_the_following_seeds()
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(6, 6);
        var few = new FlowOptions { Steps = 3 };

        var outcome = Run(model, few with { Samples = 3 }, low, 24, 24, seed: 5);

        Tensor[] alone = [.. new ulong[] { 5, 6, 7 }.Select(seed => Run(model, few, low, 24, 24, seed).Image)];
        var named = outcome.Others.ToDictionary(o => o.Name, o => o.Image);
        Assert.Equal(["sample2", "sample3", "mean", "std"], outcome.Others.Select(o => o.Name));
        Assert.True(outcome.Image.allclose(alone[0], 0, 0));
        Assert.True(named["sample2"].allclose(alone[1], 0, 0));
        Assert.True(named["sample3"].allclose(alone[2], 0, 0));
        var saved = torch.cat(alone, 0).clamp(0, 1);
        Assert.True(named["mean"].allclose(saved.mean([0], true), 0, 1e-6));
        Assert.True(named["std"].allclose(saved.std([0], true, true) * PictureSamples.DeviationBrightness, 0, 1e-6));
        Assert.Equal(9, outcome.Evaluations);
    }

    [Theory]
    [InlineData(FlowSolver.DormandPrince)]
    [InlineData(FlowSolver.DpmSolver)]
    [InlineData(FlowSolver.Ddim)]
    [InlineData(FlowSolver.Ddpm)]
    public void A_start_by_agreement_shortens_every_way(FlowSolver solver)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var (low, options) = (Picture(6, 6), new FlowOptions { Solver = solver, Steps = solver == FlowSolver.DormandPrince ? null : 300 });

        var (whole, part) = (Run(model, options, low, 24, 24), Run(model, options with { FidelityThreshold = 0.5 }, low, 24, 24));

        var t = FlowProcess.AgreementTime(0.5);
        Assert.Equal(Math.Round(t, 4), part.Decisions["startTime"]);
        Assert.False(whole.Decisions.ContainsKey("startTime"));
        Assert.False(whole.Image.allclose(part.Image, 0, 1e-4));
        Assert.Equal(solver == FlowSolver.DpmSolver, part.Evaluations == whole.Evaluations);
        if (solver == FlowSolver.Ddim)
            Assert.Equal((int)Math.Round(300 * t), part.Evaluations);
    }

    [Fact]
    public void Temperature_widens_the_spread()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        double Spread(double temperature) =>
            Run(model, new FlowOptions { Steps = 4, Temperature = temperature, Samples = 2 }, Picture(6, 6), 24, 24).Others.Single(
                o => o.Name == "std").Image.mean().ToDouble();

        Assert.Equal(0, Spread(0));
        Assert.True(Spread(1) > Spread(0.3) && Spread(0.3) > 0);
    }

    [Fact]
    public void Back_projection_brings_the_downscale_to_the_input()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        var low = Picture(12, 12);
        double Difference(int rounds, int scale)
        {
            var image = Run(model, OneStep with { Consistency = rounds }, low, 12 * scale, 12 * scale).Image;
            return (Resampling.Resize(image, 12, 12, ResamplingKernel.MatlabBicubic) - low).abs().max().ToDouble();
        }

        Assert.All(new[] { 3, 4 }, scale => Assert.InRange(Difference(10, scale) / Difference(0, scale), 0, 0.05));
    }

    [Fact]
    public void Card_says_how_to_sample()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load(card => card with { Sampling = new SamplingCard("dpm-solver", 2, 0.5, 1) });
        var low = Picture(6, 6);

        var outcome = Run(model, new FlowOptions(), low, 24, 24);

        Assert.Equal(("DpmSolver", 2, 0.5, 1),
            (outcome.Decisions["solver"], outcome.Decisions["steps"], outcome.Decisions["temperature"], outcome.Decisions["consistency"]));
        Assert.Equal(2, outcome.Evaluations);
        Assert.Equal(("Ddim", 50, 0.0, 0), Decided(new FlowOptions { Solver = FlowSolver.Ddim, Temperature = 0, Consistency = 0 }));
        Assert.Equal("DormandPrince", Run(model, new FlowOptions { RelativeTolerance = 0.1 }, low, 24, 24).Decisions["solver"]);

        (object, object, object, object) Decided(FlowOptions options)
        {
            var d = Run(model, options, low, 24, 24).Decisions;
            return (d["solver"], d["steps"], d["temperature"], d["consistency"]);
        }
    }

    [Fact]
    public void Without_a_word_from_the_card_the_flow_is_solved_as_published()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();

        var outcome = Run(model, new FlowOptions(), Picture(4, 4), 16, 16);

        Assert.Equal(("DormandPrince", 1.0, 1e-3, 1e-3),
            (outcome.Decisions["solver"], outcome.Decisions["temperature"], outcome.Decisions["relativeTolerance"],
                outcome.Decisions["absoluteTolerance"]));
        Assert.Equal(2 + 6 * (int)outcome.Decisions["steps"], outcome.Evaluations);
    }

    [Fact]
    public void Noisy_path_ends_without_noise()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();

        var outcome = Run(model, new FlowOptions { Solver = FlowSolver.Ddpm, Steps = 30 }, Picture(4, 4), 16, 16);

        Assert.Equal(30, outcome.Evaluations);
        Assert.False(outcome.Decisions.ContainsKey("temperature"));
    }

    [Fact]
    public void Stops_between_two_evaluations()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestFlow.Load();
        using var stop = new CancellationTokenSource();
        var monitor = new EvaluationMonitor(stop.Token, Stopping.At(3, stop));
        using var ecdp = new EcdpUpscaler(model, new FlowOptions());

        Assert.Throws<OperationCanceledException>(() => ecdp.Upscale(new UpscaleRequest(Picture(4, 4), 16, 16, 0, 0), monitor));
        Assert.Equal(3, monitor.Count);
    }

    [Theory]
    [InlineData("Steps")]
    [InlineData("RelativeTolerance")]
    [InlineData("Temperature")]
    [InlineData("Samples")]
    [InlineData("Consistency")]
    public void Settings_that_do_not_go_together_are_refused_by_name(string name)
    {
        var options = name switch
        {
            "Steps" => new FlowOptions { Solver = FlowSolver.DormandPrince, Steps = 5 },
            "RelativeTolerance" => new FlowOptions { Solver = FlowSolver.DpmSolver, RelativeTolerance = 1e-3 },
            "Temperature" => new FlowOptions { Solver = FlowSolver.Ddpm, Temperature = 0.5 },
            "Samples" => new FlowOptions { Samples = 0 },
            _ => new FlowOptions { Consistency = -1 },
        };

        var error = Assert.Throws<PssrException>(options.Check);

        Assert.Equal((PssrErrorKind.Option, name), (error.Kind, error.Target));
    }

    [Fact]
    public void Models_that_are_no_flows_are_refused()
    {
        Func<ModelCard, ModelCard>[] changes =
        [
            card => card with { Architecture = "guided-unet" }, card => card with { Prediction = "noise" },
            card => card with { ValueRange = [-1, 1] },
            card => card with { Sha256 = new string('0', 64) },
            card => card with { Sampling = new SamplingCard("magic") },
        ];
        Assert.All(changes,
            change => Assert.Equal(PssrErrorKind.Checkpoint, Assert.Throws<PssrException>(() => TestFlow.Load(change)).Kind));
    }

    private static UpscaleOutcome Run(LoadedFlow model, FlowOptions options, Tensor low, int height, int width, ulong seed = 1) =>
        new EcdpUpscaler(model, options).Upscale(new UpscaleRequest(low, width, height, seed, 7), new EvaluationMonitor());

    /// <summary>Smooth, with values in [0,1].</summary>
    private static Tensor Picture(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(3, 4).Normal(1, [1, 3, 4, 4]).mul_(0.15).add_(0.5).clamp_(0, 1);
        return F.interpolate(noise, new long[] { height, width }, mode: InterpolationMode.Bilinear, align_corners: false)
            .MoveToOuterDisposeScope();
    }
}
