using PSSR.Diffusion;
using PSSR.Networks;

namespace PSSR.Ecdp;

/// <summary>ECDP's U-Net as a denoiser: counts the evaluation, carries z_t to the network's device and its answer back.</summary>
/// <param name="features">Of the low-resolution picture, [N,F,h,w], on the network's device; see <see cref="EcdpNetwork.Encoder"/>.</param>
/// <param name="projected">The same by <see cref="EcdpUNet.Project"/> for the states' size; null: projected at each evaluation, so that a
/// gradient reaches those weights.</param>
public sealed class EcdpDenoiser(
    EcdpNetwork network, Tensor features, EvaluationMonitor monitor, FlowParametrization parametrization = FlowParametrization.Hybrid,
    Tensor[]? projected = null) : IFlowDenoiser
{
    /// <inheritdoc/>
    public Tensor Velocity(Tensor z, double[] times)
    {
        monitor.Next();
        using var scope = torch.NewDisposeScope();
        var networkTimes = torch.tensor(Array.ConvertAll(times, t => (float)(FlowProcess.NetworkSteps * t)), torch.float32, network.Device);
        var state = z.to(torch.float32, network.Device); // the solver may work in float64
        var heads = projected is null
            ? network.UNet.forward(state, networkTimes, features) : network.UNet.forward(state, networkTimes, projected);
        return FlowProcess.Velocity(heads, state, times, parametrization, network.Options.HybridLambda).to(z.dtype, z.device)
            .MoveToOuterDisposeScope();
    }
}
