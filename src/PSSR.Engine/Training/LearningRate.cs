namespace PSSR.Training;

/// <summary>
/// Linear warm-up to a peak, a long level stretch, then half a cosine down to nothing over the last part. Up to where the fall begins the
/// rate doesn't depend on the number of steps, so a training can still be made longer or shorter until then.
/// </summary>
/// <param name="Peak">Largest rate.</param>
/// <param name="WarmupSteps">Steps of the rise; 0 for none.</param>
/// <param name="Steps">Steps of the whole training.</param>
/// <param name="DecayShare">Share of the steps that the fall takes, in [0,1].</param>
public sealed record LearningRate(double Peak, long WarmupSteps, long Steps, double DecayShare)
{
    /// <summary>The first step with a falling rate.</summary>
    public long DecayStart => (long)Math.Round(Steps * (1 - DecayShare));

    /// <param name="step">0-based.</param>
    public double At(long step)
    {
        var rise = WarmupSteps == 0 ? 1 : Math.Min(1, (step + 1.0) / WarmupSteps);
        var fallen = step < DecayStart ? 0 : Math.Min(1, (step - DecayStart + 1.0) / (Steps - DecayStart + 1));
        return Peak * rise * 0.5 * (1 + Math.Cos(Math.PI * fallen));
    }
}
