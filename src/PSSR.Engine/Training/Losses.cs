using PSSR.Diffusion;

namespace PSSR.Training;

/// <summary>What trainings minimise.</summary>
public static class Losses
{
    /// <summary>
    /// Mean of (ε - ε_θ(√ᾱ_t·x_0 + √(1-ᾱ_t)·ε, t))² over all elements: the simple loss of Ho et al. 2020, Eq. 14.
    /// </summary>
    /// <param name="network">From x_t float32 [N,C,H,W] and t float32 [N] to ε̂.</param>
    /// <param name="schedule">Gives ᾱ.</param>
    /// <param name="x0">float32 [N,C,H,W] in [-1,1].</param>
    /// <param name="noise">ε, of x0's shape.</param>
    /// <param name="timesteps">0-based, one for each of the N pictures.</param>
    /// <returns>A scalar on the tape.</returns>
    public static Tensor NoisePrediction(Func<Tensor, Tensor, Tensor> network, NoiseSchedule schedule, Tensor x0, Tensor noise, int[] timesteps)
    {
        using var scope = torch.NewDisposeScope();
        var signal = PerPicture(timesteps, t => Math.Sqrt(schedule.AlphasCumprod[t]), x0.device);
        var sigma = PerPicture(timesteps, t => Math.Sqrt(1 - schedule.AlphasCumprod[t]), x0.device);
        var t = torch.tensor(Array.ConvertAll(timesteps, s => (float)s), torch.float32, x0.device);
        var predicted = network(x0 * signal + noise * sigma, t);
        return (predicted - noise).square().mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// ECDP's score matching (Yuan, Yuan 2024, Eq. 13): ‖ε̂ - ε‖² + ‖ẑ0 - z_0‖² at z_t = √ᾱ·z_0 + √(1-ᾱ)·ε; the ε or the z_0 parametrization alone has
    /// only its own head's term.
    /// </summary>
    /// <param name="network">From z_t float32 [N,C,H,W] and the network's time float32 [N], <see cref="FlowProcess.NetworkSteps"/>·t, to both heads [N,2C,H,W].</param>
    /// <param name="z0">(x - μ)/σ, float32 [N,C,H,W].</param>
    /// <param name="noise">ε, of z0's shape.</param>
    /// <param name="times">t in (0,1], one for each of the N pictures.</param>
    /// <returns>[N] on the tape: each picture's sum over its elements. The training minimises their mean.</returns>
    public static Tensor ScoreMatching(
        Func<Tensor, Tensor, Tensor> network, Tensor z0, Tensor noise, double[] times, FlowParametrization parametrization = FlowParametrization.Hybrid)
    {
        using var scope = torch.NewDisposeScope();
        var networkTime = torch.tensor(Array.ConvertAll(times, t => (float)(FlowProcess.NetworkSteps * t)), torch.float32, z0.device);
        var heads = network(FlowProcess.AddNoise(z0, noise, times), networkTime);
        var channels = z0.shape[1];
        Tensor Squared(long head, Tensor truth) => (heads.narrow(1, head * channels, channels) - truth).square().sum(new long[] { 1, 2, 3 });
        var loss = parametrization switch
        {
            FlowParametrization.Hybrid => Squared(0, noise) + Squared(1, z0),
            FlowParametrization.Epsilon => Squared(0, noise),
            _ => Squared(1, z0),
        };
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The time at which a validation measures its picture of this number: k/300 with k spread over 1..300 by steps of 83, as in the released code, so
    /// that every validation asks the same of the network.
    /// </summary>
    public static double ValidationTime(int index) => (double)((index * 83 % FlowProcess.NetworkSteps) + 1) / FlowProcess.NetworkSteps;

    /// <summary>float64 in, float32 [N,1,1,1] out: the one visible cast.</summary>
    private static Tensor PerPicture(int[] timesteps, Func<int, double> value, Device device) =>
        torch.tensor(Array.ConvertAll(timesteps, t => (float)value(t)), new long[] { timesteps.Length, 1, 1, 1 }, torch.float32, device);
}
