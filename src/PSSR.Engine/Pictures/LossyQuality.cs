using PSSR.Options;

namespace PSSR.Pictures;

/// <summary>Quality is an option of JPEG and WebP alone: given for another format it would mean nothing, and that is told.</summary>
internal static class LossyQuality
{
    /// <summary>Where none is given.</summary>
    public const int Standard = 95;

    public static bool Has(ImageFormat format) => format is ImageFormat.Jpeg or ImageFormat.Webp;

    /// <exception cref="PssrException">Kind Option: a quality, and a format that has none.</exception>
    public static void Check(int? quality, ImageFormat? format)
    {
        if (quality is not null && format is { } given && !Has(given))
            throw OptionCheck.Bad("Quality",
                $"Quality: {quality} was given, and {given} has none: give Format Jpeg or Webp, or no Quality");
    }

    /// <summary>The same of one picture, whose format follows from its own.</summary>
    /// <exception cref="PssrException">Kind Option: a quality, and a format that has none.</exception>
    public static void Check(int? quality, ImageFormat format, string picture)
    {
        if (quality is not null && !Has(format))
            throw new PssrException(PssrErrorKind.Option,
                $"Quality: {quality} was given, and the result of '{picture}' is {format}, which has none: give Format Jpeg or Webp, or no "
                    + "Quality.", picture);
    }
}
