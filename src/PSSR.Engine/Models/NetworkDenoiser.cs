using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>A guided-diffusion network as a denoiser: counts the evaluation, carries x_t to the network's device and its answer
/// back.</summary>
/// <param name="withVariance">Hand on the learned variance; a sampler that ignores it shouldn't pay for it.</param>
public sealed class NetworkDenoiser(GuidedUNet network, EvaluationMonitor monitor, bool withVariance = false) : IDenoiser
{
    /// <inheritdoc/>
    public Prediction Predict(Tensor xt, double timestep)
    {
        monitor.Next();
        using var scope = torch.NewDisposeScope();
        var t = torch.full(new long[] { 1 }, Kept.Of(timestep), torch.float32, network.Device);
        var output = network.forward(xt.to(network.Device), t).to(xt.device);
        var epsilon = output.narrow(1, 0, GuidedUNet.ImageChannels).contiguous();
        var fraction = withVariance && network.Options.LearnSigma ? VarianceFraction(output) : null;
        return new Prediction(epsilon.MoveToOuterDisposeScope(), fraction?.MoveToOuterDisposeScope());
    }

    /// <summary>v' = (v+1)/2 of the second half of the channels.</summary>
    private static Tensor VarianceFraction(Tensor output) =>
        output.narrow(1, GuidedUNet.ImageChannels, GuidedUNet.ImageChannels).Plus(1).mul(Kept.Of(0.5));
}
