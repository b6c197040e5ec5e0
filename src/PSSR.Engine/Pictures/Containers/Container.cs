namespace PSSR.Pictures.Containers;

/// <summary>
/// Where each format keeps ICC, EXIF and XMP. Reading forgives: what is damaged is left out, because the picture is what counts. Writing
/// goes into a file that a library has just encoded without metadata: ImageSharp 2.1 knows EXIF and XMP but no ICC in PNG and WebP, and
/// half its way and half this one would be two.
/// </summary>
internal static class Container
{
    /// <summary>The largest block that is read, in bytes, after decompression: enough for any real profile, and a bound on bombs.</summary>
    public const int LargestBlock = 16 << 20;

    /// <summary>The blocks as they stand in the file; the ICC profile may not fit the samples, EXIF may hold an orientation.</summary>
    public static ImageMetadata Read(Stream file, StoredFormat format)
    {
        try
        {
            file.Position = 0;
            return format switch
            {
                StoredFormat.Png => PngContainer.Read(file),
                StoredFormat.Jpeg => JpegContainer.Read(file),
                StoredFormat.Webp => WebpContainer.Read(file),
                StoredFormat.Tiff => TiffContainer.Read(file),
                StoredFormat.Bmp => ImageMetadata.None with { Resolution = BmpResolution(file) },
                _ => ImageMetadata.None,
            };
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            return ImageMetadata.None;
        }
    }

    /// <summary>
    /// Puts the blocks into an encoded file. TIFF's are written with its picture. Formats without a place for a block (BMP for all, JPEG
    /// for one over its size) go without it.
    /// </summary>
    public static void Embed(Stream file, RasterImage image, ImageFormat format)
    {
        switch (format)
        {
            case ImageFormat.Png:
                PngContainer.Embed(file, image);
                break;
            case ImageFormat.Jpeg:
                JpegContainer.Embed(file, image.Metadata);
                break;
            case ImageFormat.Webp:
                WebpContainer.Embed(file, image);
                break;
        }
    }

    /// <summary>Pixels per metre, of any header but the shortest two.</summary>
    private static PictureResolution? BmpResolution(Stream file)
    {
        file.Position = 14;
        byte[] header = file.ReadBlock(40);
        (int size, int x, int y) = (BitConverter.ToInt32(header, 0), BitConverter.ToInt32(header, 24), BitConverter.ToInt32(header, 28));
        return size >= header.Length ? PictureResolution.Of(x, y, 1 / 0.0254) : null;
    }
}
