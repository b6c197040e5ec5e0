using System.Buffers.Binary;

namespace PSSR.Pictures.Bmp;

/// <summary>
/// A BMP file's headers, checked (Microsoft, "Bitmap Storage" and BITMAPV5HEADER). BMP is read and written here and not by a library because
/// libvips has it only through ImageMagick, whose readers are no place for files from strangers.
/// </summary>
/// <param name="TopDown">Rows stand from the top, not from the bottom.</param>
/// <param name="Masks">Where red, green, blue and alpha lie in 16- and 32-bit pixels; 0 where there is none.</param>
/// <param name="Palette">Blue, green, red and a spare byte for each colour of 1-, 2-, 4- and 8-bit pictures.</param>
internal sealed record BmpHeader(int Width, int Height, bool TopDown, int Bits, BmpCompression Compression, uint[] Masks, byte[] Palette, long PixelsAt)
{
    private const int FileHeader = 14, CoreHeader = 12, InfoHeader = 40;

    /// <summary>Bytes of an uncompressed row, padded to four.</summary>
    public long Stride => ((long)Width * Bits + 31) / 32 * 4;

    public bool HasAlpha => Masks[3] != 0;

    /// <exception cref="InvalidDataException">Not a BMP file that this reader knows.</exception>
    public static BmpHeader Read(Stream file)
    {
        Span<byte> start = stackalloc byte[FileHeader + 4];
        file.Position = 0;
        file.ReadExactly(start);
        long pixelsAt = BinaryPrimitives.ReadUInt32LittleEndian(start[10..]);
        int size = BinaryPrimitives.ReadInt32LittleEndian(start[14..]);
        if (size is not (CoreHeader or InfoHeader or 52 or 56 or 64 or 108 or 124))
            throw new InvalidDataException($"a BMP header of {size} bytes");
        var info = new byte[size];
        file.ReadExactly(info.AsSpan(4));

        bool core = size == CoreHeader;
        int width = core ? BinaryPrimitives.ReadUInt16LittleEndian(info.AsSpan(4)) : BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(4));
        int height = core ? BinaryPrimitives.ReadUInt16LittleEndian(info.AsSpan(6)) : BinaryPrimitives.ReadInt32LittleEndian(info.AsSpan(8));
        int bits = BinaryPrimitives.ReadUInt16LittleEndian(info.AsSpan(core ? 10 : 14));
        var compression = core ? BmpCompression.None : (BmpCompression)BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(16));
        bool topDown = height < 0;
        if (width <= 0 || height is 0 or int.MinValue)
            throw new InvalidDataException($"a BMP picture of {width}x{height}");
        RequireKnown(bits, compression, topDown);

        uint[] masks = ReadMasks(file, info, bits, compression);
        return new BmpHeader(width, Math.Abs(height), topDown, bits, compression, masks, ReadPalette(file, info, bits, core, pixelsAt), pixelsAt);
    }

    private static void RequireKnown(int bits, BmpCompression compression, bool topDown)
    {
        bool known = compression switch
        {
            BmpCompression.None => bits is 1 or 2 or 4 or 8 or 16 or 24 or 32,
            BmpCompression.Rle8 => bits == 8 && !topDown,
            BmpCompression.Rle4 => bits == 4 && !topDown,
            BmpCompression.Bitfields or BmpCompression.AlphaBitfields => bits is 16 or 32,
            _ => false,
        };
        if (!known)
            throw new InvalidDataException($"a BMP picture of {bits} bits with compression {(uint)compression}");
    }

    private static uint[] ReadMasks(Stream file, byte[] info, int bits, BmpCompression compression)
    {
        if (compression is not (BmpCompression.Bitfields or BmpCompression.AlphaBitfields))
            return bits == 16 ? [0x7C00, 0x03E0, 0x001F, 0] : [0xFF0000, 0xFF00, 0xFF, 0];

        // In the long headers the masks are part of it; behind a short one they follow.
        int count = compression == BmpCompression.AlphaBitfields || info.Length >= 56 ? 4 : 3;
        var bytes = new byte[16];
        if (info.Length == InfoHeader)
            file.ReadExactly(bytes, 0, count * 4);
        else
            info.AsSpan(InfoHeader, Math.Min(count * 4, info.Length - InfoHeader)).CopyTo(bytes);
        var masks = new uint[4];
        uint taken = 0;
        for (int i = 0; i < 4; i++)
        {
            uint mask = masks[i] = BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(i * 4));
            uint run = mask >> (mask == 0 ? 0 : System.Numerics.BitOperations.TrailingZeroCount(mask));
            if ((run & (run + 1)) != 0 || (taken & mask) != 0 || (bits == 16 && mask > 0xFFFF) || (i < 3 && mask == 0))
                throw new InvalidDataException($"a BMP colour mask of {mask:X8}");
            taken |= mask;
        }

        return masks;
    }

    private static byte[] ReadPalette(Stream file, byte[] info, int bits, bool core, long pixelsAt)
    {
        if (bits > 8)
            return [];
        long used = core ? 0 : BinaryPrimitives.ReadUInt32LittleEndian(info.AsSpan(32));
        int most = 1 << bits, entry = core ? 3 : 4;
        long fits = Math.Max(0, pixelsAt - file.Position) / entry;
        int count = (int)Math.Min(used == 0 ? most : Math.Min(used, most), fits);
        if (count == 0)
            throw new InvalidDataException("a BMP picture without its palette");

        // Colours that the file leaves out are black.
        var palette = new byte[most * 4];
        for (int i = 0; i < count; i++)
            file.ReadExactly(palette, i * 4, entry);
        return palette;
    }
}

internal enum BmpCompression : uint { None = 0, Rle8 = 1, Rle4 = 2, Bitfields = 3, AlphaBitfields = 6 }
