using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class TimestepEmbeddingTests
{
    [Fact]
    public void Cosines_come_first_from_the_fastest_to_the_slowest()
    {
        using var scope = torch.NewDisposeScope();

        var values = TimestepEmbedding.Create(torch.tensor(new[] { 2.5f }), 4).data<float>().ToArray();

        double[] expected = [Math.Cos(2.5), Math.Cos(0.025), Math.Sin(2.5), Math.Sin(0.025)];
        Assert.All(expected.Zip(values), pair => Assert.Equal(pair.First, pair.Second, 1e-6));
    }

    [Fact]
    public void Odd_width_ends_with_zero()
    {
        using var scope = torch.NewDisposeScope();

        var embedding = TimestepEmbedding.Create(torch.tensor(new[] { 7f, 8f }), 5);

        Assert.Equal([2, 5], embedding.shape);
        Assert.Equal(0, embedding.narrow(1, 4, 1).abs().sum().ToDouble());
    }
}
