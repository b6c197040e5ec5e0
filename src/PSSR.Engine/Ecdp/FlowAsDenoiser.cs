using PSSR.Diffusion;

namespace PSSR.Ecdp;

/// <summary>
/// A flow's network as the denoiser of the authors' discrete path: <see cref="FlowProcess.Table"/>, respaced as one likes, under DDIM or
/// DDPM. Nothing is clipped there, as z isn't a picture.
/// </summary>
public sealed class FlowAsDenoiser(IFlowDenoiser flow) : IDenoiser
{
    /// <summary>The path's settings: as the released code has them.</summary>
    public static readonly DdimOptions Ddim = new(Eta: 0, ClipDenoised: false);

    /// <inheritdoc cref="Ddim"/>
    public static readonly DdpmOptions Ddpm = new(FixedVariance.Large, ClipDenoised: false);

    /// <inheritdoc/>
    public Prediction Predict(Tensor xt, double timestep)
    {
        using var scope = torch.NewDisposeScope();
        // index i is network time i + 1
        double[] times = [.. Enumerable.Repeat((timestep + 1) / FlowProcess.NetworkSteps, (int)xt.shape[0])];
        return new Prediction(FlowProcess.Epsilon(xt, flow.Velocity(xt, times), times).MoveToOuterDisposeScope());
    }
}
