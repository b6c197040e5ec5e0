using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;

namespace PSSR.Tests.Ecdp;

/// <summary>
/// The exact velocity for states whose values are independent N(mean, deviation²): the probability flow then keeps the quantile, so that
/// its end is known.
/// </summary>
internal sealed class GaussianFlow(double mean, double deviation) : IFlowDenoiser
{
    public int Evaluations { get; private set; }

    /// <summary>v = √ᾱ·ε̂ - √(1-ᾱ)·ẑ0 with ẑ0 = E[z_0|z] and ε̂ = E[ε|z].</summary>
    public Tensor Velocity(Tensor z, double[] times)
    {
        Evaluations++;
        Tensor Each(Func<double, double> value) => torch.tensor(Array.ConvertAll(times, t => value(t)), [times.Length, 1, 1, 1], z.dtype);
        var centred = z - Each(t => Signal(t) * mean);
        var z0 = (centred * Each(t => Signal(t) * deviation * deviation / VarianceAt(t))).Plus(mean);
        var epsilon = centred * Each(t => Math.Sqrt(FlowProcess.NoiseVariance(t)) / VarianceAt(t));
        return epsilon * Each(Signal) - z0 * Each(t => Math.Sqrt(FlowProcess.NoiseVariance(t)));
    }

    /// <summary>Where the probability flow takes z from time t to another.</summary>
    public Tensor Exact(Tensor z, double from, double to) =>
        ((z - Kept.Of(Signal(from) * mean)) * Kept.Of(Math.Sqrt(VarianceAt(to) / VarianceAt(from)))).Plus(Signal(to) * mean);

    private double VarianceAt(double t) => FlowProcess.AlphaBar(t) * deviation * deviation + FlowProcess.NoiseVariance(t);

    private static double Signal(double t) => Math.Sqrt(FlowProcess.AlphaBar(t));
}
