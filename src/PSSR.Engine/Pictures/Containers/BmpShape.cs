using System.Buffers.Binary;

namespace PSSR.Pictures.Containers;

/// <summary>
/// What a BMP file's header says of its samples (Microsoft, "Bitmap Storage"). The picture library doesn't offer it; it takes the spare
/// byte of plain 32-bit pixels for alpha, and makes rows that the file hasn't and depths that don't exist black.
/// </summary>
internal static class BmpShape
{
    private const int FileHeader = 14, CoreHeader = 12;
    private const uint Plain = 0, Bitfields = 3, AlphaBitfields = 6;

    /// <summary>Channels to decode into: 1 for a palette of greys, 4 where a mask may name alpha, else 3.</summary>
    /// <param name="width">As the library reads the header, and so for the height.</param>
    /// <exception cref="InvalidDataException">No such BMP, or cut off.</exception>
    public static int Channels(Stream file, int width, int height)
    {
        Span<byte> head = stackalloc byte[FileHeader + 20];
        file.Position = 0;
        file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        long pixelsAt = BinaryPrimitives.ReadUInt32LittleEndian(head[10..]);
        long headerSize = BinaryPrimitives.ReadUInt32LittleEndian(head[14..]);
        bool core = headerSize == CoreHeader;
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(head[(core ? 24 : 28)..]);
        uint compression = core ? Plain : BinaryPrimitives.ReadUInt32LittleEndian(head[30..]);
        if (width <= 0 || height <= 0 || bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32))
            throw new InvalidDataException($"a BMP picture of {width}x{height} with {bits} bits");

        bool masked = compression is Bitfields or AlphaBitfields;
        long stride = ((long)width * bits + 31) / 32 * 4;
        if ((masked || compression == Plain) && stride * height > file.Length - pixelsAt)
            throw new InvalidDataException($"a BMP picture of {width}x{height}, but the file ends before it");
        if (bits > 8)
            return bits == 32 && masked ? 4 : 3;
        return IsGrey(file, FileHeader + headerSize, pixelsAt, core ? 3 : 4, 1 << bits) ? 1 : 3;
    }

    /// <summary>Colours that the file leaves out are none.</summary>
    private static bool IsGrey(Stream file, long start, long end, int entry, int most)
    {
        long count = Math.Min(most, (end - start) / entry);
        if (count < 1 || end > file.Length)
            throw new InvalidDataException("a BMP picture without its palette");
        file.Position = start;
        byte[] palette = file.ReadBlock(count * entry);
        for (int i = 0; i < palette.Length; i += entry)
            if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2])
                return false;
        return true;
    }
}
