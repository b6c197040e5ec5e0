using PSSR.Diffusion;

namespace PSSR.Tiles;

/// <summary>A denoiser whose questions and answers are seen.</summary>
/// <param name="see">Gets x_t, the timestep and the answer, and leaves them as they are.</param>
internal sealed class WatchedDenoiser(IDenoiser inner, Action<Tensor, double, Prediction> see) : IDenoiser
{
    /// <inheritdoc/>
    public Prediction Predict(Tensor xt, double timestep)
    {
        var prediction = inner.Predict(xt, timestep);
        see(xt, timestep, prediction);
        return prediction;
    }
}

/// <summary>A flow whose questions and answers are seen.</summary>
/// <param name="see">Gets z_t, t of its first picture and v, and leaves them as they are.</param>
internal sealed class WatchedFlow(IFlowDenoiser inner, Action<Tensor, double, Tensor> see) : IFlowDenoiser
{
    /// <inheritdoc/>
    public Tensor Velocity(Tensor z, double[] times)
    {
        var v = inner.Velocity(z, times);
        see(z, times[0], v);
        return v;
    }
}
