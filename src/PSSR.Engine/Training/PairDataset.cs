using PSSR.Imaging;

namespace PSSR.Training;

/// <summary>
/// Crops with their low-resolution pictures: MATLAB's bicubic shrinking, rounded to 8 bit as a file would hold it. A step's pairs depend on the crops' seed
/// and the step alone.
/// </summary>
/// <param name="source">Pictures with sides of at least the crop's and two margins.</param>
/// <param name="seed">Key of the choice of crops.</param>
/// <param name="cropSize">Side of a high-resolution crop in pixels, a multiple of the scale.</param>
/// <param name="scale">High over low resolution.</param>
public sealed class PairDataset(IImageSource source, ulong seed, int cropSize, int scale)
{
    /// <summary>Low-resolution pixels that are shrunk around a crop and cut off again: the shrinking reflects at borders, which pictures' middles don't.</summary>
    private const int Margin = 2;

    private readonly PatchDataset _crops = new(source, seed, cropSize + 2 * Margin * scale, freshPerStep: 1);

    /// <summary>Pairs of a step.</summary>
    /// <returns>float32 [count,3,c/s,c/s] and [count,3,c,c], both in [0,1], on the CPU.</returns>
    /// <exception cref="PssrException">Kind Image: a picture can't be read or is smaller than the crop.</exception>
    public (Tensor Low, Tensor High) Batch(long step, int count)
    {
        using var scope = torch.NewDisposeScope();
        var wide = _crops.Batch(step, count);
        var side = cropSize / scale;
        var shrunk = Resampling.Resize(wide, side + 2 * Margin, side + 2 * Margin, ResamplingKernel.MatlabBicubic);
        var low = shrunk.narrow(2, Margin, side).narrow(3, Margin, side).clamp(0, 1).mul(255).round().div(255);
        var high = wide.narrow(2, Margin * scale, cropSize).narrow(3, Margin * scale, cropSize).contiguous();
        return (low.MoveToOuterDisposeScope(), high.MoveToOuterDisposeScope());
    }
}
