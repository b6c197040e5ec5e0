using System.IO.Compression;
using System.Numerics;
using System.Runtime.InteropServices;

namespace PSSR.Pictures.Containers;

/// <summary>
/// Writes TIFF 6.0: 8 or 16 bit, grey, RGB or RGBA (unassociated), in strips of Deflate after horizontal differencing (TIFF technical note
/// on Deflate, 2002). Written here because ImageSharp 2.1 writes neither 16-bit samples nor alpha.
/// </summary>
internal static class TiffWriter
{
    private const int StripBytes = 1 << 19;
    private const ushort Short = 3, Long = 4;

    /// <exception cref="InvalidDataException">Over 4 GB.</exception>
    public static void Write(Stream file, RasterImage image)
    {
        file.Position = 0;
        file.Write("II*\0\0\0\0\0"u8);
        int rowBytes = image.Width * image.Channels * (image.BitDepth / 8);
        int rows = Math.Clamp(StripBytes / rowBytes, 1, image.Height), strips = (image.Height + rows - 1) / rows;
        (byte[] offsets, byte[] lengths) = WriteStrips(file, image, rows, strips);

        List<TiffEntry> entries = Describe(image, rows, offsets, lengths);
        TiffContainer.AddMetadata(file, entries, image.Metadata);
        uint first = (uint)file.Position;
        file.Write(TiffDirectory.Write(entries, first));
        RequireClassic(file);
        file.Position = 4;
        file.WriteLittleEndian(first);
    }

    /// <summary>Compresses strips side by side, a handful at a time, and writes them in order.</summary>
    private static (byte[] Offsets, byte[] Lengths) WriteStrips(Stream file, RasterImage image, int rows, int strips)
    {
        byte[] offsets = new byte[strips * 4], lengths = new byte[strips * 4];
        Span<uint> offset = MemoryMarshal.Cast<byte, uint>(offsets.AsSpan()), length = MemoryMarshal.Cast<byte, uint>(lengths.AsSpan());
        var batch = new byte[Math.Min(strips, 4 * Environment.ProcessorCount)][];
        for (int first = 0; first < strips; first += batch.Length)
        {
            int start = first, count = Math.Min(batch.Length, strips - first);
            Parallel.For(0, count, i => batch[i] = Compress(image, (start + i) * rows, Math.Min(rows, image.Height - (start + i) * rows)));
            for (int i = 0; i < count; i++)
            {
                offset[first + i] = (uint)file.Position;
                length[first + i] = (uint)batch[i].Length;
                file.Write(batch[i]);
            }

            RequireClassic(file);
        }

        if ((file.Position & 1) != 0)
            file.WriteByte(0);
        return (offsets, lengths);
    }

    private static byte[] Compress(RasterImage image, int top, int rows)
    {
        using var compressed = new MemoryStream();
        using (var zlib = new ZLibStream(compressed, CompressionLevel.Optimal))
        {
            if (image.Samples is ushort[] words)
                WriteDifferences<ushort>(zlib, words, image, top, rows);
            else
                WriteDifferences<byte>(zlib, (byte[])image.Samples, image, top, rows);
        }

        return compressed.ToArray();
    }

    /// <summary>Predictor 2: each sample less the same channel's sample to its left, modulo its range.</summary>
    private static void WriteDifferences<T>(Stream target, T[] samples, RasterImage image, int top, int rows)
        where T : unmanaged, INumber<T>
    {
        int channels = image.Channels, width = image.Width * channels;
        var differences = new T[width];
        for (int y = top; y < top + rows; y++)
        {
            ReadOnlySpan<T> row = samples.AsSpan(y * width, width);
            row[..channels].CopyTo(differences);
            for (int i = channels; i < differences.Length; i++)
                differences[i] = unchecked(row[i] - row[i - channels]);
            target.Write(MemoryMarshal.AsBytes(differences.AsSpan()));
        }
    }

    private static List<TiffEntry> Describe(RasterImage image, int rows, byte[] offsets, byte[] lengths)
    {
        List<TiffEntry> entries =
        [
            Number(256, Long, image.Width),
            Number(257, Long, image.Height),
            new(258, Short, Words([.. Enumerable.Repeat((ushort)image.BitDepth, image.Channels)])),
            Number(259, Short, 8), // Deflate
            Number(262, Short, image.IsGrey ? 1 : 2), // black is zero; RGB
            new(273, Long, offsets),
            Number(277, Short, image.Channels),
            Number(278, Long, rows),
            new(279, Long, lengths),
            Number(284, Short, 1), // samples of a pixel stand together
            Number(317, Short, 2), // horizontal differencing
            .. TiffContainer.Entries(image.Metadata.Resolution),
        ];
        if (image.HasAlpha)
            entries.Add(Number(338, Short, 2)); // unassociated alpha
        return entries;
    }

    private static TiffEntry Number(ushort tag, ushort type, int value) =>
        new(tag, type, BitConverter.GetBytes(value)[..TiffEntry.SizeOf(type)]);

    private static byte[] Words(ushort[] values) => MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    private static void RequireClassic(Stream file)
    {
        if (file.Length > uint.MaxValue)
            throw new InvalidDataException("the TIFF would be over 4 GB; write PNG");
    }
}
