using PSSR.Host;

namespace PSSR.Dpi;

/// <summary>
/// The grid as the authors' released code tells it: by the value 1e-6, which the condition holds wherever there is none. A place that the
/// corrector makes exactly 0 so drops out of the grid.
/// </summary>
/// <remarks>
/// What else the released code has otherwise than the paper: the base condition is rounded to 8 bits
/// (<see cref="BaseConditions.BaseCondition"/>), the adaptive mask's edges are scaled by the extremes of the whole batch
/// (<see cref="AdaptiveMask.OverBatch"/>), η is 0 where the paper says 0.1, and the last step isn't masked; the last holds here at any
/// time.
/// </remarks>
/// <inheritdoc cref="ConditionGrid"/>
public sealed record ReleasedGrid(int Step) : ConditionGrid(Step)
{
    private const double Hole = 1e-6; // "no condition here"

    /// <inheritdoc/>
    public override Tensor Condition(Tensor baseCondition, long height, long width)
    {
        var marked = torch.full(new long[] { baseCondition.shape[0], baseCondition.shape[1], height, width }, Kept.Of(Hole), torch.float32,
            baseCondition.device);
        using var places = Take(marked);
        places.copy_(baseCondition);
        return marked;
    }

    /// <inheritdoc/>
    public override Tensor Fixed(Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        return ((y - Kept.Of(Hole)).abs() > Kept.Of(0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override Tensor Marked(Tensor condition) => condition.Plus(Hole);
}
