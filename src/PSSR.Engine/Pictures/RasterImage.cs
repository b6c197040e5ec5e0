using PSSR.Options;

namespace PSSR.Pictures;

/// <summary>
/// A decoded picture as it stands in a file: interleaved samples, row-major, upright (EXIF orientation applied), and the facts that go back
/// into the result.
/// </summary>
/// <param name="Channels">1 grey, 2 grey + alpha, 3 RGB, 4 RGBA (alpha straight, not premultiplied).</param>
/// <param name="Samples"><c>byte[]</c> for 8-bit pictures (1 to 8 bit in the file), <c>ushort[]</c> for 16-bit ones; Width·Height·Channels
/// long.</param>
public sealed record RasterImage(int Width, int Height, int Channels, Array Samples)
{
    public int BitDepth => Samples is ushort[] ? 16 : 8;
    public bool HasAlpha => Channels is 2 or 4;
    public bool IsGrey => Channels is 1 or 2;

    /// <summary>Kept as read and written back.</summary>
    public ImageMetadata Metadata { get; init; } = ImageMetadata.None;

    /// <summary>
    /// What of the file isn't here (pages, frames, channels, values out of range), or was damaged; a clause each. Empty for most.
    /// </summary>
    public IReadOnlyList<string> Notes { get; init; } = [];
}

/// <summary>What a file's header says of its picture, upright.</summary>
public readonly record struct RasterShape(int Width, int Height, int Channels, int BitDepth)
{
    /// <summary>Bytes of its samples.</summary>
    public long Bytes => (long)Width * Height * Channels * (BitDepth / 8);
}

/// <summary>
/// What a picture carries beside its samples. EXIF is written back with orientation 1 and without the old thumbnail and sizes.
/// </summary>
/// <param name="IccProfile">An ICC profile whose colour space is that of the samples.</param>
/// <param name="Exif">A TIFF structure ("II*" or "MM*" first), without any container's prefix.</param>
/// <param name="Xmp">An XMP packet, UTF-8.</param>
public sealed record ImageMetadata(byte[]? IccProfile, byte[]? Exif, byte[]? Xmp)
{
    public static readonly ImageMetadata None = new(null, null, null);
}

/// <summary>The formats that can be written.</summary>
/// <remarks>A long, as all enumerations in what cmdlets put out: ConvertTo-Json writes those as words.</remarks>
public enum ImageFormat : long
{
    Png,

    [AlsoCalled("jpg")]
    Jpeg,

    Webp,

    [AlsoCalled("tif")]
    Tiff,

    Bmp,
}
