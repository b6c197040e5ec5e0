using PSSR.Host;

namespace PSSR.Tests.Host;

public sealed class SeededRandomTests
{
    [Fact]
    public void Every_key_counts()
    {
        ulong[] firsts = [.. new (ulong, ulong, ulong)[] { (0, 0, 0), (1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (0, 1, 1) }
            .Select(k => SeededRandom.For(k.Item1, k.Item2, k.Item3).NextUInt64())];

        Assert.Equal(firsts.Length, firsts.Distinct().Count());
    }

    /// <summary>A training is repeated from its seed on another machine and another .NET: the sequence must never change.</summary>
    [Fact]
    public void Sequence_is_pinned()
    {
        var random = SeededRandom.For(1, 2, 3);

        Assert.Equal(new ulong[] { 14993571380999628095, 16620438933794271953, 5190507573633693575 },
            new[] { random.NextUInt64(), random.NextUInt64(), random.NextUInt64() });
    }

    [Fact]
    public void Radii_follow_the_power_law()
    {
        var random = SeededRandom.For(4, 5);
        double[] radii = [.. Enumerable.Range(0, 100_000).Select(_ => random.PowerLaw(1, 64, 3))];

        Assert.True(radii.Min() >= 1 && radii.Max() <= 64);
        // P(r > 2) under r^-3 on [1,64]: (2^-2 - 64^-2)/(1 - 64^-2).
        Assert.Equal(0.2498, radii.Count(r => r > 2) / 100_000.0, 0.005);
    }

    [Fact]
    public void Normal_draws_have_mean_zero_and_variance_one()
    {
        var random = SeededRandom.For(6, 7);
        double[] draws = [.. Enumerable.Range(0, 100_000).Select(_ => random.Normal())];

        Assert.Equal(0, draws.Average(), 0.015);
        Assert.Equal(1, draws.Average(d => d * d), 0.02);
    }

    [Fact]
    public void Every_whole_number_below_the_count_comes_up()
    {
        var random = SeededRandom.For(8, 9);

        Assert.Equal(Enumerable.Range(0, 7), Enumerable.Range(0, 1000).Select(_ => random.Below(7)).Distinct().Order());
    }
}
