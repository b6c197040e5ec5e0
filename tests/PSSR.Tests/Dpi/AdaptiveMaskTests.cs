using FsCheck;
using FsCheck.Fluent;
using PSSR.Diffusion;
using PSSR.Dpi;

namespace PSSR.Tests.Dpi;

public sealed class AdaptiveMaskTests
{
    private static readonly ConditionGrid Grid = new(2);

    [Fact]
    public void Edges_are_distances_from_the_four_neighbours_with_a_mirrored_border()
    {
        using var scope = torch.NewDisposeScope();
        var levels = new float[,] { { 0, 1, 4 }, { 9, 2, 7 } };
        var values = torch.tensor(levels.Cast<float>().ToArray(), new long[] { 1, 1, 2, 3 }).expand(1, 3, 2, 3);

        var edges = new AdaptiveMask(Grid, 1).Edges(Grid.Spread(values, 4, 6)).data<float>().ToArray();

        // |4·c - up - down - left - right|; beyond the border lies what lies before it. Grey weights sum to 0.9999.
        float[] expected = [20, 4, 0, 32, 10, 16];
        Assert.All(edges.Zip(expected), pair => Assert.Equal(pair.Second, pair.First / 0.9999, 1e-4));
    }

    [Fact]
    public void Density_falls_as_the_exponent_rises() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(0, 1000).Two().ToArbitrary(),
        draw =>
        {
            using var scope = torch.NewDisposeScope();
            var (y, u) = (Condition(draw.Item1, 10, 14), new NoiseSource(5, (ulong)draw.Item1).Uniform(1, [1, 1, 5, 7]));
            var (s, larger) = (0.25 + draw.Item1 % 40 / 10.0, 0.25 + draw.Item1 % 40 / 10.0 + draw.Item2 / 300.0);
            var (dense, sparse) = (new AdaptiveMask(Grid, s).Draw(y, u), new AdaptiveMask(Grid, larger).Draw(y, u));
            // The sparse mask lies within the dense one: the same draws, and every probability is lower.
            return !(sparse.to(torch.float32) > dense.to(torch.float32)).any().item<bool>();
        }));

    [Fact]
    public void Mask_of_a_picture_does_not_depend_on_its_batch() => Check.QuickThrowOnFailure(Prop.ForAll(
        Gen.Choose(1, 1000).Two().ToArbitrary(),
        draw =>
        {
            using var scope = torch.NewDisposeScope();
            var (a, b) = (Condition(draw.Item1, 8, 12), Condition(draw.Item2, 8, 12) * 3);
            var (ua, ub) = (new NoiseSource(1, (ulong)draw.Item1).Uniform(2, [1, 1, 4, 6]),
                new NoiseSource(1, (ulong)draw.Item2).Uniform(2, [1, 1, 4, 6]));
            var mask = new AdaptiveMask(Grid, 1.4);
            var together = mask.Draw(torch.cat(new[] { a, b }, 0), torch.cat(new[] { ua, ub }, 0));
            var apart = torch.cat(new[] { mask.Draw(a, ua), mask.Draw(b, ub) }, 0);
            return Same(together, apart);
        }));

    [Fact]
    public void Probabilities_span_zero_to_one_and_draws_follow_them()
    {
        using var scope = torch.NewDisposeScope();
        var y = Condition(3, 32, 32);
        var mask = new AdaptiveMask(Grid, 1.2);
        var p = mask.Probabilities(y);
        Assert.Equal((0f, 1f), (p.min().item<float>(), p.max().item<float>()));

        const int Draws = 400;
        var kept = torch.zeros_like(p);
        for (var i = 0; i < Draws; i++)
            kept.add_(Grid.Take(mask.Draw(y, new NoiseSource(7, 7).Uniform(i, p.shape)).to(torch.float32)));

        // of 256 places none is off by 4.4 standard errors of at most 0.025
        Assert.InRange((kept / Draws - p).abs().max().ToDouble(), 0, 0.11);
        Assert.Equal(1, (kept.max() / Draws).ToDouble(), 6); // p = 1 is certainty
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(1, 9)]
    [InlineData(5, 2)]
    [InlineData(7, 7)]
    public void A_flat_picture_keeps_nothing_and_any_size_is_taken(int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var mask = new AdaptiveMask(Grid, 1.4);
        var flat = Grid.Spread(torch.full(new long[] { 1, 3, Grid.Side(height), Grid.Side(width) }, 0.3f), height, width);

        var drawn = mask.Draw(flat, torch.zeros(1, 1, Grid.Side(height), Grid.Side(width)));

        Assert.Equal([1, 1, height, width], drawn.shape);
        Assert.False(drawn.any().item<bool>());
    }

    private static bool Same(Tensor a, Tensor b) => a.to(torch.float32).allclose(b.to(torch.float32), 0, 0);

    private static Tensor Condition(int key, int height, int width) =>
        Grid.Spread(new NoiseSource(11, (ulong)key).Normal(1, [1, 3, Grid.Side(height), Grid.Side(width)]), height, width);
}
