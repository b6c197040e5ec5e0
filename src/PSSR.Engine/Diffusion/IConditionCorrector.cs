namespace PSSR.Diffusion;

/// <summary>Pulls a condition back towards what pictures look like (DPI's CRT).</summary>
public interface IConditionCorrector
{
    /// <param name="condition">m_f·y'_{t-1}, float32 [N,3,H,W], 0 off the grid.</param>
    /// <param name="timestep">The step of the schedule that the corrector was trained with, 0-based; one for the whole batch.</param>
    /// <param name="original">m_f·y_T, of the same shape.</param>
    /// <returns>float32 [N,3,H,W] on the condition's device; what it holds off the grid doesn't count.</returns>
    /// <exception cref="OperationCanceledException">Checked once per network evaluation.</exception>
    Tensor Correct(Tensor condition, double timestep, Tensor original);
}
