using PSSR.Host;

namespace PSSR.Dpi;

/// <summary>
/// Where DPI's condition stands: every k-th pixel of every k-th row, from the first (the fixed mask m_f of Diffusion Prior Interpolation,
/// Eq. 10). Pictures are [N,C,H,W]; on the grid they are [N,C,⌈H/k⌉,⌈W/k⌉].
/// </summary>
/// <param name="Step">k, at least 1.</param>
public record ConditionGrid(int Step)
{
    /// <summary>Places of the grid along a side of so many pixels.</summary>
    public int Side(int pixels) => (pixels + Step - 1) / Step;

    /// <summary>m_f: bool [1,1,H,W], true on the grid.</summary>
    public Tensor Mask(long height, long width, Device device)
    {
        using var scope = torch.NewDisposeScope();
        var mask = torch.zeros(new long[] { 1, 1, height, width }, torch.float32, device);
        Take(mask).fill_(Kept.One);
        return (mask > Kept.Of(0)).MoveToOuterDisposeScope();
    }

    /// <summary>y_T: the picture of this size that holds the base condition on the grid (Eq. 11).</summary>
    /// <param name="baseCondition">float32 [N,C,⌈H/k⌉,⌈W/k⌉] in [-1,1].</param>
    public virtual Tensor Condition(Tensor baseCondition, long height, long width) => Spread(baseCondition, height, width);

    /// <summary>m_f for a condition y_t: bool, [1,1,H,W] or of y's shape.</summary>
    public virtual Tensor Fixed(Tensor y) => Mask(y.shape[2], y.shape[3], y.device);

    /// <summary>The condition as it goes into the next step, given what it holds on the grid and 0 elsewhere.</summary>
    public virtual Tensor Marked(Tensor condition) => condition;

    /// <summary>What a picture holds on the grid (Eq. 12). A view.</summary>
    public Tensor Take(Tensor picture)
    {
        using var scope = torch.NewDisposeScope();
        return picture.slice(2, 0, picture.shape[2], Step).slice(3, 0, picture.shape[3], Step).MoveToOuterDisposeScope();
    }

    /// <summary>The picture of this size that holds these values on the grid and 0 elsewhere.</summary>
    public Tensor Spread(Tensor values, long height, long width)
    {
        using var scope = torch.NewDisposeScope();
        var picture = torch.zeros(new long[] { values.shape[0], values.shape[1], height, width }, values.dtype, values.device);
        Take(picture).copy_(values);
        return picture.MoveToOuterDisposeScope();
    }
}
