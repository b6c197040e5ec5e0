using PSSR.Options;

namespace PSSR.Pictures;

/// <summary>Quality is an option of JPEG and WebP alone: given where nothing has one it would mean nothing, and that is told.</summary>
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

    /// <summary>The same of a whole set: the quality is for those that have one, and the others go on without.</summary>
    /// <param name="formats">Of its results.</param>
    /// <exception cref="PssrException">Kind Option: a quality, and results none of which has one.</exception>
    public static void Check(int? quality, IEnumerable<ImageFormat> formats)
    {
        if (quality is null)
            return;
        var all = formats.ToHashSet();
        if (all.Count > 0 && !all.Any(Has))
            throw OptionCheck.Bad("Quality", $"Quality: {quality} was given, and no result has one, for all are "
                + $"{string.Join(" or ", all.Order())}: give Format Jpeg or Webp, or no Quality");
    }
}
