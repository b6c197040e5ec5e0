using System.Buffers.Binary;
using System.Text;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures.Stored;

/// <summary>
/// A PNG's header, palette, transparency and pixel data, and nothing else of it (PNG specification, third edition, chapters 5 and 11).
/// Decoders take memory by the lengths that chunks claim, and leave black what their data don't hold.
/// </summary>
internal static class PngPixels
{
    internal const int HeaderEnd = 33;
    internal static ReadOnlySpan<byte> EndChunk => [0, 0, 0, 0, (byte)'I', (byte)'E', (byte)'N', (byte)'D', 0xAE, 0x42, 0x60, 0x82];

    public static StoredPicture Open(Stream file, long pixelLimit)
    {
        var start = new byte[HeaderEnd];
        if (!file.TryReadExactly(start) || !start.AsSpan(8, 8).SequenceEqual((ReadOnlySpan<byte>)[0, 0, 0, 13, .. "IHDR"u8]))
            throw new InvalidDataException("its header can't be read");
        var header = Header.Of(start.AsSpan(16, 13));
        PixelLimit.Require(header.Width, header.Height, header.Channels, pixelLimit);

        SplicedStream pixels = new SplicedStream(file).Add(0, HeaderEnd), data = new(file);
        (bool ended, long frames) = Walk(file, start, pixels, data);
        header.RequireAll(data);
        pixels.Add(EndChunk.ToArray());
        List<string> notes = [];
        if (!ended)
            notes.Add("the file is cut off behind its pixels");
        if (frames > 1)
            notes.Add($"only the first of its {frames} frames is read");
        return new StoredPicture(pixels) { Notes = notes };
    }

    /// <summary>Takes what the pixels need; says whether the end was there, and how many frames are claimed.</summary>
    private static (bool Ended, long Frames) Walk(Stream file, byte[] start, SplicedStream pixels, SplicedStream data)
    {
        Span<byte> head = stackalloc byte[12];
        long frames = 1;
        for (long at = HeaderEnd; ; )
        {
            file.Position = at;
            if (!file.TryReadExactly(head[..8]))
                return (false, frames);
            long length = BinaryPrimitives.ReadUInt32BigEndian(head), held = Math.Min(length, file.Length - at - 8);
            bool whole = at + 12 + length <= file.Length;
            switch (Encoding.Latin1.GetString(head[4..8]))
            {
                case "IEND":
                    return (true, frames);
                case "acTL" when whole && length >= 4 && file.TryReadExactly(head[8..]):
                    frames = BinaryPrimitives.ReadUInt32BigEndian(head[8..]);
                    break;
                case "PLTE" or "tRNS" when whole:
                    AddColours(file, start, pixels, at, 12 + length);
                    break;
                case "IDAT":
                    data.Add(at + 8, held);
                    if (whole)
                        pixels.Add(at, 12 + length);
                    else
                        AddCut(file, pixels, at + 8, held);
                    break;
            }

            if (!whole)
                return (false, frames);
            at += 12 + length;
        }
    }

    /// <summary>A palette, or what of the colours is transparent. The library takes the bytes of a 16-bit key (11.3.2.1) for those of
    /// another number, the low one first.</summary>
    /// <param name="start">The file up to its header's end.</param>
    internal static void AddColours(Stream file, byte[] start, SplicedStream pixels, long offset, long length)
    {
        int key = start[24] == 16 ? start[25] switch { 0 => 2, 2 => 6, _ => 0 } : 0;
        var chunk = new byte[8 + key];
        file.Position = offset;
        if (key == 0 || length < chunk.Length + 4 || !file.TryReadExactly(chunk) || !chunk.AsSpan(4, 4).SequenceEqual("tRNS"u8))
        {
            pixels.Add(offset, length);
            return;
        }

        using var swapped = new MemoryStream();
        for (int i = 8; i < chunk.Length; i += 2)
            (chunk[i], chunk[i + 1]) = (chunk[i + 1], chunk[i]);
        PngContainer.WriteChunk(swapped, "tRNS", chunk.AsSpan(8));
        pixels.Add(swapped.ToArray());
    }

    /// <summary>An IDAT chunk of bytes that don't stand in one: of what is there of one that was cut off, or of a frame's.</summary>
    internal static void AddCut(Stream file, SplicedStream pixels, long offset, long length)
    {
        byte[] head = [0, 0, 0, 0, .. "IDAT"u8], tail = new byte[4], piece = new byte[1 << 16];
        uint crc = PngContainer.Crc(uint.MaxValue, head.AsSpan(4));
        file.Position = offset;
        for (long left = length; left > 0;)
        {
            int read = file.Read(piece, 0, (int)Math.Min(piece.Length, left));
            crc = PngContainer.Crc(crc, piece.AsSpan(0, read));
            left -= read;
        }

        BinaryPrimitives.WriteUInt32BigEndian(head, (uint)length);
        BinaryPrimitives.WriteUInt32BigEndian(tail, ~crc);
        pixels.Add(head).Add(offset, length).Add(tail);
    }

    internal readonly record struct Header(int Width, int Height, int Channels, int Bits, bool Interlaced)
    {
        public static Header Of(ReadOnlySpan<byte> bytes)
        {
            int width = BinaryPrimitives.ReadInt32BigEndian(bytes), height = BinaryPrimitives.ReadInt32BigEndian(bytes[4..]);
            int channels = bytes[9] switch { 0 or 3 => 1, 2 => 3, 4 => 2, 6 => 4, _ => 0 };
            // Behind a pass without a column the library takes the next one's rows for those of others, or seeks them without end.
            if (bytes[12] == 1 && width is > 0 and < 5)
                throw new InvalidDataException(
                    $"it is interlaced and {width} pixels wide, and below 5 that isn't supported; save it without interlacing");
            return width > 0 && height > 0 && channels > 0 && bytes[8] is 1 or 2 or 4 or 8 or 16
                ? new Header(width, height, channels, bytes[8], bytes[12] == 1)
                : throw new InvalidDataException($"a PNG picture of {width}x{height} with {bytes[8]} bits of colour type {bytes[9]}");
        }

        /// <exception cref="InvalidDataException">The data don't unpack, or to less than the pixels.</exception>
        public void RequireAll(SplicedStream data)
        {
            long needed = Interlaced ? Pass(0, 8, 0, 8) + Pass(4, 8, 0, 8) + Pass(0, 4, 4, 8) + Pass(2, 4, 0, 4) + Pass(0, 2, 2, 4)
                + Pass(1, 2, 0, 2) + Pass(0, 1, 1, 2) : Pass(0, 1, 0, 1);
            long held = data.Inflated(needed);
            if (held < needed)
                throw new InvalidDataException($"{100 - 100 * held / needed} % of its pixels are missing");
        }

        /// <summary>Bytes of an interlacing pass, one a row for its filter.</summary>
        private long Pass(int left, int stepX, int top, int stepY)
        {
            long columns = (Width - left + stepX - 1) / stepX, rows = (Height - top + stepY - 1) / stepY;
            return columns <= 0 || rows <= 0 ? 0 : rows * (1 + (columns * Channels * Bits + 7) / 8);
        }
    }
}
