using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Preparing;

namespace PSSR.Training.Crops;

/// <summary>Pictures as squares of one side, each the most of a picture of another source. Thread-safe.</summary>
/// <param name="source">Any.</param>
/// <param name="kind">Not <see cref="CropKind.Patch"/>.</param>
/// <param name="seed">With a number, key of the picture that is chosen and of its square's place.</param>
/// <param name="side">In pixels.</param>
/// <param name="inOrder">As many pictures as the source has, in its order; else drawn from it without end, without those that can't be
/// read.</param>
internal sealed class WholePictures(IImageSource source, CropKind kind, ulong seed, int side, bool inOrder = false) : IImageSource
{
    /// <summary>Tells these draws from others of the same seed.</summary>
    private const ulong Key = 0x5371_7561_7265;

    private readonly FitImages? _fit = inOrder || source.Count is null ? null : new FitImages(source, 1);

    /// <inheritdoc/>
    public string Description => source.Description;

    /// <inheritdoc/>
    public long? Count => inOrder ? source.Count : null;

    /// <inheritdoc/>
    public IReadOnlyList<PssrException> LeftOut => (_fit ?? source).LeftOut;

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        var random = SeededRandom.For(seed, (ulong)index, Key);
        var picture = _fit is { } fit
            ? fit.Read((long)Math.BigMul(random.NextUInt64(), (ulong)fit.Count!.Value, out _)) : source.Read(index);
        using var scope = torch.NewDisposeScope();
        var whole = torch.from_array(picture.Planes).reshape(1, 3, picture.Height, picture.Width);
        return Planar(kind == CropKind.Square ? Square(whole, ref random) : PicturePreparer.CentreCrop(whole, side));
    }

    private Tensor Square(Tensor whole, ref SeededRandom random)
    {
        var (height, width) = ((int)whole.shape[2], (int)whole.shape[3]);
        var most = Math.Min(height, width);
        var (left, top) = (random.Below(width - most + 1), random.Below(height - most + 1));
        var square = whole.narrow(2, top, most).narrow(3, left, most);
        return Resampling.ResizeEightBit(square, side, side, ResamplingKernel.MatlabBicubic);
    }

    private static PlanarImage Planar(Tensor image) =>
        new((int)image.shape[3], (int)image.shape[2], image.Values<float>());
}
