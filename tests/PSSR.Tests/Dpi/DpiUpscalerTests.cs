using PSSR.Conformance;
using PSSR.Conformance.Kinds;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Networks;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Diffusion;
using PSSR.Tests.Training;
using PSSR.Tiles;

namespace PSSR.Tests.Dpi;

public sealed class DpiUpscalerTests
{
    private static readonly DpiOptions Quick = new() { Steps = 5 };

    [Theory]
    [InlineData(1, 1, 1.0, 2)] // one pixel
    [InlineData(1, 7, 3.0, 2)]
    [InlineData(13, 11, 1.7, 2)]
    [InlineData(8, 8, 4.0, 1)]
    [InlineData(11, 9, 2.5, 3)]
    [InlineData(6, 10, 2.9, 4)]
    public void Takes_any_size_scale_and_grid(int height, int width, double scale, int k)
    {
        using var scope = torch.NewDisposeScope();
        var (toHeight, toWidth) = ((int)Math.Round(height * scale), (int)Math.Round(width * scale));

        var outcome = Upscale(Quick with { K = k }, Picture(height, width, 1), toHeight, toWidth);

        Assert.Equal([1, 3, toHeight, toWidth], outcome.Image.shape);
        Assert.True(outcome.Image.isfinite().all().item<bool>());
        Assert.Equal(5 + 3, outcome.Evaluations);
    }

    [Fact]
    public void As_printed_the_corrector_is_asked_once_more_and_as_released_at_the_same_time_is_refused()
    {
        using var scope = torch.NewDisposeScope();

        var outcome = Upscale(Quick with { AsPrinted = true }, Picture(8, 8, 1), 16, 16);

        Assert.Equal(5 + 4, outcome.Evaluations);
        Assert.Equal(true, outcome.Decisions["asPrinted"]);
        Assert.Equal("AsPrinted", Assert.Throws<PssrException>((Quick with { AsPrinted = true, AsReleased = true }).Check).Target);
    }

    [Fact]
    public void Holds_the_picture_to_the_condition_on_the_grid()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(16, 16, 1);
        var grid = new ConditionGrid(2);

        // All steps but the last hold the whole grid, and the prior's noise at that one is 0.01.
        var held = Upscale(new DpiOptions { Tau = 0, Steps = 10 }, low, 64, 64, corrector: false).Image;
        var free = Upscale(new DpiOptions { Tau = 10, S = 100, Omega = 10, Steps = 10 }, low, 64, 64, corrector: false).Image;

