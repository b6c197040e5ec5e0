using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Networks;

namespace PSSR.Tests.Ecdp;

public sealed class FlowProcessTests
{
    private static readonly double[] Times = [1e-4, 0.01, 0.3, 1];

    [Fact]
    public void Alpha_bar_is_the_integral_of_beta()
    {
        foreach (var t in Times)
        {
            const int Pieces = 1000;
            var integral = Enumerable.Range(0, Pieces).Sum(i => FlowProcess.Beta(t * (i + 0.5) / Pieces)) * t / Pieces;
            Assert.Equal(Math.Exp(-integral), FlowProcess.AlphaBar(t), 1e-12);
        }
    }

    [Fact]
    public void Signal_and_noise_variance_sum_to_one() =>
        Assert.All(Times, t => Assert.Equal(1, FlowProcess.AlphaBar(t) + FlowProcess.NoiseVariance(t), 1e-15));

    [Fact]
    public void Noise_variance_keeps_its_digits_near_zero() => Assert.Equal(1e-14, FlowProcess.NoiseVariance(1e-13), 1e-25);

    [Fact]
    public void Time_comes_back_from_the_signal_to_noise_ratio() =>
        Assert.All(Times, t => Assert.Equal(1, FlowProcess.TimeAt(FlowProcess.HalfLogSnr(t)) / t, 1e-12));

    /// <summary>KL of two Gaussians of variance 1-ᾱ whose means are √ᾱ·z_0 apart, z_0 of variance 1.</summary>
    [Theory]
    [InlineData(0.01)]
    [InlineData(0.5)]
    [InlineData(20)]
    public void The_flow_starts_where_picture_and_mean_agree(double nats)
    {
        var t = FlowProcess.AgreementTime(nats);

        Assert.Equal(nats, FlowProcess.AlphaBar(t) / (2 * FlowProcess.NoiseVariance(t)), 1e-9 * nats);
    }

    [Fact]
    public void What_pure_noise_agrees_in_starts_at_pure_noise()
    {
        Assert.Equal(1, FlowProcess.AgreementTime(1e-9));
        Assert.InRange(FlowProcess.AgreementTime(2.2e-5), 0.99, 1); // ᾱ(1) = 4.3e-5
    }

    [Fact]
    public void Table_is_the_one_that_the_network_carries()
    {
        using var network = new EcdpNetwork(new EcdpOptions
        {
            Blocks = 1, Selection = [0], Features = 4, Growth = 2, TimeChannels = 4, Base = 16, LevelChannels = [16], LevelBlocks = [1],
        });
        var table = FlowProcess.Table();
        var bars = network.named_buffers().Single(b => b.name.EndsWith("alpha_bars", StringComparison.Ordinal)).buffer.data<float>()
            .ToArray();

        Assert.Equal(FlowProcess.NetworkSteps, EcdpNetwork.Steps);
        Assert.All(bars.Zip(table.AlphasCumprod), pair => Assert.Equal(1, pair.First / pair.Second, 1e-6));
    }

    [Fact]
    public void Velocity_gives_both_ends_back()
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 2);
        Tensor z0 = noise.Normal(1, [4, 3, 5, 6]), epsilon = noise.Normal(2, [4, 3, 5, 6]);
        var z = FlowProcess.AddNoise(z0, epsilon, Times);

        foreach (var parametrization in Enum.GetValues<FlowParametrization>())
        {
            // Each parametrization loses digits at its own end of the times, where the other head would be needed.
            var tolerance = parametrization == FlowParametrization.Hybrid ? 1e-5 : 1e-2;
            var v = FlowProcess.Velocity(torch.cat([epsilon, z0], 1), z, Times, parametrization);
            Assert.True(FlowProcess.Clean(z, v, Times).allclose(z0, 0, tolerance), $"{parametrization}");
            Assert.True(FlowProcess.Epsilon(z, v, Times).allclose(epsilon, 0, tolerance), $"{parametrization}");
        }
    }

    /// <summary>The score is -ε̃/√(1-ᾱ), so that Eq. 18 mixes noises as it mixes scores.</summary>
    [Theory]
    [InlineData(0.25)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    public void Constant_lambda_mixes_the_scores_of_the_two_heads_as_equation_18(double lambda)
    {
        using var scope = torch.NewDisposeScope();
        var random = new NoiseSource(1, 3);
        double[] times = [0.05, 0.3, 0.6, 0.9];
        Tensor epsilon = random.Normal(1, [4, 3, 5, 6]), z0 = random.Normal(2, [4, 3, 5, 6]), z = random.Normal(3, [4, 3, 5, 6]);

        var v = FlowProcess.Velocity(torch.cat([epsilon, z0], 1), z, times, FlowParametrization.Hybrid, lambda);
        var mixed = FlowProcess.Epsilon(z, v, times);

        for (var i = 0; i < times.Length; i++)
        {
            var bar = FlowProcess.AlphaBar(times[i]);
            var ofPicture = (z[i] - (z0[i] * Math.Sqrt(bar))) / Math.Sqrt(1 - bar);
            Assert.True(mixed[i].allclose((epsilon[i] * lambda) + (ofPicture * (1 - lambda)), 1e-4, 1e-4), $"{times[i]}");
        }
    }

    [Fact]
    public void Constant_lambda_meets_the_other_parametrizations_at_its_ends_and_the_released_one_at_alpha_bar()
    {
        using var scope = torch.NewDisposeScope();
        var random = new NoiseSource(1, 3);
        double[] time = [0.3];
        Tensor heads = random.Normal(1, [1, 6, 5, 6]), z = random.Normal(3, [1, 3, 5, 6]);
        Tensor V(FlowParametrization parametrization, double? lambda = null) =>
            FlowProcess.Velocity(heads, z, time, parametrization, lambda);

        Assert.True(V(FlowParametrization.Hybrid, 1).allclose(V(FlowParametrization.Epsilon), 1e-5, 1e-5));
        Assert.True(V(FlowParametrization.Hybrid, 0).allclose(V(FlowParametrization.X0), 1e-5, 1e-5));
        Assert.True(V(FlowParametrization.Hybrid, FlowProcess.AlphaBar(time[0])).allclose(V(FlowParametrization.Hybrid), 1e-5, 1e-5));
    }
}
