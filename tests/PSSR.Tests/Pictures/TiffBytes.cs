using System.IO.Compression;
using System.Runtime.InteropServices;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>TIFF files of any sample kind in one strip, uncompressed where <see cref="Deflated"/> doesn't say otherwise.</summary>
internal static class TiffBytes
{
    public const int UnsignedSamples = 1, SignedSamples = 2, FloatSamples = 3;
    public const int White = 0, Black = 1, Rgb = 2, Cmyk = 5, Lab = 8;

    /// <summary>For what only a compression has, as differences.</summary>
    public static TiffEntry Deflated { get; } = Words(259, [8]);

    /// <param name="photometric">TIFF's PhotometricInterpretation.</param>
    /// <param name="extra">ExtraSamples: 1 associated (premultiplied) alpha, 2 unassociated; null for none.</param>
    public static byte[] Create<T>(int width, int height, int channels, T[] samples, int photometric, int sampleFormat = UnsignedSamples,
        int? extra = null,
        params TiffEntry[] more) where T : unmanaged
    {
        byte[] pixels = MemoryMarshal.AsBytes(samples.AsSpan()).ToArray();
        int bits = pixels.Length * 8 / (width * height * channels);
        List<TiffEntry> entries =
        [
            Longs(256, width), Longs(257, height), Words(258, Enumerable.Repeat(bits, channels)), Words(262, [photometric]), Longs(273, 8),
            Words(277, [channels]), Longs(278, height), Words(339, Enumerable.Repeat(sampleFormat, channels)), .. more,
        ];
        if (!entries.Exists(entry => entry.Tag == 259))
            entries.Add(Words(259, [1]));
        if (extra is { } kind)
            entries.Add(Words(338, [kind]));
        return File(pixels, entries, bigEndian: false);
    }

    /// <summary>The same in the other order.</summary>
    /// <param name="word">Bytes of a sample.</param>
    public static byte[] BigEndian(byte[] file, int word)
    {
        var (directory, entries) = Parts(file);
        byte[] pixels = file[8..directory];
        if (IsDeflated(entries))
            pixels = Inflate(pixels);
        entries.RemoveAll(entry => entry.Tag == 279);
        return File([.. pixels.Chunk(word).SelectMany(sample => sample.Reverse())], entries, bigEndian: true);
    }

    /// <summary>The same as BigTIFF: counts and offsets of 8 bytes.</summary>
    public static byte[] Big(byte[] file)
    {
        var (directory, entries) = Parts(file);
        entries = [.. entries.Select(entry => entry.Tag == 273 ? Longs(273, 16) : entry)];
        long at = directory + 8, valuesAt = at + 8 + (20 * entries.Count) + 8;
        List<byte> table = [.. BitConverter.GetBytes((long)entries.Count)], values = [];
        foreach (var entry in entries)
        {
            table.AddRange([.. BitConverter.GetBytes(entry.Tag), .. BitConverter.GetBytes(entry.Type),
                .. BitConverter.GetBytes((long)entry.Value.Length / TiffEntry.SizeOf(entry.Type))]);
            if (entry.Value.Length <= 8)
            {
                table.AddRange([.. entry.Value, .. new byte[8 - entry.Value.Length]]);
                continue;
            }
            table.AddRange(BitConverter.GetBytes(valuesAt + values.Count));
            values.AddRange(entry.Value);
        }
        return [.. "II+\0\x08\0\0\0"u8, .. BitConverter.GetBytes(at), .. file[8..directory], .. table, .. new byte[8], .. values];
    }

    private static byte[] File(byte[] pixels, List<TiffEntry> entries, bool bigEndian)
    {
        byte[] strip = IsDeflated(entries) ? PngBytes.Deflate(pixels) : pixels;
        entries.Add(Longs(279, strip.Length));
        int directory = 8 + (strip.Length + 1) / 2 * 2;
        byte[] at = BitConverter.GetBytes(directory);
        if (bigEndian)
            Array.Reverse(at);
        return [.. bigEndian ? "MM\0*"u8 : "II*\0"u8, .. at, .. strip, .. new byte[strip.Length & 1],
            .. TiffDirectory.Write(entries, directory, bigEndian)];
    }

    private static bool IsDeflated(List<TiffEntry> entries) => entries.Find(entry => entry.Tag == 259).Number == 8;

    private static byte[] Inflate(byte[] strip)
    {
        using var pixels = new MemoryStream();
        using var stream = new ZLibStream(new MemoryStream(strip), CompressionMode.Decompress);
        stream.CopyTo(pixels);
        return pixels.ToArray();
    }

    private static (int Directory, List<TiffEntry> Entries) Parts(byte[] file)
    {
        using var stream = new MemoryStream(file);
        var header = TiffDirectory.ReadHeader(stream)!.Value;
        return ((int)header.First, TiffDirectory.Read(stream, header, header.First, _ => true)!);
    }

    public static TiffEntry Longs(ushort tag, int value) => new(tag, 4, BitConverter.GetBytes(value));

    public static TiffEntry Words(ushort tag, IEnumerable<int> values) =>
        new(tag, 3, [.. values.SelectMany(v => BitConverter.GetBytes((ushort)v))]);
}
