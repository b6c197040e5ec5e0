using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Networks;

namespace PSSR.Ecdp;

/// <summary>
/// ECDP's continuous process (Yuan, Yuan 2024, Eq. 5: the VP-SDE of Song et al. 2021): z_t = √ᾱ·z_0 + √(1-ᾱ)·ε, t in [0,1], of the state
/// z = (x - μ)/σ, where x is the picture in [0,1] and μ a picture that is close to it.
/// </summary>
/// <remarks>
/// Everything is written with v = √ᾱ·ε - √(1-ᾱ)·z_0 (Salimans, Ho 2022): with √ᾱ = cos φ and √(1-ᾱ) = sin φ, the probability flow is dz/dφ
/// = v, so v is the velocity along it. Unlike ε or z_0 it gives both of them back without loss at either end: ε = √(1-ᾱ)·z + √ᾱ·v, z_0 =
/// √ᾱ·z - √(1-ᾱ)·v.
/// </remarks>
public static class FlowProcess
{
    /// <summary>The network's time is this times t; also the length of the authors' discrete tables.</summary>
    public const int NetworkSteps = EcdpNetwork.Steps;

    /// <summary>Network time where sampling ends: float32(0.1), as in the released code. √(1-ᾱ) is 0.0058 there.</summary>
    public const double NetworkEnd = 0.1f;

    private const double BetaStart = EcdpNetwork.BetaStart, BetaRise = EcdpNetwork.BetaRise;

    /// <summary>β(t) = 0.1 + 19.9·t.</summary>
    public static double Beta(double t) => BetaStart + (BetaRise * t);

    /// <inheritdoc cref="EcdpNetwork.AlphaBar"/>
    public static double AlphaBar(double t) => EcdpNetwork.AlphaBar(t);

    /// <summary>1 - ᾱ(t), exact near 0 too.</summary>
    public static double NoiseVariance(double t)
    {
        // 1 - e^-x = 2·e^(-x/2)·sinh(x/2)
        var half = ((BetaStart * t) + (BetaRise / 2 * t * t)) / 2;
        return 2 * Math.Exp(-half) * Math.Sinh(half);
    }

    /// <summary>λ = ln(√ᾱ/√(1-ᾱ)), half the log of the signal-to-noise ratio; falls from ∞ at 0 to -5.03 at 1.</summary>
    public static double HalfLogSnr(double t) => Math.Log(AlphaBar(t) / NoiseVariance(t)) / 2;

    /// <summary>The t at which λ has this value, -8 at least.</summary>
    public static double TimeAt(double halfLogSnr)
    {
        // ᾱ = 1/(1 + e^-2λ), then 9.95·t² + 0.1·t + ln ᾱ = 0, solved in the form that loses nothing to cancellation.
        var noiseToSignal = Math.Exp(-2 * halfLogSnr);
        var minusLog = 2 * Math.Atanh(noiseToSignal / (2 + noiseToSignal)); // ln(1 + x), exact for small x too
        return 2 * minusLog / (BetaStart + Math.Sqrt((BetaStart * BetaStart) + (2 * BetaRise * minusLog)));
    }

    /// <summary>
    /// The latest t at which the noised picture and the noised μ are still apart by no more than this, as Diff-SR's Perceptual Recoverable
    /// Field has it (Li et al. 2023, Eq. 16): KL(q(z_t|x) ‖ q(z_t|μ)) = ᾱ/(2(1-ᾱ))·‖z_0‖², for x is z_0 and μ is 0. σ is made for a z_0 of
    /// variance 1, so that per value it is half the signal-to-noise ratio, and no calibration is asked for.
    /// </summary>
    /// <param name="nats">C^F, above 0, in nats a value; at ½ the noise is as strong as what μ lacks.</param>
    /// <returns>In (0,1]; 1 where even pure noise is further apart.</returns>
    public static double AgreementTime(double nats) => Math.Min(1, TimeAt(Math.Max(Math.Log(2 * nats) / 2, HalfLogSnr(1))));

    /// <summary>The authors' table: ᾱ at t = 1/300 … 300/300. Index i belongs to network time i + 1.</summary>
    public static NoiseSchedule Table() => NoiseSchedule.FromBetas(
        [.. Enumerable.Range(1, NetworkSteps)
            .Select(i => 1 - (AlphaBar((double)i / NetworkSteps) / AlphaBar((double)(i - 1) / NetworkSteps)))]);

