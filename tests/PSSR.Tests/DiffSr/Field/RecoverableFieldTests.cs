using FsCheck;
using FsCheck.Fluent;
using PSSR.DiffSr.Field;
using PSSR.Diffusion;

namespace PSSR.Tests.DiffSr.Field;

public sealed class RecoverableFieldTests
{
    private static readonly RecoverableFieldOptions Wide = new() { SignatureThreshold = 1e9, FidelityThreshold = 1e9 };

    /// <summary>A schedule, an error curve that falls by a power of t, bicubic's error and ω.</summary>
    private sealed record Prior(string Schedule, int Steps, double Error, double Power, double Squared, double Omega)
    {
        public NoiseSchedule Process => KnownSchedules.Create(Schedule, Steps);

        public double[] Errors => [.. Enumerable.Range(1, Steps).Select(t => Error * Math.Pow(t, -Power))];

        public double[] Signature(SignatureVariance variance = SignatureVariance.Posterior) =>
            RecoverableField.Signature(Process, Errors, Wide with { Variance = variance });

        public double[] Fidelity => RecoverableField.Fidelity(Process, new PictureDistance(Squared), FidelityForm.ExactKl);
    }

    private static readonly Gen<Prior> Priors =
        from schedule in Gen.Elements<string>([.. KnownSchedules.Names])
        from steps in Gen.Choose(50, 1000)
        from error in Gen.Choose(1, 1000)
        from power in Gen.Choose(0, 100)
        from squared in Gen.Choose(1, 1000)
        from omega in Gen.Choose(1, 2000)
        select new Prior(schedule, steps, error / 1000.0, power / 100.0, squared / 10000.0, omega / 1000.0);

    [Fact]
    public void Signature_never_falls() => Holds(prior =>
        Enum.GetValues<SignatureVariance>()
            .All(variance => prior.Signature(variance).Zip(prior.Signature(variance).Skip(1)).All(p => p.Second >= p.First)));

    [Fact]
    public void Fidelity_falls_with_every_step() => Holds(prior => prior.Fidelity.Zip(prior.Fidelity.Skip(1)).All(p => p.Second < p.First));

    [Fact]
    public void The_best_step_lies_in_the_field_and_nothing_in_it_is_better() => Holds(prior =>
    {
        var (signature, fidelity) = (prior.Signature(), prior.Fidelity);
        var options = Wide
            with { Omega = prior.Omega, SignatureThreshold = signature[^1] * 0.8,
                FidelityThreshold = prior.Omega * fidelity[prior.Steps / 20] };
        var field = RecoverableField.Find(signature, fidelity, options);
        double Loss(int t) => signature[t - 1] + options.Omega * fidelity[t - 1];
        return field.IsEmpty || (field.Low <= field.Best && field.Best <= field.High
            && Enumerable.Range(field.Low, field.High - field.Low + 1).All(t =>
                Loss(t) >= Loss(field.Best) && signature[t - 1] <= options.SignatureThreshold
                    && options.Omega * fidelity[t - 1] <= options.FidelityThreshold));
    });

    [Fact]
    public void Steps_outside_the_field_miss_a_threshold() => Holds(prior =>
    {
        var (signature, fidelity) = (prior.Signature(), prior.Fidelity);
        var options = Wide
            with { Omega = prior.Omega, SignatureThreshold = signature[prior.Steps / 2],
                FidelityThreshold = prior.Omega * fidelity[prior.Steps / 10] };
        var field = RecoverableField.Find(signature, fidelity, options);
        return Enumerable.Range(2, prior.Steps - 1).Where(t => field.IsEmpty || t < field.Low || t > field.High)
            .All(t => signature[t - 1] > options.SignatureThreshold || options.Omega * fidelity[t - 1] > options.FidelityThreshold);
    });

    [Fact]
    public void A_picture_that_bicubic_spoils_more_needs_no_less_noise() => Holds(prior =>
    {
        int Best(double factor) =>
            RecoverableField.Find(prior.Signature(), (prior with { Squared = prior.Squared * factor }).Fidelity,
                Wide with { Omega = prior.Omega }).Best;
        return Best(1) <= Best(1.5) && Best(1.5) <= Best(3);
    });

    /// <summary>The sum is nearly ½∫E/ᾱ·d ln(1-ᾱ), so the loss is least where (1-ᾱ)/ᾱ = ω·‖x-x̂‖²/E.</summary>
    [Theory]
    [InlineData(0.1, 0.02)]
    [InlineData(0.3, 0.02)]
    [InlineData(0.3, 0.005)]
    public void With_a_constant_error_the_noise_has_the_strength_of_bicubics_error_over_it(double error, double squared)
    {
        var prior = new Prior("linear", 1000, error, 0, squared, 1);

        var best = RecoverableField.Find(prior.Signature(), prior.Fidelity, Wide with { Omega = 1 }).Best;

        var alphaBar = prior.Process.AlphasCumprod[best - 1];
        Assert.InRange((1 - alphaBar) / alphaBar / (squared / error), 0.9, 1.1);
    }

    [Fact]
    public void An_empty_field_names_the_step_that_misses_the_thresholds_least()
    {
        var prior = new Prior("linear", 1000, 0.1, 0.3, 0.02, 1);
        var (signature, fidelity) = (prior.Signature(), prior.Fidelity);
        var options = Wide with { Omega = 1, SignatureThreshold = 0, FidelityThreshold = 0 };

        var field = RecoverableField.Find(signature, fidelity, options);

        Assert.True(field.IsEmpty);
        Assert.Equal((0, 0), (field.Low, field.High));
        Assert.InRange(Math.Abs(signature[field.Best - 1] - fidelity[field.Best - 1]), 0, 0.02); // both losses are equally far from 0
    }

    [Theory]
    [InlineData(0, 1, 1, 1), InlineData(double.NaN, 1, 1, 1), InlineData(1, -1, 1, 1), InlineData(1, 1, double.PositiveInfinity, 1),
        InlineData(1, 1, 1, 0)]
    public void Options_that_can_not_be_are_refused_by_name(double omega, double signature, double fidelity, double elements) =>
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => new RecoverableFieldOptions
        {
            Omega = omega, SignatureThreshold = signature, FidelityThreshold = fidelity, Elements = elements,
        }.Checked()).Kind);

    [Fact]
    public void Curves_of_two_lengths_are_refused()
    {
        Assert.Throws<PssrException>(() => RecoverableField.Find([0, 1, 2], [2, 1], Wide));
        Assert.Throws<PssrException>(() => RecoverableField.Signature(KnownSchedules.Linear(100), new double[99], Wide));
    }

    private static void Holds(Func<Prior, bool> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(60), Prop.ForAll(Priors.ToArbitrary(), property));
}
