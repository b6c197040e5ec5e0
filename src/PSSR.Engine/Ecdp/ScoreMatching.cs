using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Ecdp;

/// <summary>What stage 1 of ECDP's training minimises.</summary>
public static class ScoreMatching
{
    /// <summary>
    /// ECDP's score matching (Yuan, Yuan 2024, Eq. 16): ‖ε̂ - ε‖² + ‖ẑ0 - z_0‖² at z_t = √ᾱ·z_0 + √(1-ᾱ)·ε; the ε or the z_0
    /// parametrization alone has only its own head's term.
    /// </summary>
    /// <param name="network">From z_t float32 [N,C,H,W] and the network's time float32 [N], <see cref="FlowProcess.NetworkSteps"/>·t, to
    /// both heads [N,2C,H,W].</param>
    /// <param name="z0">(x - μ)/σ, float32 [N,C,H,W].</param>
    /// <param name="noise">ε, of z0's shape.</param>
    /// <param name="times">t in (0,1], one for each of the N pictures.</param>
    /// <returns>[N] on the tape: each picture's sum over its elements. The training minimises their mean.</returns>
    public static Tensor Losses(
        Func<Tensor, Tensor, Tensor> network, Tensor z0, Tensor noise, double[] times,
        FlowParametrization parametrization = FlowParametrization.Hybrid)
    {
        using var scope = torch.NewDisposeScope();
        var networkTime = torch.tensor(Array.ConvertAll(times, t => (float)(FlowProcess.NetworkSteps * t)), torch.float32, z0.device);
        var heads = network(FlowProcess.AddNoise(z0, noise, times), networkTime);
        var channels = z0.shape[1];
        Tensor Squared(long head, Tensor truth) =>
            (heads.narrow(1, head * channels, channels) - truth).Squared().sum(new long[] { 1, 2, 3 });
        var loss = parametrization switch
        {
            FlowParametrization.Hybrid => Squared(0, noise).Plus(Squared(1, z0)),
            FlowParametrization.Epsilon => Squared(0, noise),
            _ => Squared(1, z0),
        };
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The time at which a validation measures its picture of this number: k/300 with k spread over 1..300 by steps of 83, as in the
    /// released code, so that every validation asks the same of the network.
    /// </summary>
    public static double ValidationTime(int index) => (double)((index * 83 % FlowProcess.NetworkSteps) + 1) / FlowProcess.NetworkSteps;
}
