using FsCheck;
using FsCheck.Fluent;
using PSSR.Metrics;

namespace PSSR.Tests.Metrics;

public sealed class FrechetDistanceTests
{
    [Fact]
    public void Two_clouds_along_the_axes_have_the_distance_of_the_formula()
    {
        // Means 0 and (3, 4); variances (2·a²/1, 2·b²/1) along the axes, uncorrelated: ‖μ‖² + Σ(σ₁-σ₂)².
        double[][] Cross(double a, double b, double x, double y) => [[x + a, y], [x - a, y], [x, y + b], [x, y - b]];
        double Deviation(double a) => Math.Sqrt(2 * a * a / 3);
        double expected = 25 + Math.Pow(Deviation(1) - Deviation(5), 2) + Math.Pow(Deviation(2) - Deviation(0.5), 2);
        Assert.Equal(expected, FrechetDistance.Compute(Cross(1, 2, 0, 0), Cross(5, 0.5, 3, 4)), 1e-12);
    }

    [Fact]
    public void Fewer_pictures_than_dimensions_are_exact_too()
    {
        // Two pictures each, in 50 dimensions: covariances of rank 1, along the same direction.
        double[] Along(double t) => [.. Enumerable.Range(0, 50).Select(i => t * (i + 1))];
        double length = Enumerable.Range(1, 50).Sum(i => (double)i * i);
        double expected = length * Math.Pow((1 - 3) / Math.Sqrt(2), 2);
        Assert.Equal(expected, FrechetDistance.Compute([Along(0), Along(1)], [Along(-1), Along(2)]), 1e-9 * length);
    }

    [Fact]
    public void Disjoint_subspaces_share_nothing()
    {
        double[][] a = [[1, 0, 0], [-1, 0, 0]], b = [[0, 2, 0], [0, -2, 0]];
        Assert.Equal(2 + 8, FrechetDistance.Compute(a, b), 1e-12);
    }

    [Theory]
    [InlineData(12, 5)]
    [InlineData(5, 12)]
    [InlineData(9, 9)]
    public void A_set_is_at_distance_0_from_itself_and_order_changes_nothing(int pictures, int dimensions) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(25), Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), seed =>
        {
            double[][] a = Cloud(pictures, dimensions, seed), b = Cloud(pictures + 2, dimensions, seed + 1);
            var shuffled = (double[][])b.Clone();
            new System.Random(seed).Shuffle(shuffled);
            double ab = FrechetDistance.Compute(a, b);
            return FrechetDistance.Compute(a, a) < 1e-10 && Close(ab, FrechetDistance.Compute(b, a))
                && Close(ab, FrechetDistance.Compute(a, shuffled)) && ab >= 0;
        }));

    [Fact]
    public void Moving_a_set_adds_the_squared_way()
    {
        double[][] a = Cloud(20, 6, 1), b = Cloud(20, 6, 2), moved = [.. b.Select(row => row.Select(v => v + 10).ToArray())];
        double[] meanA = Mean(a), meanB = Mean(b);
        double before = meanA.Zip(meanB, (x, y) => (x - y) * (x - y)).Sum(), after = meanA.Zip(meanB, (x, y) => (x - y - 10) * (x - y - 10))
            .Sum();
        Assert.Equal(FrechetDistance.Compute(a, b) - before + after, FrechetDistance.Compute(a, moved), 1e-9);
    }

    [Fact]
    public void Too_few_unequal_or_infinite_features_are_option_errors()
    {
        foreach (Action wrong in new Action[]
        {
            () => FrechetDistance.Compute([[1]], [[1], [2]]), () => FrechetDistance.Compute([[1], [2]], [[1, 2], [3, 4]]),
            () => FrechetDistance.Compute([[1], [double.NaN]], [[1], [2]]),
        })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(wrong).Kind);
    }

    private static bool Close(double a, double b) => Math.Abs(a - b) <= 1e-9 * (1 + Math.Abs(a));

    private static double[] Mean(double[][] rows) => [.. Enumerable.Range(0, rows[0].Length).Select(i => rows.Average(r => r[i]))];

    private static double[][] Cloud(int count, int dimensions, int seed)
    {
        var random = new System.Random(seed);
        return [.. Enumerable.Range(0, count)
            .Select(_ => Enumerable.Range(0, dimensions).Select(i => (i + 1) * (random.NextDouble() - 0.5)).ToArray())];
    }
}
