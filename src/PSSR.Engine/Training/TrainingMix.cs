using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Training;

/// <summary>
/// Endless training pictures from a folder's: a square of each, most of them shrunk by a random factor (so that few are noisy or soft, and
/// structures come in every size), and with colours and tones of its own; and now and then a made picture among them, as folders of
/// photographs hold few letters, drawings and flat colours. Picture n depends on (seed, n) alone. Thread-safe.
/// </summary>
/// <param name="folder">Photographs.</param>
/// <param name="made">Made pictures.</param>
/// <param name="madeShare">Share of made pictures, in [0,1].</param>
/// <param name="side">Of the squares, in pixels; smaller where a photograph is.</param>
/// <param name="smallestSide">Of a photograph that is used, in pixels.</param>
public sealed class TrainingMix(IImageSource folder, IImageSource made, double madeShare, ulong seed, int side, int smallestSide)
    : IImageSource
{
    /// <summary>Largest factor that a photograph is shrunk by, and the share that isn't.</summary>
    private const double LargestShrink = 2.5, UnshrunkShare = 0.35;

    /// <summary>Tells these draws from others of the same seed.</summary>
    private const ulong Key = 0x4d69_78;

    private readonly FitImages _photographs = new(folder, smallestSide);

    /// <inheritdoc/>
    public string Description => FormattableString.Invariant($"{folder.Description}, {madeShare:P0} {made.Description}");

    /// <inheritdoc/>
    public long? Count => null;

    /// <inheritdoc/>
    public IReadOnlyList<PssrException> LeftOut => _photographs.LeftOut;

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        var random = SeededRandom.For(seed, (ulong)index, Key);
        if (random.Chance(madeShare))
            return made.Read(index);
        var photograph = _photographs.Read((long)Math.BigMul(random.NextUInt64(), (ulong)folder.Count!.Value, out _));
        using var scope = torch.NewDisposeScope();
        var square = Square(photograph, ref random).clamp(Kept.Of(0), Kept.Of(1));
        var toned = Toned(square, ref random);
        return new PlanarImage((int)toned.shape[3], (int)toned.shape[2], toned.Values<float>());
    }

    /// <summary>float32 [1,3,h,w], sides at most the wanted side.</summary>
    private Tensor Square(PlanarImage picture, ref SeededRandom random)
    {
        var smaller = (double)Math.Min(picture.Width, picture.Height);
        var shrink = random.Chance(UnshrunkShare) ? 1 : random.Uniform(1, Math.Clamp(smaller / side, 1, LargestShrink));
        var wanted = (int)Math.Min(Math.Ceiling(side * shrink), smaller);
        var (left, top) = (random.Below(picture.Width - wanted + 1), random.Below(picture.Height - wanted + 1));
        var whole = torch.from_array(picture.Planes).reshape(1, 3, picture.Height, picture.Width);
        var cut = whole.narrow(2, top, wanted).narrow(3, left, wanted);
        var shrunk = Math.Min(side, (int)Math.Round(wanted / shrink));
        return shrunk == wanted ? cut : Resampling.Resize(cut.contiguous(), shrunk, shrunk, ResamplingKernel.MatlabBicubic);
    }

    /// <summary>Contrast, brightness, white balance and saturation a little changed; now and then grey.</summary>
    private static Tensor Toned(Tensor image, ref SeededRandom random)
    {
        if (random.Chance(0.5))
            return image;
        var grey = image.mean([1], keepdim: true);
        var saturation = random.Chance(0.1) ? 0 : random.Uniform(0.6, 1.3);
        var coloured = grey.Plus((image - grey) * Kept.Of(saturation));
        var gamma = Math.Exp(random.Uniform(-0.35, 0.35));
        var gains = torch.tensor(new[]
        {
            (float)random.Uniform(0.85, 1.1), (float)random.Uniform(0.85, 1.1), (float)random.Uniform(0.85, 1.1),
        }).reshape(1, 3, 1, 1);
        return (coloured.clamp(Kept.Of(0), Kept.Of(1)).pow(Kept.Of(gamma)) * gains).clamp(Kept.Of(0), Kept.Of(1));
    }
}
