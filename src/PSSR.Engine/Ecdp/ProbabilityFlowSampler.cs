using PSSR.Diffusion;

namespace PSSR.Ecdp;

/// <summary>
/// ECDP's sampling (Yuan, Yuan 2024, Eq. 12 and 13): the probability flow of the VP-SDE (Song et al. 2021, Eq. 13) from noise at t = 1 to
/// the picture, by an adaptive solver. Deterministic; the same start gives the same picture.
/// </summary>
/// <remarks>
/// dz/dt = -½β·z + ½β·ε̃/√(1-ᾱ), the score being -ε̃/√(1-ᾱ) (Eq. 18 of Yuan, Yuan), which with ε̃ = √(1-ᾱ)·z + √ᾱ·v is ½β·√(ᾱ/(1-ᾱ))·v.
/// Time is the network's own, s = 300·t: the solver's estimate of its first step depends on the unit.
/// </remarks>
/// <param name="asReleased">
/// As the released code computes a batch: one error norm over all of it, so that its pictures depend on each other, and an evaluation at
/// the end that isn't used. Off, a batch is what its pictures are one by one.
/// </param>
/// <param name="from">t of the start, in (0,1].</param>
public sealed class ProbabilityFlowSampler(OdeOptions options, bool asReleased = false, double from = 1)
{
    /// <param name="start">z at the start, float32 [N,C,H,W]: standard normal noise times the temperature. Not changed.</param>
    /// <returns>z at network time <see cref="FlowProcess.NetworkEnd"/>.</returns>
    /// <exception cref="PssrException">Kind Option or Image, from <see cref="OdeSolver.Solve"/>.</exception>
    public OdeSolution Sample(IFlowDenoiser denoiser, Tensor start) =>
        new OdeSolver(asReleased ? options with { ClosingEvaluation = true } : options, asReleased ? OdeNorms.WholeBatch : OdeNorms.PerRow)
            .Solve((times, z) => Slope(denoiser, times, z), start, FlowProcess.NetworkSteps * from, FlowProcess.NetworkEnd);

    /// <summary>dz/ds at network times s.</summary>
    public static Tensor Slope(IFlowDenoiser denoiser, double[] networkTimes, Tensor z)
    {
        using var scope = torch.NewDisposeScope();
        var times = Array.ConvertAll(networkTimes, s => s / FlowProcess.NetworkSteps);
        var rates = Array.ConvertAll(times, t => FlowProcess.Beta(t) / 2 * Math.Exp(FlowProcess.HalfLogSnr(t)) / FlowProcess.NetworkSteps);
        var rate = torch.tensor(rates, new long[] { rates.Length, 1, 1, 1 }, z.dtype, z.device); // float64 becomes the state's type here
        return denoiser.Velocity(z, times).mul(rate).MoveToOuterDisposeScope();
    }
}
