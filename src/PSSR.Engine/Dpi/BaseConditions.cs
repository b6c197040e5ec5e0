using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Dpi;

/// <summary>DPI's base condition: what the low-resolution picture says of the places of a <see cref="ConditionGrid"/>.</summary>
public static class BaseConditions
{
    /// <summary>
    /// The low-resolution picture brought to the grid's size as Pillow's bicubic does it (the released code), clamped as 8-bit pictures
    /// are, and with <see cref="ReleasedGrid"/> rounded as they are, too. Place (0, 0) so holds the mean of the first k×k pixels and not
    /// the first pixel: the paper has it so, and correctors are trained on it.
    /// </summary>
    /// <param name="low01">float32 [N,3,h,w] in [0,1], on the CPU.</param>
    /// <param name="height">H of the picture to be made. Where k doesn't divide it, the last place stands for pixels beyond the edge,
    /// too.</param>
    /// <param name="width">W of the picture to be made.</param>
    /// <returns>float32 [N,3,⌈H/k⌉,⌈W/k⌉] in [-1,1].</returns>
    public static Tensor BaseCondition(this ConditionGrid grid, Tensor low01, int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        var (scaleY, scaleX) = ((double)height / grid.Step / low01.shape[2], (double)width / grid.Step / low01.shape[3]);
        var (rows, columns) = (grid.Side(height), grid.Side(width));
        var resized = grid is ReleasedGrid
            ? Resampling.ResizeEightBit(low01, rows, columns, ResamplingKernel.PilBicubic, scaleY, scaleX)
            : Resampling.Resize(low01, rows, columns, ResamplingKernel.PilBicubic, scaleY, scaleX);
        return ImageTensor.ToSigned(resized.clamp_(Kept.Of(0), Kept.Of(1))).MoveToOuterDisposeScope();
    }

    /// <summary>What another method's picture holds at the grid's places themselves: nothing is displaced, and there is nothing for a
    /// corrector to undo.</summary>
    /// <param name="picture01">float32 [N,3,H,W] in about [0,1].</param>
    /// <inheritdoc cref="BaseCondition"/>
    public static Tensor ConditionFrom(this ConditionGrid grid, Tensor picture01)
    {
        using var scope = torch.NewDisposeScope();
        return ImageTensor.ToSigned(grid.Take(picture01).clamp(Kept.Of(0), Kept.Of(1))).MoveToOuterDisposeScope();
    }
}
