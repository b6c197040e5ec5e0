using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;

namespace PSSR.Tests.Ecdp;

public sealed class LocalContrastTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    public void A_flat_picture_gets_no_noise_however_bright(double brightness)
    {
        using var scope = torch.NewDisposeScope();

        Assert.InRange(LocalContrast.Share(torch.full([1, 3, 24, 31], (float)brightness), 0.04).max().ToDouble(), 0, 1e-3);
    }

    [Fact]
    public void A_contrast_below_the_least_number_gives_a_flat_picture_none()
    {
        using var scope = torch.NewDisposeScope();

        Assert.Equal(0, LocalContrast.Share(torch.zeros(1, 3, 24, 31), 1e-50).abs().max().ToDouble());
    }

    [Fact]
    public void A_place_gets_noise_by_the_spread_around_it_and_at_most_all()
    {
        using var scope = torch.NewDisposeScope();
        // Columns of ±0.01 and of ±0.2 about grey: of standard deviation about 0.01 and 0.2 in any square of theirs.
        var sign = torch.arange(64).remainder(2).to(torch.float32) * 2 - 1;
        var size = torch.cat([torch.full([32], 0.01f), torch.full([32], 0.2f)], 0);
        var picture = (sign * size + 0.5).reshape(1, 1, 1, 64).expand(1, 3, 40, 64);

        var share = LocalContrast.Share(picture, 0.04);

        Assert.Equal([1, 1, 40, 64], share.shape);
        Assert.InRange(share[0, 0, 20, 10].ToDouble(), 0.24, 0.255);
        Assert.Equal(1, share[0, 0, 20, 54].ToDouble(), 1e-6);
        Assert.InRange(share.max().ToDouble(), 0, 1);
    }

    [Fact]
    public void Paper_beside_ink_is_as_flat_as_any()
    {
        using var scope = torch.NewDisposeScope();
        var page = torch.ones(1, 3, 40, 80);
        page.narrow(3, 0, 40).copy_(torch.rand(1, 1, 40, 40));

        var share = LocalContrast.Share(page, 0.006);

        Assert.Equal(1, share[0, 0, 20, 20].ToDouble(), 1e-6);
        // From 4 pixels beside the ink on, where the square around a place still holds some; 0 but for the rounding of squares.
        Assert.InRange(share.narrow(3, 44, 36).max().ToDouble(), 0, 0.03);
        Assert.InRange(share[0, 0, 20, 38].ToDouble(), 0.5, 1);
    }

    [Theory]
    [InlineData(0.01, 0)]
    [InlineData(-0.004, 0.007)]
    public void Even_shading_is_flat(double across, double down)
    {
        using var scope = torch.NewDisposeScope();
        var shading = (torch.arange(64).reshape(1, 1, 1, 64) * across) + (torch.arange(48).reshape(1, 1, 48, 1) * down) + 0.3;

        var share = LocalContrast.Share(shading.to(torch.float32).expand(1, 3, 48, 64), 0.006);

        Assert.InRange(share.narrow(2, 12, 24).narrow(3, 12, 40).max().ToDouble(), 0, 0.05);
    }

    [Fact]
    public void What_is_drawn_where_the_mean_is_flat_stays_out_of_the_picture()
    {
        using var scope = torch.NewDisposeScope();
        var mean = torch.full([1, 3, 16, 48], 0.4f);
        mean.narrow(3, 32, 16).add_(torch.rand(1, 1, 16, 16) - 0.5);

        Tensor Drawn(double contrast) => new EcdpSampler(
            new FlowOptions { Solver = FlowSolver.DpmSolver, Steps = 1, Temperature = 0, NoiseContrast = contrast }, 0.1)
            .Sample(new Pattern(), mean, new NoiseSource(1, 1)).Picture - mean;

        Assert.InRange(Drawn(0.006).narrow(3, 0, 20).abs().max().ToDouble(), 0, 1e-4);
        Assert.Equal(0.1, Drawn(0.006).narrow(3, 40, 8).min().ToDouble(), 1e-3);
        Assert.Equal(0.1, Drawn(0).min().ToDouble(), 1e-3);
    }

    [Fact]
    public void Where_the_mean_is_flat_all_samples_are_one_and_where_it_isnt_they_differ()
    {
        using var scope = torch.NewDisposeScope();
        var mean = torch.full([1, 3, 16, 48], 0.4f);
        mean.narrow(3, 32, 16).add_(torch.rand(1, 3, 16, 16) - 0.5);

        Tensor Draw(double? contrast, ulong seed) =>
            new EcdpSampler(new FlowOptions { Solver = FlowSolver.DpmSolver, Steps = 1, Temperature = 1, NoiseContrast = contrast }, 0.1)
                .Sample(new Answer(), mean, new NoiseSource(seed, 1)).Picture;
        Tensor Apart(double? contrast) => (Draw(contrast, 1) - Draw(contrast, 2)).abs();

        Assert.InRange(Apart(0.04).narrow(3, 0, 20).max().ToDouble(), 0, 1e-4);
        Assert.True(Apart(0.04).narrow(3, 36, 12).mean().ToDouble() > 0.01);
        Assert.True(Apart(null).narrow(3, 0, 20).mean().ToDouble() > 0.01);
        Assert.True(Apart(0).equal(Apart(null)).all().ToBoolean());
    }

    [Fact]
    public void A_solver_that_draws_noise_at_every_step_takes_none_and_leaves_the_cards()
    {
        using var flow = TestFlow.Load(c => c with { Sampling = new SamplingCard(NoiseContrast: 0.04) });
        var card = flow.Card;

        Assert.Contains("NoiseContrast: Ddpm draws noise at every step", Assert.Throws<PssrException>(
            () => new FlowOptions { Solver = FlowSolver.Ddpm, NoiseContrast = 0.1 }.Resolved(card)).Message, StringComparison.Ordinal);
        Assert.Null(new FlowOptions { Solver = FlowSolver.Ddpm }.Resolved(card).NoiseContrast);
        var cards = card with { Sampling = new SamplingCard("ddpm") };
        Assert.Contains("NoiseContrast: Ddpm", Assert.Throws<PssrException>(
            () => new FlowOptions { NoiseContrast = 0.1 }.Resolved(cards)).Message, StringComparison.Ordinal);
        Assert.Contains("Temperature: Ddpm", Assert.Throws<PssrException>(
            () => new FlowOptions { Temperature = 0.5 }.Resolved(cards)).Message, StringComparison.Ordinal);
        Assert.Equal(0.04, new FlowOptions { Solver = FlowSolver.Ddim }.Resolved(card).NoiseContrast);
        Assert.Equal(0, new FlowOptions { NoiseContrast = 0 }.Resolved(card).NoiseContrast);
    }

    /// <summary>A flow whose ẑ0 is 1 everywhere, whatever it is shown.</summary>
    private sealed class Pattern : IFlowDenoiser
    {
        public Tensor Velocity(Tensor z, double[] times) => torch.full_like(z, -1);
    }

    /// <summary>A flow whose ẑ0 is the state at t = 1: what comes out is the noise that went in.</summary>
    private sealed class Answer : IFlowDenoiser
    {
        public Tensor Velocity(Tensor z, double[] times) => z.neg();
    }
}
