namespace PSSR.Training;

/// <summary>Linear warm-up to a peak, then half a cosine down to nothing at the last step.</summary>
/// <param name="Peak">Largest rate.</param>
/// <param name="WarmupSteps">Steps of the rise; 0 for none.</param>
/// <param name="Steps">Steps of the whole training.</param>
public sealed record LearningRate(double Peak, long WarmupSteps, long Steps)
{
    /// <param name="step">0-based.</param>
    public double At(long step)
    {
        if (step < WarmupSteps)
            return Peak * (step + 1) / WarmupSteps;
        var done = (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return Peak * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(done, 1)));
    }
}
