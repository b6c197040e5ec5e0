using PSSR.DiffSr;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Tests.Diffusion;
using PSSR.Tests.Training;
using PSSR.Tiles;

namespace PSSR.Tests.DiffSr;

public sealed class DiffSrUpscalerTests
{
    private static readonly DiffSrOptions Quick = new() { NoiseLevel = 0.1, Steps = 3 };

    [Theory]
    [InlineData(1, 1, 1.0)] // one pixel
    [InlineData(1, 7, 3.0)]
    [InlineData(16, 16, 1.0)]
    [InlineData(13, 21, 2.7)]
    [InlineData(30, 17, 3.5)]
    public void Takes_any_size_and_any_scale(int height, int width, double scale)
    {
        using var scope = torch.NewDisposeScope();
        var (toHeight, toWidth) = ((int)Math.Round(height * scale), (int)Math.Round(width * scale));

        var outcome = Upscale(Quick, Picture(height, width), toHeight, toWidth);

        Assert.Equal([1, 3, toHeight, toWidth], outcome.Image.shape);
        Assert.True(outcome.Image.isfinite().all().item<bool>());
        Assert.Equal(3, outcome.Evaluations);
    }

    [Fact]
    public void No_noise_is_plain_bicubic_without_the_network()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(12, 20);

        var outcome = Upscale(Quick with { NoiseLevel = 0 }, low, 30, 50);

