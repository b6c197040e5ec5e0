using System.Runtime.ExceptionServices;
using PSSR.Host;
using PSSR.Training.Crops;

namespace PSSR.Training;

/// <summary>
/// Random square crops, half of them mirrored, from a source of pictures. A step's crops depend on (seed, step) alone. Pictures pass
/// through a sliding window: each is read once, gives a few crops while it is in the window, and leaves; so an endless source stays cheap
/// and a folder needs little memory.
/// </summary>
/// <param name="source">Pictures with sides of at least the crop's.</param>
/// <param name="seed">Key of the choice of crops.</param>
/// <param name="cropSize">Side of a crop in pixels.</param>
/// <remarks>Not thread-safe; reads pictures on several threads.</remarks>
/// <param name="freshPerStep">Pictures of the window that are replaced at each step.</param>
/// <param name="turns">Whether crops are turned as well: for pictures that have no up and down to learn.</param>
/// <param name="progress">Told once of each picture that can't be read or is smaller than the crop: the next one stands in for it.</param>
public sealed class PatchDataset(
    IImageSource source, ulong seed, int cropSize, int freshPerStep = 2, CropTurns turns = CropTurns.None,
    IProgress<TrainingProgress>? progress = null)
{
    /// <summary>Pictures in the window, at least.</summary>
    internal const int Window = 64;

    /// <summary>Of a larger picture only a square of this side is kept in memory while it is in the window.</summary>
    private readonly int _largestSide = Math.Max(512, cropSize);

    private readonly int _wide = Math.Max(Window, freshPerStep);
    private readonly SortedDictionary<long, PlanarImage> _window = [];
    private readonly FitImages? _fit = source.Count is null ? null : new FitImages(source, cropSize);
    private readonly HashSet<PssrException> _told = [];

    /// <summary>Whether a batch of so many crops can be.</summary>
    internal static bool Holds(long count, int cropSize) => 3 * count * cropSize * cropSize <= Array.MaxLength;

    /// <returns>float32 [count,3,cropSize,cropSize] in [0,1], on the CPU.</returns>
    /// <exception cref="PssrException">Kind Image: no picture of the source can be read and is as large as the crop. Kind Option: so many
    /// crops of that size are more than an array holds.</exception>
    public Tensor Batch(long step, int count)
    {
        if (!Holds(count, cropSize))
            throw new PssrException(PssrErrorKind.Option,
                $"A batch of {count} crops of {cropSize}x{cropSize} pixels is more than {Array.MaxLength} numbers. Give fewer crops, or "
                    + "smaller ones.", nameof(TrainingOptions.BatchSize));
        MoveWindow(step * freshPerStep);
        var plane = cropSize * cropSize;
        var values = new float[count * 3 * plane];
        for (var i = 0; i < count; i++)
        {
            var random = SeededRandom.For(seed, (ulong)step, (ulong)i + 1);
            var image = _window[step * freshPerStep + random.Below(_wide)];
            var left = random.Below(image.Width - cropSize + 1);
            var top = random.Below(image.Height - cropSize + 1);
            var crop = values.AsSpan(i * 3 * plane, 3 * plane);
            CopyCrop(image, left, top, random.Chance(0.5), crop);
            if (turns == CropTurns.All && random.Chance(0.5))
                Overturn(crop);
            if (turns != CropTurns.None && random.Chance(0.5))
                Transpose(crop);
        }
        return torch.tensor(values, new long[] { count, 3, cropSize, cropSize }, torch.float32);
    }

    private void MoveWindow(long start)
    {
        foreach (var old in _window.Keys.Where(k => k < start || k >= start + _wide).ToArray())
            _window.Remove(old);
        long[] missing = [.. Enumerable.Range(0, _wide).Select(i => start + i).Where(i => !_window.ContainsKey(i))];
        var read = new PlanarImage[missing.Length];
        try
        {
            Parallel.For(0, missing.Length, i => read[i] = ReadTurn(missing[i]));
        }
        catch (AggregateException e) when (e.Flatten().InnerExceptions.OfType<PssrException>().FirstOrDefault() is { } first)
        {
            ExceptionDispatchInfo.Throw(first);
        }
        for (var i = 0; i < missing.Length; i++)
            _window.Add(missing[i], read[i]);
        foreach (var why in (_fit ?? source).LeftOut.Where(_told.Add))
            progress?.Report(new TrainingProgress(0, 0, 0, 0, 0, null) { LeftOut = why });
    }

    /// <summary>The picture whose turn it is: the source's own order where it is endless, else drawn anew each time.</summary>
    private PlanarImage ReadTurn(long turn)
    {
        var random = SeededRandom.For(seed, (ulong)turn, 0);
        var image = _fit?.Count is { } count
            ? _fit.Read((long)Math.BigMul(random.NextUInt64(), (ulong)count, out _)) : FitImages.ReadLarge(source, turn, cropSize);
        var (width, height) = (Math.Min(image.Width, _largestSide), Math.Min(image.Height, _largestSide));
        if (width == image.Width && height == image.Height)
            return image;
        var (left, top) = (random.Below(image.Width - width + 1), random.Below(image.Height - height + 1));
        var kept = new float[3 * width * height];
        for (var row = 0; row < 3 * height; row++)
        {
            var from = row / height * image.Width * image.Height + (top + row % height) * image.Width + left;
            image.Planes.AsSpan(from, width).CopyTo(kept.AsSpan(row * width));
        }
        return new PlanarImage(width, height, kept);
    }

    /// <summary>The crops of a training, as its options want them.</summary>
    /// <param name="pictures">What it is trained on.</param>
    internal static PatchDataset Open(TrainingOptions options, IImageSource pictures, IProgress<TrainingProgress>? progress) =>
        options.Crops == CropKind.Patch
            ? new PatchDataset(pictures, options.Seed, options.CropSize, progress: progress)
            : new PatchDataset(new WholePictures(pictures, options.Crops, options.Seed, options.CropSize), options.Seed, options.CropSize,
                options.BatchSize, progress: progress);

    /// <summary>The last row becomes the first: with the mirroring before and the transposing after, all eight ways occur.</summary>
    private void Overturn(Span<float> crop)
    {
        for (var row = 0; row < crop.Length / cropSize; row += cropSize)
        {
            for (var (upper, lower) = (row, row + cropSize - 1); upper < lower; upper++, lower--)
            {
                for (var x = 0; x < cropSize; x++)
                {
                    ref var above = ref crop[(upper * cropSize) + x];
                    (above, crop[(lower * cropSize) + x]) = (crop[(lower * cropSize) + x], above);
                }
            }
        }
    }

    /// <summary>Rows become columns: with a mirroring before, a turn by a right angle occurs.</summary>
    private void Transpose(Span<float> crop)
    {
        for (var start = 0; start < crop.Length; start += cropSize * cropSize)
        {
            for (var y = 0; y < cropSize; y++)
            {
                for (var x = 0; x < y; x++)
                {
                    ref var above = ref crop[start + (x * cropSize) + y];
                    (above, crop[start + (y * cropSize) + x]) = (crop[start + (y * cropSize) + x], above);
                }
            }
        }
    }

    private void CopyCrop(PlanarImage image, int left, int top, bool mirror, Span<float> target)
    {
        for (var row = 0; row < 3 * cropSize; row++)
        {
            var from = row / cropSize * image.Width * image.Height + (top + row % cropSize) * image.Width + left;
            var line = target.Slice(row * cropSize, cropSize);
            image.Planes.AsSpan(from, cropSize).CopyTo(line);
            if (mirror)
                line.Reverse();
        }
    }
}
