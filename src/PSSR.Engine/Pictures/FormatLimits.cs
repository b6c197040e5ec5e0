using PSSR.Pictures.Containers;

namespace PSSR.Pictures;

/// <summary>What each format can hold, and how a picture is brought to it.</summary>
internal static class FormatLimits
{
    /// <summary>
    /// The picture in a shape that the format holds: JPEG, WebP and BMP take 8 bit (nearest value); JPEG has no alpha, so the picture is
    /// laid on white, as most viewers would; WebP has no grey; BMP has no grey with alpha, and ImageSharp can't read such a TIFF back: both
    /// become RGBA, and a grey profile one of colours.
    /// </summary>
    /// <exception cref="InvalidDataException">Sides that the format can't hold, or that ImageSharp wouldn't read back (BMP's).</exception>
    public static RasterImage Fit(RasterImage image, ImageFormat format)
    {
        RequireSides(image.Width, image.Height, format);
        if (format is not (ImageFormat.Png or ImageFormat.Tiff))
            image = ToEightBit(image);
        return format == ImageFormat.Jpeg ? OnWhite(image) : BecomesColour(image, format) ? ToColour(image) : image;
    }

    private static bool BecomesColour(RasterImage image, ImageFormat format) =>
        format == ImageFormat.Webp ? image.IsGrey : format is ImageFormat.Bmp or ImageFormat.Tiff && image.Channels == 2;

    /// <summary>What a format takes from a picture, a clause each: transparency, samples between those of 8 bits, its colours' profile,
    /// and blocks over JPEG's size. What is opaque everywhere, or has no such samples, loses nothing.</summary>
    public static IEnumerable<string> Losses(RasterImage image, ImageFormat format)
    {
        if (format is ImageFormat.Jpeg && image.HasAlpha && IsTransparent(image))
            yield return "its transparency was laid onto white, for JPEG has none";
        if (format is not (ImageFormat.Png or ImageFormat.Tiff) && image.Samples is ushort[] wide
            && Array.Exists(wide, value => value != ToEightBit(value) * 257))
            yield return "of its 16 bits a sample 8 were kept, for PNG and TIFF alone have more";
        if (image.Metadata.IccProfile is { } profile)
        {
            if (format == ImageFormat.Bmp)
                yield return "its ICC profile was left out, for BMP has none, and its colours may look otherwise";
            else if (BecomesColour(image, format) && IccProfile.ForColour(profile) is null)
                yield return "its ICC profile was left out, for it is one of grey with no curve of light, and this format has RGB alone";
        }
        foreach (string loss in format == ImageFormat.Jpeg ? JpegContainer.Losses(image) : [])
            yield return loss;
    }

    /// <summary>Whether a picture of this size can be written: known before there is one.</summary>
    /// <exception cref="InvalidDataException">Sides that the format can't hold.</exception>
    public static void RequireSides(int width, int height, ImageFormat format)
    {
        int side = format switch { ImageFormat.Jpeg => 65500, ImageFormat.Webp => 16383, ImageFormat.Bmp => 65535, _ => int.MaxValue };
        if (width > side || height > side)
            throw new InvalidDataException($"{width}x{height} is too large for {format}, whose sides end at {side}; write PNG or TIFF");
    }

    /// <summary>The picture in 8 or 16 bits, by its nearest values; null leaves it.</summary>
    public static RasterImage ToBits(RasterImage image, int? bits) => bits switch
    {
        8 => ToEightBit(image),
        16 when image.Samples is byte[] narrow => image with { Samples = Array.ConvertAll(narrow, value => (ushort)(value * 257)) },
        _ => image,
    };

    /// <summary>The nearest value.</summary>
    public static byte ToEightBit(ushort value) => (byte)((value + 128) / 257);

    private static RasterImage ToEightBit(RasterImage image)
    {
        if (image.Samples is not ushort[] wide)
            return image;
        var samples = GC.AllocateUninitializedArray<byte>(wide.Length);
        for (int i = 0; i < wide.Length; i++)
            samples[i] = ToEightBit(wide[i]);
        return image with { Samples = samples };
    }

    private static bool IsTransparent(RasterImage image)
    {
        for (int at = image.Channels - 1; at < image.Samples.Length; at += image.Channels)
            if (image.Samples is ushort[] wide ? wide[at] != ushort.MaxValue : ((byte[])image.Samples)[at] != byte.MaxValue)
                return true;
        return false;
    }

    /// <summary>An 8-bit picture laid on white; one without alpha as it is.</summary>
    internal static RasterImage OnWhite(RasterImage image)
    {
        if (!image.HasAlpha)
            return image;
        var from = (byte[])image.Samples;
        int channels = image.Channels - 1, pixels = from.Length / image.Channels;
        var samples = GC.AllocateUninitializedArray<byte>(pixels * channels);
        for (int p = 0; p < pixels; p++)
        {
            int alpha = from[p * image.Channels + channels];
            for (int c = 0; c < channels; c++)
                samples[p * channels + c] = (byte)((from[p * image.Channels + c] * alpha + 255 * (255 - alpha) + 127) / 255);
        }

        return image with { Channels = channels, Samples = samples };
    }

    private static RasterImage ToColour(RasterImage image) =>
        image with
        {
            Channels = image.Channels + 2,
            Metadata = image.Metadata with { IccProfile = IccProfile.ForColour(image.Metadata.IccProfile) },
            Samples = image.Samples is ushort[] wide ? ToColour(wide, image.HasAlpha) : ToColour((byte[])image.Samples, image.HasAlpha),
        };

    private static T[] ToColour<T>(T[] from, bool alpha)
    {
        int stored = alpha ? 2 : 1, channels = stored + 2, pixels = from.Length / stored;
        T[] samples = GC.AllocateUninitializedArray<T>(pixels * channels);
        for (int p = 0; p < pixels; p++)
        {
            samples.AsSpan(p * channels, 3).Fill(from[p * stored]);
            if (alpha)
                samples[p * channels + 3] = from[p * stored + 1];
        }

        return samples;
    }
}
