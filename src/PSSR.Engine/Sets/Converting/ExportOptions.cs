using PSSR.Pictures;

namespace PSSR.Sets.Converting;

/// <summary>How results are written in another form.</summary>
public sealed record ExportOptions
{
    /// <summary>Where copies go; null: beside the result, under its name with the format's extension.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>Null keeps the result's own.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>1..100, for JPEG and WebP; WebP at 100 is lossless.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>8, or 16 for PNG and TIFF; null keeps what the format can hold.</summary>
    public int? BitDepth { get; init; }

    /// <summary>Leave the record out of the copy.</summary>
    public bool WithoutRecord { get; init; }

    /// <summary>Overwrite existing files. Inputs, results and pictures that results were made of are never overwritten.</summary>
    public bool Force { get; init; }

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Check()
    {
        if (Quality is < 1 or > 100)
            throw new PssrException(PssrErrorKind.Option, $"Quality: {Quality} is outside 1 to 100.", nameof(Quality));
        if (BitDepth is not (null or 8 or 16))
            throw new PssrException(PssrErrorKind.Option, $"BitDepth: {BitDepth} is neither 8 nor 16.", nameof(BitDepth));
        if (BitDepth == 16 && Format is ImageFormat.Jpeg or ImageFormat.Webp or ImageFormat.Bmp)
            throw new PssrException(PssrErrorKind.Option, $"BitDepth: {Format} holds 8 bits; PNG and TIFF hold 16.", nameof(BitDepth));
        if (OutputDirectory is { } folder && (folder.Trim().Length == 0 || folder.Contains('\0')))
            throw new PssrException(PssrErrorKind.Option, $"OutputDirectory: '{folder}' is no folder's name.", nameof(OutputDirectory));
    }
}

/// <summary>A result that was written in another form.</summary>
/// <param name="Source">Full path of the result.</param>
/// <param name="Output">Full path of what was written.</param>
/// <param name="Length">Its size in bytes.</param>
/// <param name="HasRecord">Whether it holds the record of how the result was made: there was one, and the format has a place for it.</param>
public sealed record ExportedImage(string Source, string Output, ImageFormat Format, int Width, int Height, int BitDepth, long Length, bool HasRecord);
