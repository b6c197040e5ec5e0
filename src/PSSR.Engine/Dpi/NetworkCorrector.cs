using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Dpi;

/// <summary>A condition corrector's network at work: counts the evaluation, carries pictures to the network's device and its answer
/// back.</summary>
public sealed class NetworkCorrector(ConditionCorrector network, EvaluationMonitor monitor) : IConditionCorrector
{
    /// <inheritdoc/>
    public Tensor Correct(Tensor condition, double timestep, Tensor original)
    {
        monitor.Next();
        using var scope = torch.NewDisposeScope();
        var t = torch.full(new long[] { 1 }, Kept.Of(timestep), torch.float32, network.Device);
        var corrected = network.forward(condition.to(network.Device), t, original.to(network.Device));
        return corrected.to(condition.device).MoveToOuterDisposeScope();
    }
}
