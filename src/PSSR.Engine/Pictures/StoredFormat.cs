using System.Text;

namespace PSSR.Pictures;

/// <summary>The formats that can be read.</summary>
internal enum StoredFormat { Png, Jpeg, Webp, Tiff, Gif, Bmp }

/// <summary>Tells a file's format from its first bytes; names are not believed.</summary>
internal static class ImageSignature
{
    /// <summary>How many first bytes <see cref="Of"/> looks at.</summary>
    public const int Length = 12;

    private const string CameraRaw = "a camera's raw file";

    public static StoredFormat? Of(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A]))
            return StoredFormat.Png;
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF]))
            return StoredFormat.Jpeg;
        if (start.StartsWith("RIFF"u8) && start.Length >= 12 && start[8..12].SequenceEqual("WEBP"u8))
            return StoredFormat.Webp;
        if (start.StartsWith("II*\0"u8) || start.StartsWith("MM\0*"u8) || start.StartsWith("II+\0"u8) || start.StartsWith("MM\0+"u8))
            return StoredFormat.Tiff;
        if (start.StartsWith("GIF87a"u8) || start.StartsWith("GIF89a"u8))
            return StoredFormat.Gif;
        return start.StartsWith("BM"u8) ? StoredFormat.Bmp : null;
    }

    /// <exception cref="InvalidDataException">It is none of them; where it is a picture of a kind that is known, which.</exception>
    public static StoredFormat Require(ReadOnlySpan<byte> start) => Of(start) ?? throw new InvalidDataException(
        ForeignOf(start) is { } foreign ? $"it is {foreign}, which PSSR doesn't read: convert it to PNG or JPEG first"
            : "its content is none of PNG, JPEG, WebP, TIFF, GIF and BMP");

    /// <summary>What a picture is that can't be read; null: no picture, or nothing that is known.</summary>
    private static string? ForeignOf(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith((ReadOnlySpan<byte>)[0xFF, 0x0A]) || start.StartsWith("\0\0\0\x0CJXL "u8))
            return "JPEG XL";
        if (start.StartsWith("FUJIFILM"u8) || start.StartsWith("IIU\0"u8) || start.StartsWith("IIRO"u8) || start.StartsWith("IIRS"u8)
            || start.StartsWith("MMOR"u8))
            return CameraRaw;
        // ISO's base media format, of which films are too: its brand tells.
        if (start.Length < Length || !start[4..8].SequenceEqual("ftyp"u8))
            return null;
        return Encoding.ASCII.GetString(start[8..Length]) switch
        {
            "heic" or "heix" or "heim" or "heis" or "hevc" or "hevx" or "hevm" or "hevs" => "HEIC",
            "mif1" or "mif2" or "msf1" => "HEIF",
            "avif" or "avis" => "AVIF",
            "crx " => CameraRaw,
            _ => null,
        };
    }

    /// <summary>Whether a file may be a picture, by its first bytes; by its name where it is empty, no plain file, or can't be
    /// opened.</summary>
    public static bool MayBeIn(string path)
    {
        try
        {
            // Pipes and devices have no length, and opening them might wait for ever.
            if (new FileInfo(path).Length == 0)
                return ImageCodec.IsKnownExtension(path);
            Span<byte> start = stackalloc byte[Length];
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
            start = start[..file.ReadAtLeast(start, Length, throwOnEndOfStream: false)];
            return Of(start) is not null || ForeignOf(start) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