    /// <summary>v from the network's heads: the score of Eq. 14, 15 or 18 (Yuan, Yuan 2024), written by v.</summary>
    /// <param name="heads">[N,2C,H,W]: ε̂, then ẑ0.</param>
    /// <param name="z">z_t, [N,C,H,W].</param>
    /// <param name="times">t of each of the N pictures.</param>
    /// <param name="lambda">Eq. 18's coefficient of ε̂, of Hybrid, in [0,1] at all times; null: ᾱ.</param>
    /// <returns>[N,C,H,W], of the heads' type; differentiable.</returns>
    public static Tensor Velocity(Tensor heads, Tensor z, double[] times, FlowParametrization parametrization, double? lambda = null)
    {
        using var scope = torch.NewDisposeScope();
        var channels = heads.shape[1] / 2;
        Tensor epsilon = heads.narrow(1, 0, channels), z0 = heads.narrow(1, channels, channels);
        var v = parametrization switch
        {
            // λ times the v of ε̂ and 1-λ times that of ẑ0, as below; v and the score are affine in each other
            FlowParametrization.Hybrid when lambda is { } share =>
                ((epsilon * PerPicture(times, t => share / Signal(t), z)) - (z0 * PerPicture(times, t => (1 - share) / Noise(t), z)))
                    .Plus(z * PerPicture(times, t => ((1 - share) * Signal(t) / Noise(t)) - (share * Noise(t) / Signal(t)), z)),
            FlowParametrization.Hybrid => (epsilon * PerPicture(times, Signal, z)) - (z0 * PerPicture(times, Noise, z)),
            FlowParametrization.Epsilon =>
                (epsilon * PerPicture(times, t => 1 / Signal(t), z)) - (z * PerPicture(times, t => Noise(t) / Signal(t), z)),
            _ => (z * PerPicture(times, t => Signal(t) / Noise(t), z)) - (z0 * PerPicture(times, t => 1 / Noise(t), z)),
        };
        return v.MoveToOuterDisposeScope();
    }

    /// <summary>ε̃ = √(1-ᾱ)·z + √ᾱ·v.</summary>
    public static Tensor Epsilon(Tensor z, Tensor v, double[] times) => Combine(z, Noise, v, Signal, times);

    /// <summary>z̃_0 = √ᾱ·z - √(1-ᾱ)·v.</summary>
    public static Tensor Clean(Tensor z, Tensor v, double[] times) => Combine(z, Signal, v, t => -Noise(t), times);

    /// <summary>The same in z's own memory, without a gradient; z may be disposed.</summary>
    internal static Tensor CleanInPlace(Tensor z, Tensor v, double[] times)
    {
        using var scope = torch.NewDisposeScope();
        z.mul_(PerPicture(times, Signal, z)).addcmul_(v, PerPicture(times, t => -Noise(t), v), Kept.One);
        return z.alias().MoveToOuterDisposeScope();
    }

    /// <summary>z_t = √ᾱ·z_0 + √(1-ᾱ)·ε.</summary>
    public static Tensor AddNoise(Tensor z0, Tensor epsilon, double[] times) => Combine(z0, Signal, epsilon, Noise, times);

    private static double Signal(double t) => Math.Sqrt(AlphaBar(t));

    private static double Noise(double t) => Math.Sqrt(NoiseVariance(t));

    private static Tensor Combine(Tensor a, Func<double, double> ofA, Tensor b, Func<double, double> ofB, double[] times)
    {
        using var scope = torch.NewDisposeScope();
        return (a * PerPicture(times, ofA, a)).addcmul_(b, PerPicture(times, ofB, b), Kept.One).MoveToOuterDisposeScope();
    }

    /// <summary>One number for each picture, [N,1,1,1]: float64 becomes the state's type here.</summary>
    private static Tensor PerPicture(double[] times, Func<double, double> value, Tensor like) =>
        torch.tensor(Array.ConvertAll(times, t => value(t)), new long[] { times.Length, 1, 1, 1 }, like.dtype, like.device);
}