        double Distance(Tensor image) => (grid.Take(image) * 2 - 1 - grid.BaseCondition(low, 64, 64)).abs().mean().ToDouble();
        Assert.InRange(Distance(held), 0, 0.05);
        Assert.True(Distance(free) > 5 * Distance(held));
    }

    [Theory]
    [InlineData(DpiForm.Ddim)]
    [InlineData(DpiForm.Ddpm)]
    public void Pictures_of_a_batch_come_out_as_alone(DpiForm form)
    {
        using var scope = torch.NewDisposeScope();
        using var method = new DpiUpscaler(TestPrior.Load(), TestCorrector.Load(), Quick with { Sampler = form, Steps = 8 });
        UpscaleRequest[] requests =
        [
            new(Picture(8, 8, 1), 32, 32, 1, 1), new(Picture(10, 5, 2), 20, 40, 1, 2), new(Picture(8, 8, 3), 32, 32, 1, 3),
            new(Picture(8, 8, 1), 32, 32, 2, 1), new(Picture(8, 8, 4), 31, 31, 1, 4),
        ];
        var monitor = new EvaluationMonitor();

        var together = method.Upscale(requests, monitor);

        Assert.Equal(2 * (8 + 6), monitor.Count); // two sizes (31 is padded to 32), two batches
        Assert.Equal(monitor.Count, monitor.Expected);
        for (var i = 0; i < requests.Length; i++)
        {
            var alone = method.Upscale(requests[i], new EvaluationMonitor());
            Assert.Equal(alone.Image.shape, together[i].Image.shape);
            Assert.Equal(alone.Evaluations, together[i].Evaluations);
            // 0 where the libraries' kernels round alike for every batch size, as on the machines tried.
            Assert.InRange((alone.Image - together[i].Image).abs().max().ToDouble(), 0, 1e-4);
        }
    }

    [Fact]
    public void Seed_and_picture_decide_every_bit()
    {
        using var one = new OneThread();
        using var scope = torch.NewDisposeScope();
        var low = Picture(16, 16, 1);
        Tensor Run(ulong seed, ulong key) => Upscale(Quick, low, 32, 32, seed, key).Image;

        Assert.True(Run(1, 2).allclose(Run(1, 2), 0, 0));
        Assert.False(Run(1, 2).allclose(Run(3, 2), 0, 1e-3));
        Assert.False(Run(1, 2).allclose(Run(1, 3), 0, 1e-3));
    }

    [Fact]
    public void Tile_size_hardly_changes_the_result()
    {
        using var scope = torch.NewDisposeScope();
        var low = Picture(50, 42, 1);

        var whole = Upscale(Quick with { TileSize = 0, Tau = 0 }, low, 100, 84, corrector: false);
        var tiled = Upscale(Quick with { TileSize = 64, Tau = 0 }, low, 100, 84, corrector: false);

        Assert.Equal(4, tiled.Decisions["tiles"]);
        Assert.Equal(4 * 5, tiled.Evaluations);
        // random weights and attention over small tiles, from pure noise: the worst of cases
        Assert.InRange(Psnr(whole.Image, tiled.Image), 20, 200);
    }

    [Fact]
    public void Records_what_it_decided()
    {
        using var scope = torch.NewDisposeScope();

        var with = Upscale(new DpiOptions { Steps = 20 }, Picture(2, 2, 1), 16, 16).Decisions;
        var without =
            Upscale(Quick with { Preset = DpiPreset.Real, Sampler = DpiForm.Ddpm }, Picture(8, 8, 1), 32, 32, corrector: false).Decisions;

        Assert.Equal(("X8", "scale 8", "Ddim"), (with["preset"], with["presetFrom"], with["sampler"]));
        Assert.Equal((7.0, 1.4, 30.0, 2, 0.1), (with["tau"], with["s"], with["omega"], with["k"], with["eta"]));
        Assert.Equal(("golden-corrector", "default"), (with["corrector"], with["correctorFrom"]));
        Assert.Equal(64, ((string)with["correctorSha256"]).Length);
        Assert.Equal(("Real", "given", "none", "default, which is not installed"),
            (without["preset"], without["presetFrom"], without["corrector"], without["correctorFrom"]));
        Assert.Equal([800, 600, 400, 200, 0], (int[])without["visitedSteps"]);
    }

    [Fact]
    public void Stops_before_the_next_evaluation()
    {
        using var scope = torch.NewDisposeScope();
        using var method = new DpiUpscaler(TestPrior.Load(), TestCorrector.Load(), Quick);
        using var stop = new CancellationTokenSource();
        var monitor = new EvaluationMonitor(stop.Token, Stopping.At(2, stop));

        Assert.Throws<OperationCanceledException>(() => method.Upscale(new UpscaleRequest(Picture(8, 8, 1), 16, 16, 1, 1), monitor));

        Assert.Equal((2, 8), (monitor.Count, monitor.Expected)); // the second is the corrector's
    }

    [Fact]
    public void Refuses_to_shrink()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Upscale(Quick, Picture(16, 16, 1), 15, 15)).Kind);
    }

    [Fact]
    public void BFloat16_stays_near_float32()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var folder = new CaseFolder(Golden.Case("dpi-ddim-eta01"));

        var x0 = DpiKind.Walk(folder, new NetworkPlacement(torch.CPU, Precision.BFloat16), (_, _) => { });

        Assert.InRange(Psnr(x0 * 0.5, folder.Tensor("out.final") * 0.5), 40, 80); // 44 dB when it was written
    }

    private static UpscaleOutcome Upscale(DpiOptions options, Tensor low, int height, int width, ulong seed = 1, ulong key = 2,
        bool corrector = true)
    {
        using var method = new DpiUpscaler(TestPrior.Load(), corrector ? TestCorrector.Load() : null, options);
        return method.Upscale(new UpscaleRequest(low, width, height, seed, key), new EvaluationMonitor());
    }

    /// <summary>A smooth picture in [0,1] with some texture.</summary>
    private static Tensor Picture(int height, int width, ulong key)
    {
        using var scope = torch.NewDisposeScope();
        var across = torch.linspace(0, 4 + key, width, torch.float32, torch.CPU).reshape(1, 1, 1, -1);
        var down = torch.linspace(0, 5, height, torch.float32, torch.CPU).reshape(1, 1, -1, 1);
        var shades = torch.tensor(new[] { 0.2f, 0.3f, 0.4f }).reshape(1, 3, 1, 1);
        var texture = new NoiseSource(9, key).Normal(1, [1, 3, height, width]) * 0.03;
        return ((across.sin() + down.cos()) * shades + 0.5 + texture).clamp(0, 1).MoveToOuterDisposeScope();
    }

    private static double Psnr(Tensor a, Tensor b) => -10 * Math.Log10((a - b).square().mean().ToDouble());
}
