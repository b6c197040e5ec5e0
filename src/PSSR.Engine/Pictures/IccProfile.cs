using System.Buffers.Binary;

namespace PSSR.Pictures;

/// <summary>
/// Says whether an ICC profile belongs to a picture's samples (ICC.1:2022, 7.2: header of 128 bytes, colour space at 16, "acsp" at 36).
/// </summary>
internal static class IccProfile
{
    private const int Space = 16, Connection = 20, Tags = 128, TagLength = 12;

    /// <summary>
    /// The profile, or null where it speaks of another colour space: a CMYK picture's, once converted, or a grey one's on RGB samples.
    /// </summary>
    public static byte[]? IfFits(byte[]? profile, RasterImage image)
    {
        if (profile is null || profile.Length < 132 || !profile.AsSpan(36, 4).SequenceEqual("acsp"u8))
            return null;
        return profile.AsSpan(Space, 4).SequenceEqual(image.IsGrey ? "GRAY"u8 : "RGB "u8) ? profile : null;
    }

    /// <summary>What says of R = G = B what a grey profile says of grey, for formats that keep grey as colour. Null where its curve isn't
    /// one of light (ICC.1:2022, 8.3.4: it may be of lightness). Others as they are.</summary>
    public static byte[]? ForColour(byte[]? profile)
    {
        if (profile is null || profile.Length < Tags + 4 || !profile.AsSpan(Space, 4).SequenceEqual("GRAY"u8))
            return profile;
        long count = BinaryPrimitives.ReadUInt32BigEndian(profile.AsSpan(Tags));
        for (int at = Tags + 4; count-- > 0 && at + TagLength <= profile.Length; at += TagLength)
        {
            long start = BinaryPrimitives.ReadUInt32BigEndian(profile.AsSpan(at + 4)),
                length = BinaryPrimitives.ReadUInt32BigEndian(profile.AsSpan(at + 8));
            if (!profile.AsSpan(at, 4).SequenceEqual("kTRC"u8) || length < 12 || start + length > profile.Length)
                continue;
            byte[] curve = profile[(int)start..(int)(start + length)];
            return profile.AsSpan(Connection, 4).SequenceEqual("XYZ "u8)
                && (curve.AsSpan().StartsWith("curv"u8) || curve.AsSpan().StartsWith("para"u8)) ? PngColourProfile.OfGrey(curve) : null;
        }

        return null;
    }
}
