namespace PSSR.Diffusion;

/// <summary>Says of a noisy state of ECDP's process where the probability flow takes it. Samplers know nothing else of a network.</summary>
public interface IFlowDenoiser
{
    /// <summary>v = √ᾱ·ε - √(1-ᾱ)·z_0, the velocity along the flow (ECDP's process tells of it).</summary>
    /// <param name="z">z_t, float32 [N,C,H,W].</param>
    /// <param name="times">t in (0,1] of each of the N states.</param>
    /// <returns>Like z, of memory of its own; the caller disposes it.</returns>
    /// <exception cref="OperationCanceledException">Checked once per network evaluation.</exception>
    Tensor Velocity(Tensor z, double[] times);
}
