using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;
using PSSR.Dpi;
using PSSR.Tests.Diffusion;

namespace PSSR.Tests.Dpi;

/// <summary>
/// Against closed forms: with a prior of independent Gaussian pixels (<see cref="GaussianDenoiser"/>) every pixel walks alone, by a
/// recursion that is written out here in float64.
/// </summary>
public sealed class DpiSamplerTests
{
    private const double Mean = 0.3, Deviation = 0.25;
    private const int Side = 12;

    private static readonly NoiseSchedule Full = KnownSchedules.Linear(1000);
    private static readonly long[] Shape = [1, 3, Side, Side];
    private static readonly DpiSettings Plain = new() { Tau = 0, S = 1.4, Omega = 30, ClipDenoised = false };

    [Theory]
    [InlineData(DpiForm.Ddim, 0.0)]
    [InlineData(DpiForm.Ddim, 0.7)]
    [InlineData(DpiForm.Ddpm, 0.0)]
    public void First_stage_holds_the_grid_at_the_conditions_posterior(DpiForm form, double eta)
    {
        using var scope = torch.NewDisposeScope();
        var schedule = Full.Respace(Timesteps.Strided(1000, 20));
        var sampler = new DpiSampler(schedule, Plain with { Form = form, Eta = eta });
        var denoiser = new GaussianDenoiser(Full, Mean, Deviation, form == DpiForm.Ddpm ? schedule : null);
        var (condition, noise) = (Condition(sampler), new NoiseSource(1, 2));
        var x = noise.Normal(2000, Shape);
        var expected = Doubles(sampler.Grid.Take(x));
        var clean = Doubles(sampler.Grid.Take(condition));
        for (var i = schedule.Steps - 1; i > 0; i--)
        {
            var z = noise.Normal(i, Shape);
            var prediction = denoiser.Predict(x, schedule.TimestepMap[i]);
            x = sampler.Step(x, condition, condition, prediction, i, z, u: null).X;

            var draws = Doubles(sampler.Grid.Take(z));
            var deviation = form == DpiForm.Ddpm ? ReverseDeviation(schedule, prediction, i) : 0;
            expected = [.. expected.Select((xt, p) => Posterior(schedule, i, form, eta, xt, clean[p], draws[p], deviation))];
            AssertClose(expected, Doubles(sampler.Grid.Take(x)), 2e-4); // float32 against float64, over up to 19 steps
        }
    }

    [Theory]
    [InlineData(DpiForm.Ddim)]
    [InlineData(DpiForm.Ddpm)]
    public void Second_stage_from_the_start_with_full_weight_and_a_mask_of_ones_reproduces_the_condition(DpiForm form)
    {
        using var scope = torch.NewDisposeScope();
        // the last steps; where x starts hardly matters, for every step puts the condition in its place
        var schedule = Full.Respace([.. Enumerable.Range(0, 50)]);
        var sampler = new DpiSampler(schedule, Plain with { Form = form, Eta = 0.1, K = 1, Tau = 50, Weighted = false });
        var denoiser = new GaussianDenoiser(Full, Mean, Deviation, form == DpiForm.Ddpm ? schedule : null);
        var (condition, noise) = (Condition(sampler), new NoiseSource(3, 4));
        var ones = torch.full(new long[] { 1, 1, Side, Side }, -1.0); // below every probability, 0 included: all places are kept
        var x = noise.Normal(2000, Shape);
        foreach (var i in Enumerable.Range(0, 50).Reverse())
            x = sampler.Step(x, condition, condition, denoiser.Predict(x, schedule.TimestepMap[i]), i,
                i > 0 ? noise.Normal(i, Shape) : null, ones).X;

        // The last step is the prior's own: what is left of the last noise, √(1-ᾱ_1) = 0.01, and the prior's pull by 1 - ᾱ_1·d²/(ᾱ_1·d² +
        // 1-ᾱ_1) = 0.0016.
        Assert.InRange((x - condition).abs().max().ToDouble(), 0, 0.04);
        Assert.InRange((x - condition).square().mean().sqrt().ToDouble(), 0, 0.015);
    }

