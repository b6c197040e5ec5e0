namespace PSSR.Pictures.Stored;

/// <summary>
/// A picture as its file keeps it, looked through before a decoder sees it: every piece that it needs lies in the file, and what it
/// doesn't need is left out, so that a file of a few bytes can't ask for gigabytes and damage beside the picture does no harm.
/// </summary>
/// <param name="Pixels">What the decoder is to read.</param>
internal sealed record StoredPicture(Stream Pixels)
{
    /// <summary>What <see cref="Finish"/> makes, as it is stored; null: what the decoder says.</summary>
    public RasterShape? Shape { get; init; }

    /// <summary>Channels and depth to decode into, before <see cref="Finish"/>; null: by what the decoder says.</summary>
    public (int Channels, bool Wide)? DecodeAs { get; init; }

    /// <summary>Makes the picture of what was decoded; null where that is the picture.</summary>
    public Func<RasterImage, RasterImage>? Finish { get; init; }

    /// <summary>What is left out or wrong, each a clause that begins small and has no full stop.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Looks a file of this format through.</summary>
    /// <exception cref="InvalidDataException">Cut off, not decodable, or over the limit of pixels.</exception>
    public static StoredPicture Open(Stream file, StoredFormat format, long pixelLimit)
    {
        file.Position = 0;
        return format switch
        {
            StoredFormat.Png => PngPixels.Open(file, pixelLimit),
            StoredFormat.Jpeg => JpegPixels.Open(file, pixelLimit),
            StoredFormat.Webp => WebpPixels.Open(file, pixelLimit),
            StoredFormat.Tiff => TiffPixels.Open(file, pixelLimit),
            StoredFormat.Gif => GifPixels.Open(file, pixelLimit),
            StoredFormat.Bmp => BmpPixels.Open(file, pixelLimit),
            _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
        };
    }
}
