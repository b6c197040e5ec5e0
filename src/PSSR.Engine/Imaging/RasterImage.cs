namespace PSSR.Imaging;

/// <summary>
/// A decoded picture as it stands in a file: interleaved samples, row-major, upright (EXIF orientation applied), and the facts that go back
/// into the result.
/// </summary>
/// <param name="Channels">1 grey, 2 grey + alpha, 3 RGB, 4 RGBA (alpha straight, not premultiplied).</param>
/// <param name="Samples"><c>byte[]</c> for 8-bit pictures (1 to 8 bit in the file), <c>ushort[]</c> for 16-bit ones; Width·Height·Channels long.</param>
public sealed record RasterImage(int Width, int Height, int Channels, Array Samples)
{
    public int BitDepth => Samples is ushort[] ? 16 : 8;
    public bool HasAlpha => Channels is 2 or 4;
    public bool IsGrey => Channels is 1 or 2;

    /// <summary>Kept as read and written back.</summary>
    public ImageMetadata Metadata { get; init; } = ImageMetadata.None;
}

/// <summary>What a picture carries beside its samples. EXIF is written back with orientation 1 and without the old thumbnail and sizes.</summary>
public sealed record ImageMetadata(byte[]? IccProfile, byte[]? Exif, byte[]? Xmp)
{
    public static readonly ImageMetadata None = new(null, null, null);
}

/// <summary>The formats that can be written.</summary>
public enum ImageFormat { Png, Jpeg, Webp, Tiff, Bmp }

/// <summary>A native or managed picture library, behind ImageCodec. One file per library.</summary>
internal interface IImageBackend
{
    /// <summary>Name and version, for <c>Get-PssrEnvironment</c>.</summary>
    string Description { get; }

    /// <summary>Decodes the first frame. Refuses more than <paramref name="pixelLimit"/> pixels before it decodes any.</summary>
    /// <exception cref="PssrException">Kind Image: unreadable, damaged, unsupported or too large.</exception>
    RasterImage Decode(string path, long pixelLimit);

    /// <summary>Encodes to exactly this path; the caller renames.</summary>
    /// <param name="quality">1..100 for JPEG and lossy WebP.</param>
    void Encode(string path, RasterImage image, ImageFormat format, int quality);
}
