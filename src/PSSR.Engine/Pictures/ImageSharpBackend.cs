using System.Runtime.InteropServices;
using PSSR.Pictures.Stored;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Bmp;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.Metadata;
using SixLabors.ImageSharp.PixelFormats;

namespace PSSR.Pictures;

/// <summary>
/// Pixels over SixLabors.ImageSharp 2.1: managed code, so that a hostile file ends in an exception. CMYK is converted without its profile.
/// Metadata, turning upright and writing TIFF are <see cref="ImageCodec"/>'s.
/// </summary>
internal static class ImageSharpBackend
{
    // No formats: decoders and encoders are named at every call. No pool: its memory would be held while the network runs.
    private static readonly Configuration Library = new()
    {
        MemoryAllocator = MemoryAllocator.Create(new MemoryAllocatorOptions { MaximumPoolSizeMegabytes = 0 }),
    };

    /// <summary>Decodes a picture as it is stored, not turned.</summary>
    /// <param name="format">By content.</param>
    /// <param name="admit">Told the shape, as it is stored, before memory is taken for the samples; what it throws goes through.</param>
    /// <exception cref="InvalidDataException">Damaged, unsupported or too large.</exception>
    public static RasterImage Decode(StoredPicture stored, StoredFormat format, long pixelLimit, Action<RasterShape> admit) =>
        Translate(() =>
    {
        IImageDecoder decoder = Decoder(format);
        Stream file = stored.Pixels;
        file.Position = 0;
        IImageInfo info = ((IImageInfoDetector)decoder).Identify(Library, file, default)
            ?? throw new InvalidDataException("its header can't be read");
        (int channels, bool wide) = stored.DecodeAs ?? Shape(info, format);
        RasterShape shape = stored.Shape ?? new RasterShape(info.Width, info.Height, channels, wide ? 16 : 8);
        PixelLimit.Require(shape.Width, shape.Height, shape.Channels, pixelLimit);
        admit(shape);
        file.Position = 0;
        RasterImage image = (channels, wide) switch
        {
            (1, false) => Load<L8, byte>(decoder, file, 1),
            (2, false) => Load<La16, byte>(decoder, file, 2),
            (3, false) => Load<Rgb24, byte>(decoder, file, 3),
            (_, false) => Load<Rgba32, byte>(decoder, file, 4),
            (1, true) => Load<L16, ushort>(decoder, file, 1),
            (2, true) => Load<La32, ushort>(decoder, file, 2),
            (3, true) => Load<Rgb48, ushort>(decoder, file, 3),
            (_, true) => Load<Rgba64, ushort>(decoder, file, 4),
        };
        image = stored.Finish?.Invoke(image) ?? image;
        return WithoutOpaqueAlpha(image, format) with
        {
            Notes = [.. stored.Notes, .. image.Notes],
            JpegQuality = format == StoredFormat.Jpeg ? info.Metadata.GetJpegMetadata().Quality : null,
        };
    });

    /// <summary>Encodes PNG, JPEG, WebP or BMP without metadata, from the start of an empty stream.</summary>
    /// <param name="image">In a shape that the format holds (<see cref="FormatLimits"/>).</param>
    /// <param name="quality">1..100 for JPEG and WebP; WebP is lossless at 100.</param>
    /// <exception cref="InvalidDataException">The library refused.</exception>
    public static void Encode(Stream file, RasterImage image, ImageFormat format, int quality) => Translate(() =>
    {
        using Image picture = (image.Samples, image.Channels) switch
        {
            (byte[] s, 1) => Wrap<L8, byte>(s, image),
            (byte[] s, 2) => Wrap<La16, byte>(s, image),
            (byte[] s, 3) => Wrap<Rgb24, byte>(s, image),
            (byte[] s, _) => Wrap<Rgba32, byte>(s, image),
            (ushort[] s, 1) => Wrap<L16, ushort>(s, image),
            (ushort[] s, 2) => Wrap<La32, ushort>(s, image),
            (ushort[] s, 3) => Wrap<Rgb48, ushort>(s, image),
            (ushort[] s, _) => Wrap<Rgba64, ushort>(s, image),
            _ => throw new ArgumentException("Samples are bytes or 16-bit words.", nameof(image)),
        };
        Describe(picture.Metadata, image.Metadata.Resolution);
        picture.Save(file, Encoder(image, format, quality));
        return picture.Width;
    });

    private static void Describe(SixLabors.ImageSharp.Metadata.ImageMetadata library, PictureResolution? resolution)
    {
        var (x, y, isRatio) = resolution ?? new PictureResolution(1, 1, IsRatio: true);
        (library.HorizontalResolution, library.VerticalResolution) = (x, y);
        library.ResolutionUnits = isRatio ? PixelResolutionUnit.AspectRatio : PixelResolutionUnit.PixelsPerInch;
    }

