using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.DiffSr;

/// <summary>What a prior's training minimises (Ho, Jain, Abbeel 2020).</summary>
public static class NoisePrediction
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
    public static Tensor Loss(Func<Tensor, Tensor, Tensor> network, NoiseSchedule schedule, Tensor x0, Tensor noise, int[] timesteps)
    {
        using var scope = torch.NewDisposeScope();
        var t = torch.tensor(Array.ConvertAll(timesteps, s => (float)s), torch.float32, x0.device);
        var predicted = network(schedule.AddNoise(x0, timesteps, noise), t);
        return (predicted - noise).Squared().mean().MoveToOuterDisposeScope();
    }
}
