using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class KnownSchedulesTests
{
    public static TheoryData<string> Names => [.. KnownSchedules.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Signal_falls_from_nearly_all_to_nearly_nothing(string name)
    {
        var schedule = KnownSchedules.Create(name, 1000);

        Assert.Equal(1000, schedule.Steps);
        Assert.InRange(schedule.AlphasCumprod[0], 0.99, 1);
        Assert.InRange(schedule.AlphasCumprod[^1], 0, 5e-3);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Signal_falls_at_every_step_whatever_t(string name) => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(21, 2000).ToArbitrary(),
        steps =>
        {
            var alphas = KnownSchedules.Create(name, steps).AlphasCumprod;
            return alphas.Zip(alphas.Skip(1)).All(pair => pair.Second < pair.First) && alphas.All(a => a is > 0 and < 1);
        }));

    [Fact]
    public void Linear_has_the_published_ends()
    {
        var schedule = KnownSchedules.Linear(1000);

        Assert.Equal(1e-4, schedule.Betas[0], 15);
        Assert.Equal(0.02, schedule.Betas[^1], 15);
        Assert.Equal(0.02 * 1000 / 250, KnownSchedules.Linear(250).Betas[^1], 15);
    }

    [Fact]
    public void Scaled_linear_meets_linear_at_the_ends_and_lies_below_between()
    {
        var (scaled, linear) = (KnownSchedules.ScaledLinear(1000), KnownSchedules.Linear(1000));

        Assert.Equal(linear.Betas[0], scaled.Betas[0], 12);
        Assert.Equal(linear.Betas[^1], scaled.Betas[^1], 12);
        Assert.Equal(Math.Pow((0.01 + Math.Sqrt(0.02)) / 2, 2), (scaled.Betas[499] + scaled.Betas[500]) / 2, 6);
    }

    [Fact]
    public void One_step_alone_has_the_first_beta() => Assert.Equal([0.1], KnownSchedules.Linear(1).Betas.Select(b => Math.Round(b, 12)));

    [Fact]
    public void Cosine_is_the_root_of_squared_cosine()
    {
        var (cosine, squared) = (KnownSchedules.Cosine(1000), KnownSchedules.SquaredCosine(1000));

        for (var i = 0; i < 990; i += 90)
            Assert.Equal(Math.Sqrt(squared.AlphasCumprod[i]), cosine.AlphasCumprod[i], 10);
    }

    [Fact]
    public void Sigmoid_is_symmetric_about_the_middle()
    {
        var alphas = KnownSchedules.Sigmoid(1000).AlphasCumprod;

        Assert.Equal(0.5, alphas[499], 10);
        Assert.Equal(1, alphas[249] + alphas[749], 10);
    }

    [Theory]
    [InlineData("linnear", 1000)]
    [InlineData("linear", 0)]
    [InlineData("linear", 20)] // its last β would be 1: pure noise, of which no picture can be told
    [InlineData("scaled-linear", 20)]
    [InlineData("linear", 10)] // 0.02·1000/10 = 2 is no variance
    [InlineData("cosine", -1)]
    public void Refuses_what_is_no_schedule(string name, int steps)
    {
        var error = Assert.Throws<PssrException>(() => KnownSchedules.Create(name, steps));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
    }
}