    private static IImageEncoder Encoder(RasterImage image, ImageFormat format, int quality) => format switch
    {
        ImageFormat.Png => new PngEncoder
        {
            ChunkFilter = PngChunkFilter.ExcludeAll ^ (image.Metadata.Resolution is null ? 0 : PngChunkFilter.ExcludePhysicalChunk),
            BitDepth = image.BitDepth == 16 ? PngBitDepth.Bit16 : PngBitDepth.Bit8,
            ColorType = image.Channels switch
            {
                1 => PngColorType.Grayscale,
                2 => PngColorType.GrayscaleWithAlpha,
                3 => PngColorType.Rgb,
                _ => PngColorType.RgbWithAlpha,
            },
            CompressionLevel = PngCompressionLevel.Level4,
            FilterMethod = PngFilterMethod.Adaptive,
            TransparentColorMode = PngTransparentColorMode.Preserve,
        },
        ImageFormat.Jpeg => new JpegEncoder
        {
            Quality = quality,
            ColorType = image.IsGrey ? JpegColorType.Luminance : quality >= 90 ? JpegColorType.YCbCrRatio444 : JpegColorType.YCbCrRatio420,
        },
        ImageFormat.Webp => new WebpEncoder
        {
            Quality = quality,
            FileFormat = quality == 100 ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
            TransparentColorMode = WebpTransparentColorMode.Preserve,
        },
        ImageFormat.Bmp => new BmpEncoder { BitsPerPixel = (BmpBitsPerPixel)(image.Channels * 8), SupportTransparency = image.HasAlpha },
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Only the decoder that the content asks for: the library looks for itself otherwise.</summary>
    private static IImageDecoder Decoder(StoredFormat format) => format switch
    {
        StoredFormat.Png => new PngDecoder { IgnoreMetadata = true },
        StoredFormat.Jpeg => new JpegDecoder { IgnoreMetadata = true },
        StoredFormat.Webp => new WebpDecoder { IgnoreMetadata = true },
        StoredFormat.Tiff => new TiffDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
        StoredFormat.Gif => new GifDecoder { IgnoreMetadata = true, DecodingMode = FrameDecodingMode.First },
        StoredFormat.Bmp => new BmpDecoder { RleSkippedPixelHandling = RleSkippedPixelHandling.FirstColorOfPalette },
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Channels and depth of the stored picture; 4 where alpha may be there (see <see cref="WithoutOpaqueAlpha"/>).</summary>
    private static (int Channels, bool Wide) Shape(IImageInfo info, StoredFormat format)
    {
        switch (format)
        {
            case StoredFormat.Png:
                PngMetadata png = info.Metadata.GetPngMetadata();
                bool keyed = png.HasTransparency;
                int channels = png.ColorType switch
                {
                    PngColorType.Grayscale => keyed ? 2 : 1,
                    PngColorType.GrayscaleWithAlpha => 2,
                    PngColorType.Rgb => keyed ? 4 : 3,
                    _ => 4,
                };
                return (channels, png.BitDepth == PngBitDepth.Bit16);
            case StoredFormat.Jpeg:
                return (info.Metadata.GetJpegMetadata().ColorType == JpegColorType.Luminance ? 1 : 3, false);
            case StoredFormat.Webp:
                return (info.PixelType.BitsPerPixel == 32 ? 4 : 3, false);
            default:
                return (4, false);
        }
    }

    private static RasterImage Load<TPixel, TSample>(IImageDecoder decoder, Stream file, int channels)
        where TPixel : unmanaged, IPixel<TPixel> where TSample : unmanaged
    {
        using Image<TPixel> image = Image.Load<TPixel>(Library, file, decoder);
        TSample[] samples = GC.AllocateUninitializedArray<TSample>(image.Width * image.Height * channels);
        image.CopyPixelDataTo(MemoryMarshal.Cast<TSample, TPixel>(samples.AsSpan()));
        return new RasterImage(image.Width, image.Height, channels, samples);
    }

    private static Image<TPixel> Wrap<TPixel, TSample>(TSample[] samples, RasterImage image)
        where TPixel : unmanaged, IPixel<TPixel> where TSample : unmanaged =>
        Image.LoadPixelData<TPixel>(Library, MemoryMarshal.Cast<TSample, TPixel>(samples.AsSpan()), image.Width, image.Height);

    /// <summary>
    /// Palettes (PNG, GIF) don't say beforehand whether a colour is transparent, and this library's WebP says alpha where there is none.
    /// </summary>
    internal static RasterImage WithoutOpaqueAlpha(RasterImage image, StoredFormat format)
    {
        if (format == StoredFormat.Tiff || image.Channels < 4 || image.Samples is not byte[] from)
            return image;
        for (int i = 3; i < from.Length; i += 4)
            if (from[i] != byte.MaxValue)
                return image;
        var samples = GC.AllocateUninitializedArray<byte>(from.Length / 4 * 3);
        for (int i = 0, j = 0; i < samples.Length; i += 3, j += 4)
            from.AsSpan(j, 3).CopyTo(samples.AsSpan(i));
        return image with { Channels = 3, Samples = samples };
    }

    /// <summary>The library's ways to say that a file is damaged; its decoders also run into their own buffers' ends on some.</summary>
    private static T Translate<T>(Func<T> work)
    {
        try
        {
            return work();
        }
        catch (Exception e) when (e is ImageFormatException or ImageProcessingException or InvalidMemoryOperationException
            or IndexOutOfRangeException
            or ArgumentException or NullReferenceException or OverflowException or InvalidOperationException or DivideByZeroException)
        {
            throw new InvalidDataException(e is ImageFormatException ? e.Message.ReplaceLineEndings(" ") : "it is damaged", e);
        }
    }
}
