using System.Security.Cryptography;
using PSSR.Pictures;
using PSSR.Training;

namespace PSSR.DiffSr.Field;

/// <summary>The pictures of a search, cut to size: 8-bit RGB.</summary>
/// <param name="Description">In words.</param>
/// <param name="Fingerprint">Of their content.</param>
public sealed record FieldPictures(IReadOnlyList<RasterImage> Images, string Description, string Fingerprint)
{
    /// <summary>Apart from the seeds of trainings (0 and up) and of the benches' held-out pictures.</summary>
    private const ulong SeedBase = 0x6669_656c_6400_0000;

    /// <summary>Makes synthetic pictures, or reads the named ones.</summary>
    /// <param name="leastSide">Of a picture that can be searched with, in pixels.</param>
    /// <param name="onBad">Gets the error of each picture that can't be used; the others are taken.</param>
    /// <exception cref="PssrException">Kind Option: no usable picture.</exception>
    public static FieldPictures Load(FieldSearchOptions options, int leastSide, Action<PssrException>? onBad,
        CancellationToken cancellation)
    {
        var images = new List<RasterImage>();
        if (options.Pictures.Count == 0)
        {
            var source = new SyntheticImages(SeedBase + options.PictureSeed, options.CropSize);
            for (var i = 0; i < options.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                images.Add(FromPlanes(source.Read(i)));
            }
            return Of(images, $"{options.Count} synthetic pictures of {options.CropSize}x{options.CropSize}");
        }
        foreach (var path in options.Pictures)
        {
            cancellation.ThrowIfCancellationRequested();
            try
            {
                var image = ImageCodec.Read(path);
                if (Math.Min(image.Width, image.Height) < leastSide)
                    throw new PssrException(PssrErrorKind.Image, $"'{path}' is {image.Width}×{image.Height}, too small to search with: "
                        + $"both sides must be {leastSide} at least.", path);
                images.Add(ScalePair.Middle(ToRgb(image), options.CropSize));
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                onBad?.Invoke(e);
            }
        }
        return images.Count > 0
            ? Of(images, $"{images.Count} pictures, {options.CropSize}x{options.CropSize} from their middle")
            : throw new PssrException(PssrErrorKind.Option,
                $"None of the {options.Pictures.Count} pictures can be used: give high-resolution pictures, or none for synthetic ones.",
                "Pictures");
    }

    private static FieldPictures Of(List<RasterImage> images, string description)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var image in images)
        {
            hash.AppendData(BitConverter.GetBytes(image.Width));
            hash.AppendData((byte[])image.Samples);
        }
        return new FieldPictures(images, description, Convert.ToHexStringLower(hash.GetHashAndReset()));
    }

    /// <summary>8-bit RGB of whatever was read; what is transparent counts premultiplied.</summary>
    private static RasterImage ToRgb(RasterImage image)
    {
        if (image is { Channels: 3, BitDepth: 8 })
            return image;
        using var scope = torch.NewDisposeScope();
        return ImageTensor.ToRaster(ImageTensor.FromRaster(image).Colour, null,
            new RasterImage(image.Width, image.Height, 3, Array.Empty<byte>()));
    }

    private static RasterImage FromPlanes(PlanarImage image)
    {
        using var scope = torch.NewDisposeScope();
        var colour = torch.tensor(image.Planes, new long[] { 1, 3, image.Height, image.Width }, torch.float32);
        return ImageTensor.ToRaster(colour, null, new RasterImage(image.Width, image.Height, 3, Array.Empty<byte>()));
    }
}
