using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class DdpmSamplerTests
{
    private const double Mean = -0.2;

    private readonly NoiseSchedule _schedule = KnownSchedules.Linear(1000);

    /// <summary>With Gaussian data the reverse process is exactly Gaussian, however few steps it takes, if its variance is the right
    /// one.</summary>
    [Theory]
    [InlineData(10, 0.25)]
    [InlineData(50, 0.25)]
    [InlineData(50, 0.7)]
    public void Learned_variance_reproduces_the_data_in_any_number_of_steps(int steps, double deviation)
    {
        using var scope = torch.NewDisposeScope();
        var respaced = _schedule.Respace(Timesteps.Spread(999, steps));

        var (mean, std) = Sample(respaced, new GaussianDenoiser(_schedule, Mean, deviation, respaced), FixedVariance.Small);

        Assert.Equal(Mean, mean, 0.02); // 30,000 values: a standard error at deviation 0.7 is 0.004, and of the ratio below also
        Assert.Equal(1, std / deviation, 0.02);
    }

    [Fact]
    public void Large_variance_is_exact_for_standard_normal_data()
    {
        using var scope = torch.NewDisposeScope();

        var (mean, std) =
            Sample(_schedule.Respace(Timesteps.Spread(999, 50)), new GaussianDenoiser(_schedule, Mean, 1), FixedVariance.Large);

        Assert.Equal(Mean, mean, 0.025);
        Assert.Equal(1, std, 0.02);
    }

    [Fact]
    public void Small_variance_is_exact_for_a_single_picture()
    {
        using var scope = torch.NewDisposeScope();

        var (mean, std) =
            Sample(_schedule.Respace(Timesteps.Spread(999, 50)), new GaussianDenoiser(_schedule, Mean, 0), FixedVariance.Small);

        Assert.Equal(Mean, mean, 1e-4);
        Assert.Equal(0, std, 1e-3);
    }

    [Fact]
    public void Last_step_gives_the_mean()
    {
        using var scope = torch.NewDisposeScope();
        var source = new NoiseSource(1, 1);
        var (x, prediction) = (source.Normal(1, [1, 3, 8, 8]), new Prediction(source.Normal(2, [1, 3, 8, 8])));
        var sampler = new DdpmSampler(_schedule, new DdpmOptions());

        Assert.True(sampler.Step(x, prediction, 0, source.Normal(3, x.shape)).allclose(sampler.Posterior(x, prediction, 0).Mean, 0, 0));
    }

    [Fact]
    public void Same_seed_gives_the_same_picture()
    {
        using var scope = torch.NewDisposeScope();
        var denoiser = new GaussianDenoiser(_schedule, Mean, 0.3);
        var respaced = _schedule.Respace(Timesteps.Spread(999, 10));
        Tensor Run(ulong seed) =>
            new DdpmSampler(respaced, new DdpmOptions()).Sample(denoiser, torch.zeros(1, 3, 8, 8), new NoiseSource(seed, 0));

        Assert.True(Run(1).allclose(Run(1), 0, 0));
        Assert.False(Run(1).allclose(Run(2)));
    }

    private static (double Mean, double Std) Sample(NoiseSchedule schedule, GaussianDenoiser denoiser, FixedVariance variance)
    {
        var noise = new NoiseSource(5, 6);
        var start = denoiser.Start(schedule.TimestepMap[^1], noise.Normal(1000, [1, 3, 100, 100]));
        var x0 = new DdpmSampler(schedule, new DdpmOptions(variance, ClipDenoised: false)).Sample(denoiser, start, noise);
        return (x0.mean().ToDouble(), x0.std().ToDouble());
    }
}
