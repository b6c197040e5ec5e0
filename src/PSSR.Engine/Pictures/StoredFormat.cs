namespace PSSR.Pictures;

/// <summary>The formats that can be read.</summary>
internal enum StoredFormat { Png, Jpeg, Webp, Tiff, Gif, Bmp }

/// <summary>Tells a file's format from its first bytes; names are not believed.</summary>
internal static class ImageSignature
{
    /// <summary>How many first bytes <see cref="Of"/> looks at.</summary>
    public const int Length = 12;

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
            return Of(start[..file.ReadAtLeast(start, Length, throwOnEndOfStream: false)]) is not null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }
}
