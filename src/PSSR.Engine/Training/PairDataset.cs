using PSSR.Host;
using PSSR.Pictures.Degrading;
using PSSR.Training.Crops;

namespace PSSR.Training;

/// <summary>Pairs of pictures.</summary>
/// <param name="Low">float32 [N,3,c/s,c/s] in [0,1], of 256 levels, as a file would hold them.</param>
/// <param name="High">float32 [N,3,c,c] in [0,1].</param>
/// <param name="Strength">float32 [N,3]: <see cref="DegradationStrength"/>.</param>
public sealed record PictureBatch(Tensor Low, Tensor High, Tensor Strength);

/// <summary>
/// Crops with their low-resolution pictures. A step's pairs depend on the crops' seed and the step alone.
/// </summary>
/// <param name="source">Pictures with sides of at least the crop's and two margins.</param>
/// <param name="seed">Key of the choice of crops.</param>
/// <param name="cropSize">Side of a high-resolution crop in pixels, a multiple of the scale.</param>
/// <param name="scale">High over low resolution.</param>
/// <param name="softness">
/// Half of the crops are blurred by a Gaussian first, of a standard deviation between 0 and this many pixels: few photographs are sharp to
/// the pixel, and made pictures are. The network is to give the blurred picture.
/// </param>
/// <param name="degradation">What the low-resolution pictures went through; null: MATLAB's bicubic shrinking alone.</param>
/// <param name="progress">See <see cref="PatchDataset"/>.</param>
/// <param name="kind">What surrounds a crop, and how it is turned and shrunk.</param>
/// <param name="freshPerStep">See <see cref="PatchDataset"/>.</param>
public sealed class PairDataset(IImageSource source, ulong seed, int cropSize, int scale, double softness = 0,
    DegradationModel? degradation = null, IProgress<TrainingProgress>? progress = null, PairKind kind = PairKind.Varied,
    int freshPerStep = 1)
{
    /// <summary>Low-resolution pixels around a crop that are cut off again: the shrinking reflects at borders, which pictures' middles
    /// don't.</summary>
    private const int Border = 2;

    /// <summary>A degraded crop lies up to this many pixels nearer to an edge of what was degraded: JPEG's squares may begin
    /// anywhere.</summary>
    private const int Shift = 3;

    /// <summary>Tells the choice of the blurs, and of the degradations, from other draws.</summary>
    private const ulong BlurKey = 0x626c_7572, PlaceKey = 0x706c_6163;

    /// <summary>Degradations of a step have numbers of their own.</summary>
    private const ulong MostInAStep = 4096;

    private readonly int _margin = MarginOf(degradation is not null, kind);
    private readonly PatchDataset _crops = new(source, seed, SideNeeded(cropSize, scale, degradation is not null, kind), freshPerStep,
        kind == PairKind.Varied ? CropTurns.Half : CropTurns.All, progress);

    /// <summary>Pairs of a step, on the CPU.</summary>
    /// <exception cref="PssrException">Kind Image: no picture of the source can be read and is large enough.</exception>
    public PictureBatch Batch(long step, int count)
    {
        using var scope = torch.NewDisposeScope();
        var wide = Soften(_crops.Batch(step, count), step);
        var pairs = Enumerable.Range(0, count).Select(i => Pair(wide.narrow(0, i, 1), step, i)).ToArray();
        return new PictureBatch(
            torch.cat([.. pairs.Select(p => p.Low)], 0).MoveToOuterDisposeScope(),
            torch.cat([.. pairs.Select(p => p.High)], 0).MoveToOuterDisposeScope(),
            torch.cat([.. pairs.Select(p => p.Strength)], 0).MoveToOuterDisposeScope());
    }

    /// <summary>The least side of a picture that such crops can be taken of, in pixels.</summary>
    public static int SideNeeded(int cropSize, int scale, bool degraded, PairKind kind = PairKind.Varied) =>
        cropSize + (2 * scale * MarginOf(degraded, kind));

    private static int MarginOf(bool degraded, PairKind kind) => kind == PairKind.Released ? 0 : degraded ? Border + Shift : Border;

    private PictureBatch Pair(Tensor wide, long step, int number)
    {
        var parameters = (degradation ?? KnownDegradations.Bicubic(scale)).Draw(seed, ((ulong)step * MostInAStep) + (ulong)number);
        var random = SeededRandom.For(seed, (ulong)step, PlaceKey + (ulong)number);
        int Place() => _margin == 0 ? 0 : Border + random.Below(2 * (_margin - Border) + 1);
        var (left, top, side) = (Place(), Place(), cropSize / scale);
        var low = Degradation.Apply(wide.to(torch.float64), parameters).to(torch.float32);
        return new PictureBatch(
            low.narrow(2, top, side).narrow(3, left, side),
            wide.narrow(2, top * scale, cropSize).narrow(3, left * scale, cropSize),
            DegradationStrength.Of(parameters).ToTensor().unsqueeze(0));
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
