namespace PSSR.Imaging;

/// <summary>
/// A native or managed picture library, behind <see cref="ImageCodec"/>: pixels only. One file per library. Metadata, turning upright, BMP and
/// writing TIFF are the codec's, so that both libraries share one implementation of each.
/// </summary>
internal interface IImageBackend
{
    /// <summary>Name and version, for <c>Get-PssrEnvironment</c>.</summary>
    string Description { get; }

    /// <summary>Decodes the first frame as it is stored, not turned. Refuses more than <paramref name="pixelLimit"/> pixels before it decodes any.</summary>
    /// <param name="format">By content; never <see cref="StoredFormat.Bmp"/>.</param>
    /// <param name="admit">Told the shape, as it is stored, before memory is taken for the samples; what it throws goes through.</param>
    /// <exception cref="InvalidDataException">Damaged, unsupported or too large.</exception>
    RasterImage Decode(FileStream file, StoredFormat format, long pixelLimit, Action<RasterShape> admit);

    /// <summary>Encodes PNG, JPEG or WebP without metadata, from the start of an empty file.</summary>
    /// <param name="image">In a shape that the format holds (<see cref="FormatLimits"/>).</param>
    /// <param name="quality">1..100 for JPEG and WebP; WebP is lossless at 100.</param>
    /// <exception cref="InvalidDataException">The library refused.</exception>
    void Encode(FileStream file, RasterImage image, ImageFormat format, int quality);
}
