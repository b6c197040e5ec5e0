using PSSR.Host;

namespace PSSR.Training;

/// <summary>
/// Which diffusion steps a training spends itself on: a share of them uniformly on the first steps, the rest uniformly on all
/// ("low-biased"). Diff-SR never goes above its noise level, so a small prior had better learn the steps below it well.
/// </summary>
/// <param name="LowShare">Share of draws from the low steps alone, in [0,1]; 0 is the usual uniform density.</param>
/// <param name="LowLimit">Where the low steps end, as a share of T, in (0,1].</param>
public sealed record TimestepDensity(double LowShare, double LowLimit)
{
    /// <summary>0-based steps for one batch, from (seed, step) alone.</summary>
    public int[] Draw(int diffusionSteps, int count, ulong seed, long step)
    {
        var random = SeededRandom.For(seed, (ulong)step, 0xD1FF);
        var steps = new int[count];
        for (var i = 0; i < count; i++)
        {
            var limit = random.Chance(LowShare) ? LowLimit * diffusionSteps : diffusionSteps;
            steps[i] = Math.Min((int)(random.NextDouble() * limit), diffusionSteps - 1);
        }
        return steps;
    }
}
