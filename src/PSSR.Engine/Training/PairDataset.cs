using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;

namespace PSSR.Training;

/// <summary>
/// Crops with their low-resolution pictures: MATLAB's bicubic shrinking, rounded to 8 bit as a file would hold it. A step's pairs depend on
/// the crops' seed and the step alone.
/// </summary>
/// <param name="source">Pictures with sides of at least the crop's and two margins.</param>
/// <param name="seed">Key of the choice of crops.</param>
/// <param name="cropSize">Side of a high-resolution crop in pixels, a multiple of the scale.</param>
/// <param name="scale">High over low resolution.</param>
/// <param name="softness">
/// Half of the crops are blurred by a Gaussian first, of a standard deviation between 0 and this many pixels: few photographs are sharp to
/// the pixel, and made pictures are.
/// </param>
/// <param name="progress">See <see cref="PatchDataset"/>.</param>
public sealed class PairDataset(
    IImageSource source, ulong seed, int cropSize, int scale, double softness = 0, IProgress<TrainingProgress>? progress = null)
{
    /// <summary>Low-resolution pixels that are shrunk around a crop and cut off again: the shrinking reflects at borders, which pictures'
    /// middles don't.</summary>
    private const int Margin = 2;

    /// <summary>Tells the choice of the blurs from other draws.</summary>
    private const ulong BlurKey = 0x626c_7572;

    private readonly PatchDataset _crops = new(source, seed, cropSize + 2 * Margin * scale, freshPerStep: 1, progress);

    /// <summary>Pairs of a step.</summary>
    /// <returns>float32 [count,3,c/s,c/s] and [count,3,c,c], both in [0,1], on the CPU.</returns>
    /// <exception cref="PssrException">Kind Image: no picture of the source can be read and is large enough.</exception>
    public (Tensor Low, Tensor High) Batch(long step, int count)
    {
        using var scope = torch.NewDisposeScope();
        var wide = Soften(_crops.Batch(step, count), step);
        var side = cropSize / scale;
        var shrunk = Resampling.Resize(wide, side + 2 * Margin, side + 2 * Margin, ResamplingKernel.MatlabBicubic);
        var low = shrunk.narrow(2, Margin, side).narrow(3, Margin, side).clamp(0, 1).mul(255).round().div(255);
        var high = wide.narrow(2, Margin * scale, cropSize).narrow(3, Margin * scale, cropSize).contiguous();
        return (low.MoveToOuterDisposeScope(), high.MoveToOuterDisposeScope());
    }

    private Tensor Soften(Tensor crops, long step)
    {
        if (softness == 0)
            return crops;
        var random = SeededRandom.For(seed, (ulong)step, BlurKey);
        var parts = new Tensor[crops.shape[0]];
        for (var i = 0; i < parts.Length; i++)
        {
            var crop = crops.narrow(0, i, 1);
            var sigma = random.Chance(0.5) ? random.Uniform(0, softness) : 0;
            parts[i] = sigma == 0 ? crop
                : Degradation.Blur(crop.to(torch.float64), 2 * (int)Math.Ceiling(3 * sigma) + 1, sigma).to(torch.float32);
        }
        return torch.cat(parts, 0);
    }
}
