namespace PSSR.Dpi;

/// <summary>
/// The ablations of the paper's table 4, each a departure from one line of its algorithms (<see cref="DpiAlgorithms"/>).
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>without CRT</term><description>no corrector: line 15 is left out, the condition stays y_T</description></item>
/// <item><term>without refinement</term><description><see cref="WithoutRefinement"/></description></item>
/// <item><term>without stage II</term><description>τ = 0: line 7 always holds</description></item>
/// <item><term>without weight</term><description><see cref="Weight"/></description></item>
/// <item><term>k = 4</term><description><see cref="DpiSettings.K"/></description></item>
/// </list>
/// </remarks>
internal static class DpiAblations
{
    /// <summary>w of line 11: t/ω; 1 throughout the second stage where the settings say so.</summary>
    public static double Weight(this DpiSettings settings, int t) => settings.Weighted ? settings.Counted(t) / settings.Omega : 1;

    /// <summary>
    /// The step with another y' for the corrector: that of the original condition, whatever the corrector made of it before, and never the
    /// sample. The sample itself is held by the corrector's answer all the same.
    /// </summary>
    /// <param name="ofOriginal">The same step from y_T with τ = 0, where y' is left as it is. Taken over.</param>
    public static DpiSampler.StepResult WithoutRefinement(this DpiSampler.StepResult step, DpiSampler.StepResult ofOriginal)
    {
        step.Y.Dispose();
        ofOriginal.X.Dispose();
        ofOriginal.X0.Dispose();
        ofOriginal.Mask.Dispose();
        return step with { Y = ofOriginal.Y };
    }
}