        Assert.Equal(0, outcome.Evaluations);
        Assert.True(outcome.Image.allclose(Resampling.Resize(low, 30, 50, ResamplingKernel.MatlabBicubic), 0, 0));
    }

    [Fact]
    public void Seed_and_picture_decide_every_bit()
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();
        var low = Picture(16, 16);
        Tensor Run(ulong seed, ulong key) => Upscale(Quick with { Sampler = DiffSrSampler.Ddpm }, low, 32, 32, seed, key).Image;

        Assert.True(Run(1, 2).allclose(Run(1, 2), 0, 0));
        Assert.False(Run(1, 2).allclose(Run(3, 2), 0, 1e-3));
        Assert.False(Run(1, 2).allclose(Run(1, 3), 0, 1e-3));
    }

    [Fact]
    public void Tile_size_hardly_changes_the_result()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(50, 42);

        var whole = Upscale(Quick with { TileSize = 0 }, low, 100, 84);
        var tiled = Upscale(Quick with { TileSize = 64 }, low, 100, 84);

        Assert.Equal(3, whole.Evaluations);
        Assert.Equal(4, tiled.Decisions["tiles"]);
        Assert.Equal(3 * 4, tiled.Evaluations);
        Assert.InRange(Psnr(whole.Image, tiled.Image), 35, 200); // attention over small tiles with random weights: the worst of cases
    }

    [Fact]
    public void Level_comes_from_the_card_unless_given()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(16, 16);

        var fromCard = Upscale(Quick with { NoiseLevel = null }, low, 48, 48).Decisions;
        var given = Upscale(Quick with { NoiseLevel = 0.05 }, low, 48, 48).Decisions;

        Assert.Equal(0.15, (double)fromCard["noiseLevel"], 9);
        Assert.Equal(150, fromCard["startStep"]);
        Assert.Equal([149, 74, 0], (int[])fromCard["visitedSteps"]);
        Assert.Contains("golden-prior", (string)fromCard["noiseLevelFrom"]);
        Assert.Equal(("given", 50), ((string)given["noiseLevelFrom"], (int)given["startStep"]));
    }

    [Fact]
    public void Records_what_it_decided()
    {
        using var scope = torch.NewDisposeScope();

        var decisions = Upscale(new DiffSrOptions { NoiseLevel = 0.1 }, Picture(8, 8), 16, 16).Decisions;

        Assert.Equal(20, decisions["steps"]);
        Assert.Equal("Ddim", decisions["sampler"]);
        Assert.Equal(512, decisions["tileSize"]);
        Assert.Equal("cpu", decisions["device"]);
        Assert.Equal("Float32", decisions["precision"]);
        Assert.Equal(NativeRuntime.Provider, decisions["provider"]);
    }

    [Fact]
    public void Ancestral_sampling_visits_all_steps_unless_told_otherwise()
    {
        using var scope = torch.NewDisposeScope();

        var outcome = Upscale(new DiffSrOptions { NoiseLevel = 0.01, Sampler = DiffSrSampler.Ddpm }, Picture(8, 8), 16, 16);

        Assert.Equal(10, outcome.Evaluations);
    }

    [Fact]
    public void Stops_before_the_next_evaluation_and_announces_how_many()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestPrior.Load();
        using var stop = new CancellationTokenSource();
        var monitor = new EvaluationMonitor(stop.Token, Stopping.At(2, stop));

        Assert.Throws<OperationCanceledException>(
            () => new DiffSrUpscaler(model, Quick).Upscale(new UpscaleRequest(Picture(8, 8), 16, 16, 1, 1), monitor));

        Assert.Equal(2, monitor.Count);
        Assert.Equal(3, monitor.Expected);
    }

    [Fact]
    public void Refuses_what_makes_no_sense()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(16, 16);

        foreach (var (options, size) in new[]
        {
            (Quick with { NoiseLevel = 1 }, 32), (Quick with { NoiseLevel = -0.1 }, 32), (Quick with { NoiseLevel = double.NaN }, 32),
            (Quick with { Steps = 0 }, 32), (Quick with { TileSize = 16 }, 32), (Quick with { TileSize = -1 }, 32), (Quick, 15),
        })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Upscale(options, low, size, size)).Kind);
    }

    [Fact]
    public void Asks_for_a_level_where_the_card_has_none()
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestPrior.Load(card => card with { NoiseLevels = [] });

        var error = Assert.Throws<PssrException>(() =>
            new DiffSrUpscaler(model, new DiffSrOptions())
                .Upscale(new UpscaleRequest(Picture(8, 8), 16, 16, 1, 1), new EvaluationMonitor()));

        Assert.Contains("golden-prior", error.Message);
    }

    [Theory]
    [InlineData(2, 0.2)]
    [InlineData(3, 0.3)]
    [InlineData(4, 0.4)]
    public void A_strong_prior_of_which_nothing_was_saved_takes_the_papers_levels(int scale, double level)
    {
        using var scope = torch.NewDisposeScope();
        using var model = TestPrior.Load(card => card with { NoiseLevels = [], Parameters = 93_560_000 });

        var decisions = new DiffSrUpscaler(model, new DiffSrOptions { Steps = 2 })
            .Upscale(new UpscaleRequest(Picture(8, 8), 8 * scale, 8 * scale, 1, 1), new EvaluationMonitor()).Decisions;

        Assert.Equal(level, (double)decisions["noiseLevel"], 2);
        Assert.StartsWith("the paper's at scale", (string)decisions["noiseLevelFrom"]);
    }

    private static UpscaleOutcome Upscale(DiffSrOptions options, Tensor low, int height, int width, ulong seed = 1, ulong key = 2)
    {
        using var method = new DiffSrUpscaler(TestPrior.Load(), options);
        return method.Upscale(new UpscaleRequest(low, width, height, seed, key), new EvaluationMonitor());
    }

    /// <summary>A smooth picture in [0,1] with some texture.</summary>
    private static Tensor Picture(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var across = torch.linspace(0, 6, width, torch.float32, torch.CPU).reshape(1, 1, 1, -1);
        var down = torch.linspace(0, 5, height, torch.float32, torch.CPU).reshape(1, 1, -1, 1);
        var shades = torch.tensor(new[] { 0.2f, 0.3f, 0.4f }).reshape(1, 3, 1, 1);
        var texture = new NoiseSource(9, 9).Normal(1, [1, 3, height, width]) * 0.03;
        return ((across.sin() + down.cos()) * shades + 0.5 + texture).clamp(0, 1).MoveToOuterDisposeScope();
    }

    private static double Psnr(Tensor a, Tensor b) => -10 * Math.Log10((a - b).square().mean().ToDouble());
}
