using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class DdimSamplerTests
{
    private const double Mean = 0.3, Deviation = 0.25;

    private readonly NoiseSchedule _schedule = KnownSchedules.Linear(1000);

    [Fact]
    public void Without_noise_follows_the_probability_flow()
    {
        using var scope = torch.NewDisposeScope();

        var errors = new[] { 125, 250, 500, 1000 }.Select(FlowError).ToArray();

        Assert.InRange(errors[^1], 0, 5e-3);
        // An Euler method of first order: twice the steps, half the error.
        Assert.All(errors.Zip(errors.Skip(1)), pair => Assert.InRange(pair.First / pair.Second, 1.7, 2.4));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void Keeps_mean_and_variance_of_the_data_whatever_eta(double eta)
    {
        using var scope = torch.NewDisposeScope();
        var respaced = _schedule.Respace(Timesteps.Spread(999, 250));
        var denoiser = new GaussianDenoiser(_schedule, Mean, Deviation);
        var noise = new NoiseSource(3, 4);
        var start = denoiser.Start(999, noise.Normal(1000, [1, 3, 64, 64]));

        var x0 = new DdimSampler(respaced, new DdimOptions(eta, ClipDenoised: false)).Sample(denoiser, start, noise);

        Assert.Equal(Mean, x0.mean().ToDouble(), 0.012); // 12,288 values: a standard error is 0.0023
        // standard error 0.006; the steps' own error, of the first order, is 0.05 at η = 1
        Assert.Equal(1, x0.std().ToDouble() / Deviation, 0.06);
    }

    [Fact]
    public void Clipped_picture_stays_in_range()
    {
        using var scope = torch.NewDisposeScope();
        var x = new NoiseSource(1, 1).Normal(1, [1, 3, 8, 8]) * 3;

        var (sample, x0) = new DdimSampler(_schedule, new DdimOptions()).Step(x, new Prediction(torch.zeros_like(x)), 0, noise: null);

        Assert.InRange(x0.abs().max().ToDouble(), 1, 1);
        Assert.True(sample.allclose(x0)); // ᾱ' = 1: the last move ends on x̂0
    }

    /// <summary>σ² where it is σ, as Diffusion Prior Interpolation prints it: the noise of a step is then its own root.</summary>
    [Fact]
    public void Printed_variance_is_the_deviations_root()
    {
        using var scope = torch.NewDisposeScope();
        var (respaced, x) = (_schedule.Respace(Timesteps.Strided(1000, 20)), torch.zeros(1, 1, 1, 1));
        double Noise(bool isVariance, int i)
        {
            var sampler = new DdimSampler(respaced, new DdimOptions(0.1, ClipDenoised: false, isVariance));
            return sampler.Step(x, new Prediction(x), i, torch.ones_like(x)).Sample.ToDouble();
        }

        Assert.All(new[] { 1, 5, 19 }, i => Assert.Equal(Math.Sqrt(Noise(false, i)), Noise(true, i), 1e-5));
        // More noise than the next step has at all: why the deviation is the default.
        Assert.True(Math.Pow(Noise(true, 1), 2) > 1 - respaced.AlphasCumprod[0]);
    }

    [Fact]
    public void Step_leaves_its_inputs_alone()
    {
        using var scope = torch.NewDisposeScope();
        var source = new NoiseSource(1, 1);
        var (x, epsilon) = (source.Normal(1, [1, 3, 8, 8]), source.Normal(2, [1, 3, 8, 8]));
        var (xBefore, epsilonBefore) = (x.clone(), epsilon.clone());

        new DdimSampler(_schedule, new DdimOptions(Eta: 1)).Step(x, new Prediction(epsilon), 500, source.Normal(3, [1, 3, 8, 8]));

        Assert.True(x.allclose(xBefore, 0, 0));
        Assert.True(epsilon.allclose(epsilonBefore, 0, 0));
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void Refuses_an_eta_out_of_range(double eta) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => new DdimSampler(_schedule, new DdimOptions(eta))).Kind);

    private double FlowError(int steps)
    {
        var respaced = _schedule.Respace(Timesteps.Spread(999, steps));
        var denoiser = new GaussianDenoiser(_schedule, Mean, Deviation);
        var noise = new NoiseSource(1, 2);
        var start = denoiser.Start(999, noise.Normal(1000, [1, 3, 16, 16]));
        var expected = denoiser.ProbabilityFlow(999, start);
        var x0 = new DdimSampler(respaced, new DdimOptions(Eta: 0, ClipDenoised: false)).Sample(denoiser, start, noise);
        return (x0 - expected).abs().max().ToDouble();
    }
}
