using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>
/// What a denoiser says of x_t. Adapters make it from whatever a network really predicts.
/// </summary>
/// <param name="Epsilon">ε̂, float32 [N,C,H,W].</param>
/// <param name="VarianceFraction">
/// v' in [0,1] of the learned variance log Σ = v'·log β_t + (1-v')·log β̃_t, float32 [N,C,H,W]; null when the variance is fixed.
/// </param>
public readonly record struct Prediction(Tensor Epsilon, Tensor? VarianceFraction = null);

/// <summary>Predicts the noise in x_t. Samplers know nothing else of a network.</summary>
public interface IDenoiser
{
    /// <param name="xt">float32 [N,C,H,W], images in [-1,1] once denoised.</param>
    /// <param name="timestep">The step of the schedule that the network was trained with, 0-based, may be fractional; one for the whole
    /// batch.</param>
    /// <exception cref="OperationCanceledException">Checked once per network evaluation.</exception>
    Prediction Predict(Tensor xt, double timestep);
}

/// <summary>Counts network evaluations, reports them, and stops between two of them. One per image.</summary>
/// <param name="evaluated">Told how many there were, on the thread that computes.</param>
public sealed class EvaluationMonitor(CancellationToken cancellation = default, Action<int>? evaluated = null)
{
    public int Count { get; private set; }

    /// <summary>For what takes long and is no evaluation: the encoder of a large picture, rounds over one.</summary>
    public CancellationToken Stop => cancellation;

    /// <summary>How many evaluations there will be, for progress; a method that knows says so before its first.</summary>
    public int? Expected { get; set; }

    /// <summary>Call before each network evaluation.</summary>
    /// <exception cref="OperationCanceledException">The run was stopped.</exception>
    public void Next()
    {
        cancellation.ThrowIfCancellationRequested();
        Count++;
        NativeRuntime.CollectGarbage();
        evaluated?.Invoke(Count);
    }
}
