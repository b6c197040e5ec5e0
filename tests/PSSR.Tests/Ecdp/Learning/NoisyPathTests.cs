using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;

namespace PSSR.Tests.Ecdp.Learning;

public sealed class NoisyPathTests
{
    private const int Steps = 7;

    [Fact]
    public void The_path_is_the_released_codes_noisy_one()
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        var (start, flow) = (new NoiseSource(5, 6).Normal(300, [2, 3, 4, 4]), new Bent(torch.tensor(0.4f)));

        var walk = new NoisyPath(Steps, new NoiseSource(1, 2)).Walk(flow, start);
        var expected = new DdpmSampler(FlowProcess.Table().Respace(EcdpSampler.NoisyPath(Steps)), FlowAsDenoiser.Ddpm)
            .Sample(new FlowAsDenoiser(flow), start.clone(), new NoiseSource(1, 2));

        Assert.Equal(Steps, walk.Evaluations);
        Assert.True(walk.End.allclose(expected, 1e-4, 1e-4));
    }

    [Fact]
    public void The_gradient_back_along_it_is_the_slope_of_the_end()
    {
        using var scope = torch.NewDisposeScope();
        var start = new NoiseSource(5, 6).Normal(300, [2, 3, 4, 4]).to(torch.float64);
        var weight = torch.tensor(0.4, torch.float64, requires_grad: true);
        double EndSum(double w)
        {
            using var off = torch.no_grad();
            return new NoisyPath(Steps, new NoiseSource(1, 2)).Walk(new Bent(torch.tensor(w, torch.float64)), start).End.sum().ToDouble();
        }

        QualityWalk walk;
        using (torch.no_grad())
            walk = new NoisyPath(Steps, new NoiseSource(1, 2)).Walk(new Bent(weight), start);
        var back = walk.Back(torch.ones_like(walk.End), [weight]);

        var slope = (EndSum(0.4 + 1e-6) - EndSum(0.4 - 1e-6)) / 2e-6;
        Assert.Equal(1, back.Parameters[0].ToDouble() / slope, 1e-5);
        Assert.Equal(start.shape, back.Start.shape);
    }

    /// <summary>v = sin(w·z): of one parameter, and not linear.</summary>
    private sealed class Bent(Tensor weight) : IFlowDenoiser
    {
        public Tensor Velocity(Tensor z, double[] times) => (z * weight).sin();
    }
}
