using System.Buffers.Binary;
using System.Numerics;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A BMP with its header put right (Microsoft, "Bitmap Storage"): the offset of its pixels, the count of its colours, and the padding
/// of its last row, which writers get wrong. The picture library takes the spare byte of plain 32-bit pixels for alpha, makes rows that
/// the file hasn't and depths that don't exist black, and takes all masks of 16-bit pixels for ones of 5 or 6 bits, and narrow ones of
/// 32-bit pixels for ones of 8.
/// </summary>
internal static class BmpPixels
{
    private const int FileHeader = 14, CoreHeader = 12, InfoHeader = 40, AlphaHeader = 56;
    private const uint Plain = 0, Bitfields = 3, AlphaBitfields = 6;

    // Two bytes stand for at most 255 pixels; a few more lead over as many as one likes.
    private const int PackedPixelsPerByte = 128;

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        var head = new byte[FileHeader + InfoHeader];
        file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        long headerSize = Long(head, 14);
        bool core = headerSize == CoreHeader, full = headerSize >= InfoHeader;
        (int width, int height) = core ? (Word(head, 18), Word(head, 20)) : ((int)Long(head, 18), (int)Long(head, 22));
        int bits = Word(head, core ? 24 : 28);
        uint compression = full ? (uint)Long(head, 30) : Plain;
        if (width <= 0 || height is 0 or int.MinValue || bits is not (1 or 2 or 4 or 8 or 16 or 24 or 32) || headerSize > file.Length)
            throw new InvalidDataException($"a BMP picture of {width}x{height} with {bits} bits");
        height = Math.Abs(height);
        PixelLimit.Require(width, height, 4, pixelLimit);

        bool masked = compression is Bitfields or AlphaBitfields;
        int masks = !masked || headerSize != InfoHeader ? 0 : compression == AlphaBitfields ? 16 : 12;
        long coloursAt = FileHeader + headerSize + masks;
        (int entry, long colours) = (core ? 3 : 4, bits > 8 ? 0 : 1L << bits);
        if (bits <= 8 && full && Long(head, 46) is > 0 and var used)
            colours = Math.Min(colours, used);
        long pixelsAt = Long(head, 10), row = ((long)width * bits + 7) / 8, stride = (row + 3) / 4 * 4;
        long needed = masked || compression == Plain ? stride * (height - 1) + row : 1;
        if (pixelsAt < coloursAt + Math.Min(colours, 1) * entry || pixelsAt > file.Length - needed)
            pixelsAt = coloursAt + colours * entry;
        if (pixelsAt > file.Length - needed)
            throw new InvalidDataException($"a BMP picture of {width}x{height}, but the file ends before it");
        PixelLimit.RequireHeld(width, height, file.Length, PackedPixelsPerByte);

        long padding = Math.Max(0, needed + stride - row - (file.Length - pixelsAt));
        if (bits >= 16 && masked && OddMasks(file, headerSize >= AlphaHeader || compression == AlphaBitfields, bits) is { } odd)
            return Masked(new SplicedStream(file).Add(GreyHeader(checked(bits / 8 * width), (int)Long(head, 22)))
                .Add(pixelsAt, file.Length - pixelsAt).Add(new byte[padding]), width, height, odd, bits / 8);
        colours = Math.Min(colours, (pixelsAt - coloursAt) / entry);
        var stream = new SplicedStream(file).Add(Header(file, coloursAt, colours * entry, full ? colours : null));
        stream.Add(coloursAt, colours * entry).Add(pixelsAt, file.Length - pixelsAt);
        stream.Add(new byte[padding]);
        int channels = bits > 8 ? bits == 32 && masked ? 4 : 3 : IsGrey(file, coloursAt, colours, entry) ? 1 : 3;
        return new StoredPicture(stream) { DecodeAs = (channels, false) };
    }

    /// <summary>File header, picture header and masks, with the pixels right behind the colours.</summary>
    private static byte[] Header(Stream file, long length, long coloursLength, long? colours)
    {
        file.Position = 0;
        byte[] header = file.ReadBlock(length);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(10), (uint)(length + coloursLength));
        if (colours is { } count)
            BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(46), (uint)count);
        return header;
    }

    /// <summary>Red's, green's, blue's and alpha's bits; null where the library reads them: of 16 bits 5 or 6 for a colour, and no alpha;
    /// of 32 bits 8 or more for each.</summary>
    private static uint[]? OddMasks(Stream file, bool hasAlpha, int bits)
    {
        var bytes = new byte[16];
        file.Position = FileHeader + InfoHeader;
        file.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
        uint[] masks = [.. Enumerable.Range(0, hasAlpha ? 4 : 3).Select(i => (uint)Long(bytes, 4 * i))];
        if (hasAlpha && masks[3] == 0)
            masks = masks[..3];
        if (bits == 32 && masks.All(mask => mask == 0 || BitOperations.PopCount(mask) >= 8))
            return null;
        if (masks.Any(mask => mask == 0 || mask >> (bits - 1) > 1
            || !BitOperations.IsPow2((mask >> BitOperations.TrailingZeroCount(mask)) + 1)))
            throw new InvalidDataException(
                $"a BMP picture of {bits} bits with the masks {string.Join(", ", masks.Select(m => $"0x{m:X}"))}");
        return bits == 16 && masks.Length == 3 && masks.All(mask => BitOperations.PopCount(mask) is 5 or 6) ? null : masks;
    }

    /// <summary>A header for the bytes of wider pixels as grey ones of 8 bits: rows are as long.</summary>
    private static byte[] GreyHeader(int width, int height)
    {
        int start = FileHeader + InfoHeader;
        var header = new byte[start + 4 * 256];
        "BM"u8.CopyTo(header);
        int bits = 1 | 8 << 16; // behind the count of planes
        foreach (var (at, value) in new[] { (10, header.Length), (14, InfoHeader), (18, width), (22, height), (26, bits), (46, 256) })
            BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(at), value);
        for (int i = 0; i < 256; i++)
            header.AsSpan(start + 4 * i, 3).Fill((byte)i);
        return header;
    }

    private static StoredPicture Masked(SplicedStream stream, int width, int height, uint[] masks, int size) => new(stream)
    {
        DecodeAs = (1, false),
        Shape = new RasterShape(width, height, masks.Length, 8),
        Finish = bytes =>
        {
            var (from, samples) = ((byte[])bytes.Samples, new byte[checked(width * height * masks.Length)]);
            for (int i = 0; i < samples.Length; i++)
            {
                int at = i / masks.Length * size;
                samples[i] = Sample(size == 2 ? (uint)Word(from, at) : (uint)Long(from, at), masks[i % masks.Length]);
            }

            return new RasterImage(width, height, masks.Length, samples);
        },
    };

    /// <summary>Its bits repeated to 8, so that all of them set are 255.</summary>
    private static byte Sample(uint pixel, uint mask)
    {
        int bits = BitOperations.PopCount(mask);
        uint value = (pixel & mask) >> BitOperations.TrailingZeroCount(mask);
        for (; bits < 8; bits *= 2)
            value |= value << bits;
        return (byte)(value >> (bits - 8));
    }

    private static bool IsGrey(Stream file, long start, long colours, int entry)
    {
        file.Position = start;
        byte[] palette = file.ReadBlock(colours * entry);
        for (int i = 0; i < palette.Length; i += entry)
            if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2])
                return false;
        return true;
    }

    private static long Long(byte[] bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes.AsSpan(at));

    private static int Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
