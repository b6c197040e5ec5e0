using System.Buffers.Binary;
using PSSR.Host;

namespace PSSR.Pictures.Stored;

/// <summary>Whether a file that is being copied has come to its end, by what its format ends with: a look at a few bytes. It is no verdict:
/// what is said to be incomplete may be read all the same, and the other way round.</summary>
internal static class StoredEnd
{
    private static readonly byte[] Png = [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    /// <summary>Whether the file can be opened as reading it does, and has the end that its format wants. Of what is no picture, and of
    /// what is no regular file, yes: there is nothing to wait for.</summary>
    public static bool IsThere(string path)
    {
        try
        {
            if (!RegularFile.Is(path))
                return true;
            // Who writes it on Windows, or has locked it elsewhere, lets nobody in.
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, bufferSize: 0);
            return file.Length > 0 && IsThere(file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static bool IsThere(FileStream file)
    {
        Span<byte> start = stackalloc byte[ImageSignature.Length], end = stackalloc byte[Png.Length];
        start = start[..file.ReadAtLeast(start, start.Length, throwOnEndOfStream: false)];
        file.Position = Math.Max(0, file.Length - end.Length);
        end = end[..file.ReadAtLeast(end, end.Length, throwOnEndOfStream: false)];
        return ImageSignature.Of(start) switch
        {
            StoredFormat.Png => end.SequenceEqual(Png),
            StoredFormat.Jpeg => end.EndsWith((ReadOnlySpan<byte>)[0xFF, 0xD9]),
            StoredFormat.Gif => end.EndsWith((ReadOnlySpan<byte>)[0x3B]),
            StoredFormat.Webp => BinaryPrimitives.ReadUInt32LittleEndian(start[4..]) + 8L <= file.Length,
            // Some programs write no size into a bitmap.
            StoredFormat.Bmp => start.Length >= 6 && BinaryPrimitives.ReadUInt32LittleEndian(start[2..]) <= file.Length,
            StoredFormat.Tiff => start.Length >= 8 && FirstDirectory(start) < file.Length,
            _ => true,
        };
    }

    /// <summary>Where the first directory lies, which many programs write last. BigTIFF has it further behind.</summary>
    private static uint FirstDirectory(ReadOnlySpan<byte> start) => start.StartsWith("II*\0"u8)
        ? BinaryPrimitives.ReadUInt32LittleEndian(start[4..])
        : start.StartsWith("MM\0*"u8) ? BinaryPrimitives.ReadUInt32BigEndian(start[4..]) : 0;
}
