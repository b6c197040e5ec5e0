using System.Buffers.Binary;
using System.Numerics;

namespace PSSR.Pictures.Bmp;

/// <summary>Reads BMP: 1 to 32 bits a pixel, palettes, RLE, colour masks, rows from either end. A palette of greys gives a grey picture.</summary>
internal static class BmpReader
{
    /// <exception cref="InvalidDataException">Damaged, unsupported, or over the limit.</exception>
    /// <exception cref="EndOfStreamException">Cut off.</exception>
    /// <param name="admit">Told the shape before memory is taken for the samples.</param>
    public static RasterImage Read(Stream file, long pixelLimit, Action<RasterShape>? admit = null)
    {
        BmpHeader header = BmpHeader.Read(file);
        bool rle = header.Compression is BmpCompression.Rle4 or BmpCompression.Rle8;
        int channels = IsGrey(header.Palette) ? 1 : header.HasAlpha ? 4 : 3;
        PixelLimit.Require(header.Width, header.Height, channels, pixelLimit);

        // What is missing is known before any memory is taken for the picture.
        if (header.PixelsAt > file.Length || (!rle && header.Stride * header.Height > file.Length - header.PixelsAt))
            throw new InvalidDataException($"a BMP picture of {header.Width}x{header.Height}, but the file ends before it");
        admit?.Invoke(new RasterShape(header.Width, header.Height, channels, 8));
        file.Position = header.PixelsAt;
        var samples = new byte[(long)header.Width * header.Height * channels];
        if (rle)
            ExpandIndices(header, BmpRunLength.Read(file, header), samples, channels);
        else
            ReadRows(file, header, samples, channels);
        return new RasterImage(header.Width, header.Height, channels, samples);
    }

    private static void ReadRows(Stream file, BmpHeader header, byte[] samples, int channels)
    {
        var row = new byte[header.Stride];
        Action<byte[], Memory<byte>> unpack = RowUnpacker(header, channels);
        int rowSamples = header.Width * channels;
        for (int i = 0; i < header.Height; i++)
        {
            file.ReadExactly(row);
            int y = header.TopDown ? i : header.Height - 1 - i;
            unpack(row, samples.AsMemory(y * rowSamples, rowSamples));
        }
    }

    private static Action<byte[], Memory<byte>> RowUnpacker(BmpHeader header, int channels) => header.Bits switch
    {
        <= 8 => (row, to) => UnpackIndices(row, to.Span, header, channels),
        24 => (row, to) => UnpackBgr(row, to.Span),
        _ => (row, to) => UnpackMasked(row, to.Span, header, channels),
    };

    private static void UnpackIndices(byte[] row, Span<byte> to, BmpHeader header, int channels)
    {
        int perByte = 8 / header.Bits, mask = (1 << header.Bits) - 1;
        for (int x = 0; x < header.Width; x++)
        {
            int shift = 8 - header.Bits * (x % perByte + 1);
            PutColour(header.Palette, (row[x / perByte] >> shift) & mask, to, x, channels);
        }
    }

    private static void UnpackBgr(byte[] row, Span<byte> to)
    {
        for (int i = 0; i + 2 < to.Length; i += 3)
            (to[i], to[i + 1], to[i + 2]) = (row[i + 2], row[i + 1], row[i]);
    }

    private static void UnpackMasked(byte[] row, Span<byte> to, BmpHeader header, int channels)
    {
        int bytes = header.Bits / 8;
        for (int x = 0; x < header.Width; x++)
        {
            ReadOnlySpan<byte> at = row.AsSpan(x * bytes, bytes);
            uint pixel = bytes == 2 ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt32LittleEndian(at);
            for (int c = 0; c < channels; c++)
                to[x * channels + c] = Component(pixel, header.Masks[c]);
        }
    }

    /// <summary>A masked field to 0..255, nearest value.</summary>
    private static byte Component(uint pixel, uint mask)
    {
        int shift = BitOperations.TrailingZeroCount(mask);
        ulong most = mask >> shift, value = (pixel & mask) >> shift;
        return (byte)((value * 255 + most / 2) / most);
    }

    private static void ExpandIndices(BmpHeader header, byte[] indices, byte[] samples, int channels)
    {
        for (int i = 0; i < indices.Length; i++)
        {
            int y = header.Height - 1 - i / header.Width;
            PutColour(header.Palette, indices[i], samples.AsSpan(y * header.Width * channels), i % header.Width, channels);
        }
    }

    private static void PutColour(byte[] palette, int index, Span<byte> to, int x, int channels)
    {
        if (channels == 1)
        {
            to[x] = palette[index * 4];
            return;
        }

        for (int c = 0; c < 3; c++)
            to[x * 3 + c] = palette[index * 4 + 2 - c];
    }

    private static bool IsGrey(byte[] palette)
    {
        for (int i = 0; i < palette.Length; i += 4)
            if (palette[i] != palette[i + 1] || palette[i] != palette[i + 2])
                return false;
        return palette.Length > 0;
    }
}
