namespace PSSR.Training;

/// <summary>How a learning rate falls.</summary>
public enum RateDecay : long
{
    /// <summary>By half a cosine, to nothing.</summary>
    Cosine,

    /// <summary>In a straight line, to nothing.</summary>
    Linear,

    /// <summary>To its half, at once, now and then.</summary>
    Halving,
}

/// <summary>
/// Linear warm-up to a peak, a long level stretch, then a fall. Up to where the fall begins the rate doesn't depend on the number of steps,
/// so a training can still be made longer or shorter until then.
/// </summary>
/// <param name="Peak">Largest rate.</param>
/// <param name="WarmupSteps">Steps of the rise; 0 for none.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="DecayShare">Share of the steps, at the end, that a fall to nothing takes, in [0,1].</param>
/// <param name="Decay">The fall's form.</param>
/// <param name="HalveAt">Shares of the steps after which the rate is halved, rising.</param>
public sealed record LearningRate(double Peak, long WarmupSteps, long Steps, double DecayShare, RateDecay Decay = RateDecay.Cosine,
    IReadOnlyList<double>? HalveAt = null)
{
    /// <summary>The first step with a falling rate.</summary>
    public long DecayStart => Decay != RateDecay.Halving ? (long)Math.Round(Steps * (1 - DecayShare))
        : HalveAt is [var first, ..] ? StepOf(first) : Steps;

    /// <param name="step">0-based.</param>
    public double At(long step)
    {
        var rise = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        var fallen = step < DecayStart ? 0 : Math.Min(1, (step - DecayStart + 1.0) / (Steps - DecayStart + 1));
        return Decay switch
        {
            RateDecay.Cosine => Peak * rise * 0.5 * (1 + Math.Cos(Math.PI * fallen)),
            RateDecay.Linear => Peak * rise * (1 - fallen),
            _ => Peak * rise * Math.Pow(0.5, HalveAt?.Count(share => step >= StepOf(share)) ?? 0),
        };
    }

    private long StepOf(double share) => (long)Math.Round(Steps * share);
}
