using System.Diagnostics;
using System.Runtime.InteropServices;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.Formats;
using SixLabors.ImageSharp.Formats.Gif;
using SixLabors.ImageSharp.Formats.Jpeg;
using SixLabors.ImageSharp.Formats.Png;
using SixLabors.ImageSharp.Formats.Tiff;
using SixLabors.ImageSharp.Formats.Tiff.Constants;
using SixLabors.ImageSharp.Formats.Webp;
using SixLabors.ImageSharp.Memory;
using SixLabors.ImageSharp.PixelFormats;

namespace PSSR.Imaging;

/// <summary>
/// Pictures over SixLabors.ImageSharp 3.1. Beside libvips it differs in this: CMYK is converted without its profile, and grey TIFF with alpha is
/// read as the library makes of it (RGBA).
/// </summary>
internal sealed class ImageBackend : IImageBackend
{
    public string Description { get; } = $"ImageSharp {FileVersionInfo.GetVersionInfo(typeof(Image).Assembly.Location).FileVersion}";

    public RasterImage Decode(FileStream file, StoredFormat format, long pixelLimit, Action<RasterShape> admit) => Translate(() =>
    {
        // Only the decoder that the content asks for: this library looks for itself otherwise.
        var options = new DecoderOptions { MaxFrames = 1, SkipMetadata = true, Configuration = new Configuration(Module(format)) };
        file.Position = 0;
        ImageInfo info = Image.Identify(options, file);
        (int channels, bool wide) = Shape(info, format);
        PixelLimit.Require(info.Width, info.Height, channels, pixelLimit);
        admit(new RasterShape(info.Width, info.Height, channels, wide ? 16 : 8));
        file.Position = 0;
        return (channels, wide) switch
        {
            (1, false) => Load<L8, byte>(options, file, 1),
            (2, false) => Load<La16, byte>(options, file, 2),
            (3, false) => Load<Rgb24, byte>(options, file, 3),
            (_, false) => WithoutOpaqueAlpha(Load<Rgba32, byte>(options, file, 4), format),
            (1, true) => Load<L16, ushort>(options, file, 1),
            (2, true) => Load<La32, ushort>(options, file, 2),
            (3, true) => Load<Rgb48, ushort>(options, file, 3),
            (_, true) => Load<Rgba64, ushort>(options, file, 4),
        };
    });

    public void Encode(FileStream file, RasterImage image, ImageFormat format, int quality) => Translate(() =>
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
        picture.Save(file, Encoder(image, format, quality));
        return picture.Width;
    });

    private static IImageEncoder Encoder(RasterImage image, ImageFormat format, int quality) => format switch
    {
        ImageFormat.Png => new PngEncoder
        {
            SkipMetadata = true,
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
            SkipMetadata = true,
            Quality = quality,
            ColorType = image.IsGrey ? JpegEncodingColor.Luminance : quality >= 90 ? JpegEncodingColor.YCbCrRatio444 : JpegEncodingColor.YCbCrRatio420,
        },
        ImageFormat.Webp => new WebpEncoder
        {
            SkipMetadata = true,
            Quality = quality,
            FileFormat = quality == 100 ? WebpFileFormatType.Lossless : WebpFileFormatType.Lossy,
            TransparentColorMode = WebpTransparentColorMode.Preserve,
        },
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    private static IImageFormatConfigurationModule Module(StoredFormat format) => format switch
    {
        StoredFormat.Png => new PngConfigurationModule(),
        StoredFormat.Jpeg => new JpegConfigurationModule(),
        StoredFormat.Webp => new WebpConfigurationModule(),
        StoredFormat.Tiff => new TiffConfigurationModule(),
        StoredFormat.Gif => new GifConfigurationModule(),
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, null),
    };

    /// <summary>Channels and depth of the stored picture; 4 where alpha may be there (see <see cref="WithoutOpaqueAlpha"/>).</summary>
    private static (int Channels, bool Wide) Shape(ImageInfo info, StoredFormat format)
    {
        switch (format)
        {
            case StoredFormat.Png:
                PngMetadata png = info.Metadata.GetPngMetadata();
                bool keyed = png.TransparentColor is not null;
                int channels = png.ColorType switch
                {
                    PngColorType.Grayscale => keyed ? 2 : 1,
                    PngColorType.GrayscaleWithAlpha => 2,
                    PngColorType.Rgb => keyed ? 4 : 3,
                    _ => 4,
                };
                return (channels, png.BitDepth == PngBitDepth.Bit16);
            case StoredFormat.Jpeg:
                return (info.Metadata.GetJpegMetadata().ColorType == JpegEncodingColor.Luminance ? 1 : 3, false);
            case StoredFormat.Tiff:
                TiffFrameMetadata tiff = info.FrameMetadataCollection[0].GetTiffMetadata();
                TiffBitsPerSample? bits = tiff.BitsPerSample;
                bool grey = tiff.PhotometricInterpretation is TiffPhotometricInterpretation.BlackIsZero or TiffPhotometricInterpretation.WhiteIsZero;
                bool alpha = !grey && bits?.Channel3 > 0 && tiff.PhotometricInterpretation == TiffPhotometricInterpretation.Rgb;
                return (alpha ? 4 : grey && bits?.Channels == 1 ? 1 : 3, bits?.Channel0 > 8);
            case StoredFormat.Webp:
                return (info.PixelType.BitsPerPixel == 32 ? 4 : 3, false);
            default:
                return (4, false);
        }
    }

    private static RasterImage Load<TPixel, TSample>(DecoderOptions options, Stream file, int channels)
        where TPixel : unmanaged, IPixel<TPixel> where TSample : unmanaged
    {
        using Image<TPixel> image = Image.Load<TPixel>(options, file);
        TSample[] samples = GC.AllocateUninitializedArray<TSample>(image.Width * image.Height * channels);
        image.CopyPixelDataTo(MemoryMarshal.Cast<TSample, TPixel>(samples.AsSpan()));
        return new RasterImage(image.Width, image.Height, channels, samples);
    }

    private static Image<TPixel> Wrap<TPixel, TSample>(TSample[] samples, RasterImage image)
        where TPixel : unmanaged, IPixel<TPixel> where TSample : unmanaged =>
        Image.LoadPixelData<TPixel>(MemoryMarshal.Cast<TSample, TPixel>(samples.AsSpan()), image.Width, image.Height);

    /// <summary>Palettes (PNG, GIF) don't say beforehand whether a colour is transparent, and this library's WebP says alpha where there is none.</summary>
    private static RasterImage WithoutOpaqueAlpha(RasterImage image, StoredFormat format)
    {
        var from = (byte[])image.Samples;
        if (format == StoredFormat.Tiff)
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
        catch (Exception e) when (e is ImageFormatException or ImageProcessingException or InvalidMemoryOperationException or IndexOutOfRangeException
            or ArgumentException or NullReferenceException or OverflowException or InvalidOperationException or DivideByZeroException)
        {
            throw new InvalidDataException(e.Message.ReplaceLineEndings(" "), e);
        }
    }
}
