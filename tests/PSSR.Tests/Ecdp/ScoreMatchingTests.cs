using PSSR.Diffusion;
using PSSR.Ecdp;

namespace PSSR.Tests.Ecdp;

public sealed class ScoreMatchingTests
{
    private static readonly double[] Times = [0.1, 0.9];

    [Theory]
    [InlineData(FlowParametrization.Hybrid, 3 * 64 * (1 + 4))]
    [InlineData(FlowParametrization.Epsilon, 3 * 64 * 1)]
    [InlineData(FlowParametrization.X0, 3 * 64 * 4)]
    public void Sums_the_heads_that_are_used(FlowParametrization parametrization, double expected)
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 1);
        Tensor z0 = noise.Normal(1, [2, 3, 8, 8]), epsilon = noise.Normal(2, [2, 3, 8, 8]);

        // Off by 1 in every ε and by 2 in every z_0.
        var loss = ScoreMatching.Losses((_, _) => torch.cat([epsilon + 1, z0 + 2], 1), z0, epsilon, Times, parametrization);

        Assert.Equal([2], loss.shape);
        Assert.Equal(expected, loss[0].ToDouble(), expected * 1e-5);
    }

    [Fact]
    public void Tells_the_network_its_time_and_its_state()
    {
        using var scope = torch.NewDisposeScope();
        var noise = new NoiseSource(1, 1);
        Tensor z0 = noise.Normal(1, [2, 3, 8, 8]), epsilon = noise.Normal(2, [2, 3, 8, 8]);

        ScoreMatching.Losses((z, s) =>
        {
            Assert.Equal([30f, 270f], s.data<float>().ToArray());
            Assert.True(z.allclose(FlowProcess.AddNoise(z0, epsilon, Times)));
            return torch.cat([epsilon, z0], 1);
        }, z0, epsilon, Times);
    }
}
