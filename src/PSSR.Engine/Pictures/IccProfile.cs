namespace PSSR.Pictures;

/// <summary>
/// Says whether an ICC profile belongs to a picture's samples (ICC.1:2022, 7.2: header of 128 bytes, colour space at 16, "acsp" at 36).
/// </summary>
internal static class IccProfile
{
    /// <summary>
    /// The profile, or null where it speaks of another colour space: a CMYK picture's, once converted, or a grey one's on RGB samples.
    /// </summary>
    public static byte[]? IfFits(byte[]? profile, RasterImage image)
    {
        if (profile is null || profile.Length < 132 || !profile.AsSpan(36, 4).SequenceEqual("acsp"u8))
            return null;
        return profile.AsSpan(16, 4).SequenceEqual(image.IsGrey ? "GRAY"u8 : "RGB "u8) ? profile : null;
    }
}
