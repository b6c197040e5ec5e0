using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Ecdp.Learning;

/// <summary>A way that was walked from noise to a picture.</summary>
/// <param name="End">z_0.</param>
/// <param name="Evaluations">Of the network.</param>
/// <param name="Back">From dL/dz_0, and leaves that the network depends on, to their gradients.</param>
internal sealed record QualityWalk(Tensor End, int Evaluations, Func<Tensor, IReadOnlyList<Tensor>, AdjointGradients> Back);

/// <summary>
/// The authors' discrete path with noise at each step (Yuan and Yuan 2024, table 7: "w/o prob. flow"), and the gradient back along it. It
/// keeps the states between the steps, and computes each step again on its way back, so that memory holds one evaluation of the network.
/// </summary>
/// <param name="steps">Network evaluations, 1 to 295.</param>
/// <param name="noise">Each step draws its own by its number.</param>
internal sealed class NoisyPath(int steps, NoiseSource noise)
{
    private readonly NoiseSchedule _schedule = FlowProcess.Table().Respace(EcdpSampler.NoisyPath(steps));

    /// <summary>Walks it, and tells how to come back.</summary>
    public QualityWalk Walk(IFlowDenoiser flow, Tensor start)
    {
        List<Tensor> states = [start];
        for (var i = _schedule.Steps - 1; i >= 0; i--)
            states.Add(Step(flow, states[^1], i));
        return new QualityWalk(states[^1], steps, (gradient, parameters) => Back(flow, states, gradient, parameters));
    }

    private AdjointGradients Back(IFlowDenoiser flow, List<Tensor> states, Tensor endGradient, IReadOnlyList<Tensor> parameters)
    {
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        Tensor[] sums = [.. parameters.Select(p => torch.zeros_like(p))];
        var gradient = endGradient;
        for (var i = 0; i < _schedule.Steps; i++)
        {
            using var inner = torch.NewDisposeScope();
            IList<Tensor> found;
            using (torch.enable_grad())
            {
                var state = states[^(i + 2)].detach().clone().requires_grad_(true);
                found = torch.autograd.grad(new List<Tensor> { Step(flow, state, i) }, [state, .. parameters],
                    new List<Tensor> { gradient }, false, false, true);
            }
            gradient = found[0].MoveToOuterDisposeScope();
            foreach (var (sum, part) in sums.Zip(found.Skip(1)))
            {
                if (!part.IsInvalid)
                    sum.add_(part, Kept.One);
            }
        }
        return new AdjointGradients(gradient.MoveToOuterDisposeScope(), [.. sums.Select(sum => sum.MoveToOuterDisposeScope())], steps);
    }

    /// <summary>From the state at a visited index to the one before it; the last gives ẑ0.</summary>
    private Tensor Step(IFlowDenoiser flow, Tensor state, int i)
    {
        using var scope = torch.NewDisposeScope();
        double[] times = [.. Enumerable.Repeat((_schedule.TimestepMap[i] + 1.0) / FlowProcess.NetworkSteps, (int)state.shape[0])];
        var clean = FlowProcess.Clean(state, flow.Velocity(state, times), times);
        if (i == 0)
            return clean.MoveToOuterDisposeScope();
        var mean = (clean * Kept.Of(_schedule.PosteriorMeanCoef1[i])).Plus(state * Kept.Of(_schedule.PosteriorMeanCoef2[i]));
        var fresh = noise.Normal(_schedule.TimestepMap[i - 1] + 1, state.shape).to(state.device);
        return mean.Plus(fresh * Kept.Of(Math.Sqrt(_schedule.Betas[i]))).MoveToOuterDisposeScope();
    }
}
