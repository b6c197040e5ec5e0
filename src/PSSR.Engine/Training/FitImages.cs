using System.Collections.Concurrent;

namespace PSSR.Training;

/// <summary>
/// Another source's pictures that can be read and are large enough. Where one isn't, the next that is stands in for it: the same for the
/// same files, whatever was read before. Thread-safe.
/// </summary>
/// <param name="source">Finite.</param>
/// <param name="smallestSide">That a picture may have, in pixels.</param>
internal sealed class FitImages(IImageSource source, int smallestSide) : IImageSource
{
    private readonly ConcurrentDictionary<long, PssrException> _unfit = [];

    /// <inheritdoc/>
    public string Description => source.Description;

    /// <inheritdoc/>
    public long? Count => source.Count;

    /// <inheritdoc/>
    public IReadOnlyList<PssrException> LeftOut => [.. _unfit.OrderBy(unfit => unfit.Key).Select(unfit => unfit.Value)];

    /// <inheritdoc/>
    public PlanarImage Read(long index)
    {
        var count = source.Count!.Value;
        for (var step = 0L; step < count; step++)
        {
            var at = (index + step) % count;
            if (_unfit.ContainsKey(at))
                continue;
            try
            {
                return ReadLarge(source, at, smallestSide);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                _unfit.TryAdd(at, e);
            }
        }
        throw _unfit[index];
    }

    /// <exception cref="PssrException">Kind Image: it can't be read or is too small.</exception>
    public static PlanarImage ReadLarge(IImageSource source, long index, int smallestSide)
    {
        var image = source.Read(index);
        return image.Width >= smallestSide && image.Height >= smallestSide ? image : throw new PssrException(PssrErrorKind.Image,
            $"Training picture {index} of {source.Description} is {image.Width}x{image.Height}, smaller than the crop of {smallestSide}.");
    }
}
