using System.Buffers.Binary;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// The shape that a file's header claims, and nothing looked at behind it: enough to plan by, and to leave a picture out by. What is to be
/// decoded is held against its file by <see cref="StoredPicture"/>.
/// </summary>
internal static class StoredHeader
{
    private const byte FirstFrame = 0xC0, DefineHuffman = 0xC4, Extension = 0xC8, DefineArithmetic = 0xCC, LastFrame = 0xCF;

    /// <summary>As it is stored, not turned; channels and depth as far as a header tells. Null where it can't be told.</summary>
    public static RasterShape? Shape(Stream file, StoredFormat format)
    {
        var head = new byte[32];
        file.Position = 0;
        int read = file.ReadAtLeast(head, head.Length, throwOnEndOfStream: false);
        RasterShape? shape = format switch
        {
            StoredFormat.Png => new RasterShape((int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(16))),
                (int)Math.Min(int.MaxValue, BinaryPrimitives.ReadUInt32BigEndian(head.AsSpan(20))),
                head[25] switch { 0 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 3 }, head[24] == 16 ? 16 : 8),
            StoredFormat.Gif => new RasterShape(Word(head, 6), Word(head, 8), 3, 8),
            StoredFormat.Bmp => Word(head, 14) == 12 ? new RasterShape(Word(head, 18), Word(head, 20), 3, 8)
                : new RasterShape(BitConverter.ToInt32(head, 18), Math.Abs(Math.Max(BitConverter.ToInt32(head, 22), -int.MaxValue)), 3, 8),
            StoredFormat.Webp => Webp(head),
            StoredFormat.Jpeg => Jpeg(file),
            _ => Tiff(file),
        };
        return read >= 26 && shape is { Width: > 0, Height: > 0 } ? shape : null;
    }

    /// <summary>RFC 9649, 2.5 to 2.7: lossy, lossless, or extended, whose canvas is 24 bit.</summary>
    private static RasterShape? Webp(byte[] head)
    {
        ReadOnlySpan<byte> kind = head.AsSpan(12, 4);
        if (kind.SequenceEqual("VP8 "u8))
            return new RasterShape(Word(head, 26) & 0x3FFF, Word(head, 28) & 0x3FFF, 3, 8);
        if (kind.SequenceEqual("VP8L"u8))
        {
            uint sizes = BinaryPrimitives.ReadUInt32LittleEndian(head.AsSpan(21));
            return new RasterShape((int)(sizes & 0x3FFF) + 1, (int)(sizes >> 14 & 0x3FFF) + 1, (sizes >> 28 & 1) == 1 ? 4 : 3, 8);
        }

        return !kind.SequenceEqual("VP8X"u8) ? null
            : new RasterShape((Word(head, 24) | head[26] << 16) + 1, (Word(head, 27) | head[29] << 16) + 1,
                (head[20] & 0x10) != 0 ? 4 : 3, 8);
    }

    private static RasterShape? Jpeg(Stream file)
    {
        file.Position = 2;
        while (JpegContainer.NextSegment(file) is var (marker, length))
        {
            if (marker is >= FirstFrame and <= LastFrame and not (DefineHuffman or Extension or DefineArithmetic))
            {
                byte[] body = file.ReadBlock(Math.Min(length, 6));
                return body.Length < 6 ? null : new RasterShape(BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(3)),
                    BinaryPrimitives.ReadUInt16BigEndian(body.AsSpan(1)), body[5] == 1 ? 1 : 3, 8);
            }

            file.Position += length;
        }

        return null;
    }

    private static RasterShape? Tiff(Stream file)
    {
        if (TiffDirectory.ReadHeader(file) is not { } header
            || TiffDirectory.Read(file, header, header.First, TiffLayout.IsWanted) is not { } entries)
            return null;
        var layout = new TiffLayout(entries);
        return new RasterShape(layout.Width, layout.Height, layout.Colours + (layout.Alpha is null ? 0 : 1), layout.Bits > 8 ? 16 : 8);
    }

    private static int Word(byte[] bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes.AsSpan(at));
}
