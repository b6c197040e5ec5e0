using PSSR.Host;

namespace PSSR.Dpi;

/// <summary>
/// DPI's randomly adaptive mask m_a: a place of the grid keeps the condition with a probability that rises with the edge there, so that
/// contours stay and flat parts are left to the prior (Diffusion Prior Interpolation, Eq. 12 to 14).
/// </summary>
/// <param name="Exponent">s: the larger, the fewer places are kept.</param>
/// <param name="OverBatch">Scale edges by the extremes of the whole batch, as the released code does, instead of each picture's
/// own.</param>
public sealed record AdaptiveMask(ConditionGrid Grid, double Exponent, bool OverBatch = false)
{
    // BT.601's luma, as Pillow's and MATLAB's grey.
    private static readonly float[] GreyWeights = [0.2989f, 0.587f, 0.114f];

    /// <summary>Below this range a picture has no edges at all, and 0/0 is avoided.</summary>
    private const double SmallestRange = 1e-30;

    /// <summary>
    /// |∇²y_t^b|: how far each place of the grid is from its four neighbours, in grey; the border is mirrored without repeating it. The
    /// paper writes the Laplacian without its absolute value, which would make light edges count and dark ones not.
    /// </summary>
    /// <param name="y">The condition, [N,3,H,W].</param>
    /// <returns>[N,1,⌈H/k⌉,⌈W/k⌉], at least 0.</returns>
    public Tensor Edges(Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        var weights = torch.tensor(GreyWeights, torch.float32, y.device).reshape(1, GreyWeights.Length, 1, 1);
        var grey = (Grid.Take(y) * weights).sum(1, true);
        var (height, width) = (grey.shape[2], grey.shape[3]);
        var tall = grey.index_select(2, Framed(height, y.device));
        var wide = grey.index_select(3, Framed(width, y.device));
        var edges = grey * Kept.Of(4) - tall.narrow(2, 0, height) - tall.narrow(2, 2, height)
            - wide.narrow(3, 0, width) - wide.narrow(3, 2, width);
        return edges.abs().MoveToOuterDisposeScope();
    }

    /// <summary>Edges scaled to [0,1] (Eq. 13); 0 throughout where a picture has none.</summary>
    public Tensor Normalised(Tensor edges)
    {
        using var scope = torch.NewDisposeScope();
        long[] over = OverBatch ? [0, 1, 2, 3] : [1, 2, 3];
        var least = edges.amin(over, true);
        var range = (edges.amax(over, true) - least).clamp(Kept.Of(SmallestRange), Kept.Of(float.MaxValue));
        return ((edges - least) / range).MoveToOuterDisposeScope();
    }

    /// <summary>p^s, the probability that a place of the grid keeps the condition; [N,1,⌈H/k⌉,⌈W/k⌉].</summary>
    public Tensor Probabilities(Tensor y)
    {
        using var scope = torch.NewDisposeScope();
        return Normalised(Edges(y)).pow(Kept.Of(Exponent)).MoveToOuterDisposeScope();
    }

    /// <summary>m_a (Eq. 14); one mask for all channels.</summary>
    /// <param name="uniform">One draw in [0,1) for each place of the grid, of <see cref="Probabilities"/>' shape.</param>
    /// <returns>bool [N,1,H,W], false off the grid.</returns>
    public Tensor Draw(Tensor y, Tensor uniform)
    {
        using var scope = torch.NewDisposeScope();
        var kept = (uniform < Probabilities(y)).to(torch.float32);
        return (Grid.Spread(kept, y.shape[2], y.shape[3]) > Kept.Of(0)).MoveToOuterDisposeScope();
    }

    /// <summary>1, 0 1 2 … n-1, n-2: a side with one mirrored place before and behind it.</summary>
    private static Tensor Framed(long length, Device device)
    {
        long[] indices = [Math.Min(1, length - 1), .. Enumerable.Range(0, (int)length).Select(i => (long)i), Math.Max(length - 2, 0)];
        return torch.tensor(indices, torch.int64, device);
    }
}
