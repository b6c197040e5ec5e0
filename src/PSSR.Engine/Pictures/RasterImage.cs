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

    /// <summary>The quality that its JPEG file was written with, 1..100, as far as the file's tables tell; null where it was no
    /// JPEG.</summary>
    public int? JpegQuality { get; init; }

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
/// <param name="Xmp">An XMP packet, UTF-8. Written back with orientation 1 and the new sizes.</param>
public sealed record ImageMetadata(byte[]? IccProfile, byte[]? Exif, byte[]? Xmp)
{
    public static readonly ImageMetadata None = new(null, null, null);

    /// <summary>How large it is meant to be in print or on a screen; null where the file doesn't say.</summary>
    public PictureResolution? Resolution { get; init; }

    /// <summary>PNG's chunks cICP, sRGB, gAMA, cHRM and sBIT, one after the other as they stand in a file; null for none.</summary>
    public byte[]? PngColour { get; init; }
}

/// <summary>Pixels per inch.</summary>
/// <param name="IsRatio">X and Y have no unit: they only tell how wide a pixel is for its height.</param>
public readonly record struct PictureResolution(double X, double Y, bool IsRatio = false)
{
    private const double Most = 30000; // JPEG's numbers end at 65535, and the picture library's at half of that

    /// <summary>Null for what is no resolution: zero, nonsense, or square pixels of no unit.</summary>
    /// <param name="unit">Inches in the unit of the numbers; 0 for none.</param>
    internal static PictureResolution? Of(double x, double y, double unit)
    {
        (x, y) = unit > 0 ? (Tidy(x / unit), Tidy(y / unit)) : (x, y);
        return x is > 0 and <= Most && y is > 0 and <= Most && (unit > 0 || x != y) ? new PictureResolution(x, y, unit <= 0) : null;
    }

    internal PictureResolution Turned => this with { X = Y, Y = X };

    /// <summary>Formats count in whole pixels of other units: 300 an inch are 11811 a metre, and those 299.9994 an inch.</summary>
    private static double Tidy(double value) => Math.Abs(value - Math.Round(value)) < 0.02 ? Math.Round(value) : value;
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
