using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;

namespace PSSR.Tests.Diffusion;

public sealed class NoiseSourceTests
{
    private const int Many = 400_000;

    [Fact]
    public void Any_slice_is_the_same_slice_of_the_whole()
    {
        var whole = Draw(new NoiseSource(7, 11), 5, 0, 3000);
        var slices = Gen.Choose(0, 2999).SelectMany(offset => Gen.Choose(0, 3000 - offset), (offset, count) => (offset, count));

        Check.QuickThrowOnFailure(Prop.ForAll(slices.ToArbitrary(), slice =>
            Draw(new NoiseSource(7, 11), 5, slice.offset, slice.count).AsSpan().SequenceEqual(whole.AsSpan(slice.offset, slice.count))));
    }

    [Fact]
    public void Tensor_holds_the_same_values_on_any_number_of_threads()
    {
        var source = new NoiseSource(1, 2);
        using var noise = source.Normal(3, [1, 3, 211, 317]); // several chunks, the last one ragged

        Assert.Equal(new long[] { 1, 3, 211, 317 }, noise.shape);
        Assert.True(noise.data<float>().ToArray().AsSpan().SequenceEqual(Draw(source, 3, 0, 3 * 211 * 317)));
    }

    [Fact]
    public void Seed_image_and_step_each_change_everything()
    {
        var noise = Draw(new NoiseSource(1, 1), 1, 0, 1000);

        foreach (var other in new[]
        {
            Draw(new NoiseSource(2, 1), 1, 0, 1000), Draw(new NoiseSource(1UL << 32 | 1, 1), 1, 0, 1000),
            Draw(new NoiseSource(1, 2), 1, 0, 1000),
            Draw(new NoiseSource(1, 1UL << 63 | 1), 1, 0, 1000), Draw(new NoiseSource(1, 1), 2, 0, 1000),
        })
            Assert.InRange(Mean(noise.Zip(other, (a, b) => (double)a * b)), -0.15, 0.15); // 1/√1000 = 0.03
    }

    [Fact]
    public void Moments_are_those_of_the_standard_normal()
    {
        var noise = Draw(new NoiseSource(42, 43), 9, 0, Many);

        // Each bound is five standard errors of its moment over 400,000 draws.
        Assert.InRange(Mean(noise.Select(z => (double)z)), -0.008, 0.008);
        Assert.InRange(Mean(noise.Select(z => (double)z * z)), 1 - 0.0112, 1 + 0.0112);
        Assert.InRange(Mean(noise.Select(z => Math.Pow(z, 3))), -0.031, 0.031);
        Assert.InRange(Mean(noise.Select(z => Math.Pow(z, 4))), 3 - 0.078, 3 + 0.078);
        Assert.InRange(noise.Max(), 4, 6.8);
        Assert.InRange(Mean(noise.Zip(noise.Skip(1), (a, b) => (double)a * b)), -0.008, 0.008);
    }

    [Fact]
    public void Distribution_is_the_standard_normal()
    {
        var sorted = Draw(new NoiseSource(5, 6), 7, 0, Many);
        Array.Sort(sorted);

        // Kolmogorov–Smirnov: 1.95/√n is exceeded once in a thousand seeds, and the seed is fixed.
        using var cumulative = (torch.tensor(sorted) / Math.Sqrt(2)).erf() * 0.5 + 0.5;
        var distance = cumulative.data<float>().ToArray().Select((p, i) => Math.Abs(p - (i + 0.5) / Many)).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(Many));
    }

    [Fact]
    public void Uniform_draws_are_uniform_below_one_and_own_to_their_image()
    {
        using var scope = torch.NewDisposeScope();
        var source = new NoiseSource(5, 6);
        var uniform = source.Uniform(7, [Many]);
        var sorted = uniform.data<float>().ToArray();
        Array.Sort(sorted);

        Assert.True(sorted[0] >= 0 && sorted[^1] < 1);
        var distance = sorted.Select((u, i) => Math.Abs(u - (i + 0.5) / Many)).Max();
        Assert.InRange(distance, 0, 1.95 / Math.Sqrt(Many)); // Kolmogorov–Smirnov, as above

        foreach (var other in new[] { source.Normal(7, [Many]), new NoiseSource(5, 7).Uniform(7, [Many]), source.Uniform(8, [Many]) })
            Assert.InRange(((uniform - 0.5) * other).mean().ToDouble(), -0.004, 0.004); // a standard error is at most 0.0005
    }

    private static float[] Draw(NoiseSource source, int step, long offset, int count)
    {
        var values = new float[count];
        source.Fill(values, step, offset);
        return values;
    }

    private static double Mean(IEnumerable<double> values) => values.Average();
}