    [Fact]
    public void Off_the_grid_a_prior_of_independent_pixels_is_sampled_as_without_a_condition() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(20),
        Prop.ForAll(Gen.Choose(0, 10_000).Three().ToArbitrary(), draw =>
        {
            using var scope = torch.NewDisposeScope();
            var schedule = Full.Respace(Timesteps.Strided(1000, 2 + draw.Item1 % 9));
            var settings = new DpiSettings { Tau = draw.Item2 % 12, S = 0.5 + draw.Item1 % 7 / 3.0, Omega = 12, K = 2 + draw.Item3 % 3,
                Eta = draw.Item3 % 11 / 10.0 };
            var (sampler, denoiser) = (new DpiSampler(schedule, settings), new GaussianDenoiser(Full, Mean, Deviation));
            var noise = new NoiseSource((ulong)draw.Item1, (ulong)draw.Item2);
            var start = noise.Normal(1000, Shape);

            var conditioned = sampler.Sample(denoiser, null, Condition(sampler), start.clone(), new NoiseBatch([noise]));
            var free = new DdimSampler(schedule, new DdimOptions(settings.Eta)).Sample(denoiser, start, noise);

            var off = sampler.Grid.Mask(Side, Side, torch.CPU).to(torch.float32).mul(-1).add(1);
            return (conditioned * off).allclose(free * off, 0, 0);
        }));

    [Fact]
    public void Pictures_of_a_batch_are_sampled_as_alone()
    {
        using var scope = torch.NewDisposeScope();
        var schedule = Full.Respace(Timesteps.Strided(1000, 12));
        var sampler = new DpiSampler(schedule, new DpiSettings { Tau = 7, S = 1.2, Omega = 9, Eta = 0.3 });
        var denoiser = new GaussianDenoiser(Full, Mean, Deviation);
        NoiseSource[] sources = [new(1, 1), new(1, 2), new(2, 1)];
        Tensor[] conditions = [.. sources.Select((_, i) => Condition(sampler, 5 + i))];

        Tensor Run(params int[] pictures) =>
            sampler.Sample(denoiser, new Halving(), torch.cat(pictures.Select(p => conditions[p]).ToArray(), 0),
            torch.cat(pictures.Select(p => sources[p].Normal(1000, Shape)).ToArray(), 0),
            new NoiseBatch([.. pictures.Select(p => sources[p])]));

        var together = Run(0, 1, 2);
        for (var p = 0; p < sources.Length; p++)
            Assert.True(together.narrow(0, p, 1).allclose(Run(p), 0, 0));
        Assert.False(together.narrow(0, 0, 1).allclose(together.narrow(0, 1, 1), 0, 1e-2));
    }

    [Fact]
    public void Corrector_sees_the_grid_alone_and_is_asked_while_its_answer_is_of_use()
    {
        using var scope = torch.NewDisposeScope();
        var schedule = Full.Respace(Timesteps.Strided(1000, 5));
        var sampler = new DpiSampler(schedule, Plain with { Tau = 2 });
        var condition = Condition(sampler);
        var corrector = new Halving();

        sampler.Sample(new GaussianDenoiser(Full, Mean, Deviation), corrector, condition, new NoiseSource(1, 2).Normal(1, Shape),
            new NoiseBatch([new(1, 2)]));

        Assert.Equal([800, 600, 400], corrector.Steps); // not after the last two of the five steps
        var off = sampler.Grid.Mask(Side, Side, torch.CPU).to(torch.float32).mul(-1).add(1);
        Assert.All(corrector.Seen, pair => Assert.Equal(0, ((pair.Condition.abs() + pair.Original.abs()) * off).max().ToDouble()));
        Assert.All(corrector.Seen, pair => Assert.True(pair.Original.allclose(condition, 0, 0)));
    }

    [Fact]
    public void As_printed_steps_count_from_one_and_the_last_is_masked()
    {
        using var scope = torch.NewDisposeScope();
        var schedule = Full.Respace(Timesteps.Strided(1000, 5));
        var (released, printed) = (new DpiSampler(schedule, Plain with { Tau = 2 }),
            new DpiSampler(schedule, Plain with { Tau = 2, AsPrinted = true }));
        var (condition, corrector) = (Condition(printed), new Halving());
        var denoiser = new GaussianDenoiser(Full, Mean, Deviation);
        var x = new NoiseSource(5, 5).Normal(1, Shape);
        var everywhere = torch.full(new long[] { 1, 1, Side / 2, Side / 2 }, -1.0);

        // Counted from 0, t <= τ = 2 are steps 1 and 2, and step 0 is not masked; counted from 1 they are steps 0 and 1.
        Assert.Equal([false, true, true, false], Enumerable.Range(0, 4).Select(released.IsSecondStage));
        Assert.Equal([true, true, false, false], Enumerable.Range(0, 4).Select(printed.IsSecondStage));
        Tensor Last(DpiSampler sampler) =>
            sampler.Step(x, condition, condition, denoiser.Predict(x, schedule.TimestepMap[0]), 0, null, everywhere).X;
        var (free, held) = (Last(released), Last(printed));
        // At t = 1 the weight of the condition is 1/ω; the last step's y' is the condition itself.
        var grid = printed.Grid.Mask(Side, Side, torch.CPU).to(torch.float32);
        var expected = free + ((condition - free) * grid / Plain.Omega);
        Assert.True(held.allclose(expected, 0, 1e-5));
        printed.Sample(denoiser, corrector, condition, new NoiseSource(1, 2).Normal(1, Shape), new NoiseBatch([new(1, 2)]));
        Assert.Equal([800, 600, 400, 200], corrector.Steps); // the last step looks at the condition, too
    }

    [Fact]
    public void Without_refinement_the_corrector_sees_the_posterior_of_the_original_condition_only()
    {
        using var scope = torch.NewDisposeScope();
        var schedule = Full.Respace(Timesteps.Strided(1000, 10));
        var (refined, unrefined) =
            (new DpiSampler(schedule, Plain with { Tau = 4 }), new DpiSampler(schedule, Plain with { Tau = 4, Refined = false }));
        var (original, corrected) = (Condition(refined), Condition(refined, 77));
        var denoiser = new GaussianDenoiser(Full, Mean, Deviation);
        var x = new NoiseSource(5, 5).Normal(1, Shape);
        var u = torch.full(new long[] { 1, 1, Side / 2, Side / 2 }, 0.01);

        foreach (var i in new[] { 8, 3 })
        {
            var prediction = denoiser.Predict(x, schedule.TimestepMap[i]);
            var (with, without) = (refined.Step(x, corrected, original, prediction, i, null, u),
                unrefined.Step(x, corrected, original, prediction, i, null, u));
            var ofOriginal = refined.Step(x, original, original, prediction, 8, null, u).Y;

            Assert.True(with.X.allclose(without.X, 0, 0)); // the sample is held by what the corrector made, either way
            Assert.False(with.Y.allclose(without.Y, 0, 1e-3));
            if (i == 8)
                Assert.True(without.Y.allclose(ofOriginal, 0, 0));
            else
                Assert.True(with.Y.allclose(with.X, 0, 0)); // second stage: the sample is fed to the corrector
        }
    }

    [Fact]
    public void In_the_released_codes_way_a_batch_shares_its_edges_scale_and_holes_are_marked()
    {
        using var scope = torch.NewDisposeScope();
        var sampler = new DpiSampler(Full, Plain with { AsReleased = true });
        var grid = torch.cat(new[] { new NoiseSource(1, 1).Normal(1, [1, 3, 4, 4]), new NoiseSource(1, 2).Normal(1, [1, 3, 4, 4]) * 3 }, 0);

        var marked = sampler.Condition(grid, 8, 8);

        Assert.Equal(1e-6f, marked.select(3, 1).max().item<float>());
        Assert.True(sampler.Grid.Take(marked).allclose(grid, 0, 0));
        var most = sampler.Adaptive.Probabilities(marked).amax([1, 2, 3]).data<float>().ToArray();
        Assert.True(most[0] < 0.9f && most[1] == 1f);
    }

    [Theory]
    [InlineData("τ", -1, 1, 1, 2, 0)]
    [InlineData("s", 1, 0, 1, 2, 0)]
    [InlineData("ω", 1, 1, double.NaN, 2, 0)]
    [InlineData("k", 1, 1, 1, 0, 0)]
    [InlineData("η", 1, 1, 1, 2, 1.5)]
    public void Refuses_settings_that_make_no_sense(string name, double tau, double s, double omega, int k, double eta)
    {
        var error =
            Assert.Throws<PssrException>(() => new DpiSampler(Full, new DpiSettings { Tau = tau, S = s, Omega = omega, K = k, Eta = eta }));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Contains(name, error.Message);
    }

    /// <summary>One pixel's next value: a draw around the posterior mean that belongs to the clean value y and to the noise that the prior
    /// sees in x_t.</summary>
    private static double Posterior(NoiseSchedule schedule, int i, DpiForm form, double eta, double xt, double y, double z,
        double reverseDeviation)
    {
        var (a, next) = (schedule.AlphasCumprod[i], schedule.AlphasCumprodPrev[i]);
        var epsilon = Math.Sqrt(1 - a) * (xt - Math.Sqrt(a) * Mean) / (a * Deviation * Deviation + 1 - a);
        if (form == DpiForm.Ddim)
        {
            var sigma = eta * Math.Sqrt((1 - next) / (1 - a) * (1 - a / next));
            return Math.Sqrt(next) * y + Math.Sqrt(1 - next - sigma * sigma) * epsilon + sigma * z;
        }
        var noisy = Math.Sqrt(a) * y + Math.Sqrt(1 - a) * epsilon; // Eq. 6
        var beta = 1 - a / next;
        return (Math.Sqrt(next) * beta * y + Math.Sqrt(1 - beta) * (1 - next) * noisy) / (1 - a) + reverseDeviation * z; // Eq. 7
    }

    private static double ReverseDeviation(NoiseSchedule schedule, Prediction prediction, int i)
    {
        var fraction = prediction.VarianceFraction!.max().ToDouble();
        return Math.Exp(0.5 * (fraction * Math.Log(schedule.Betas[i]) + (1 - fraction) * schedule.PosteriorLogVarianceClipped[i]));
    }

    private static Tensor Condition(DpiSampler sampler, int key = 9) =>
        sampler.Condition(
            new NoiseSource(8, (ulong)key).Normal(1, [1, 3, sampler.Grid.Side(Side), sampler.Grid.Side(Side)]).mul(0.4).clamp(-1, 1),
            Side, Side);

    private static double[] Doubles(Tensor tensor) => [.. tensor.contiguous().data<float>().ToArray().Select(v => (double)v)];

    private static void AssertClose(double[] expected, double[] actual, double tolerance) =>
        Assert.InRange(expected.Zip(actual, (a, b) => Math.Abs(a - b)).Max(), 0, tolerance);

    /// <summary>A corrector that anyone can foresee, and that remembers what it was asked.</summary>
    private sealed class Halving : IConditionCorrector
    {
        public List<double> Steps { get; } = [];

        public List<(Tensor Condition, Tensor Original)> Seen { get; } = [];

        public Tensor Correct(Tensor condition, double timestep, Tensor original)
        {
            Steps.Add(timestep);
            Seen.Add((condition.clone().DetachFromDisposeScope(), original.clone().DetachFromDisposeScope()));
            return (condition + original) * 0.5;
        }
    }
}
