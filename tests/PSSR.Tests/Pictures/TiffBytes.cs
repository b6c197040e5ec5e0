using System.Runtime.InteropServices;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>Uncompressed TIFF files of any sample kind.</summary>
internal static class TiffBytes
{
    public const int UnsignedSamples = 1, SignedSamples = 2, FloatSamples = 3;
    public const int White = 0, Black = 1, Rgb = 2, Cmyk = 5, Lab = 8;

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
            Longs(256, width), Longs(257, height), Words(258, Enumerable.Repeat(bits, channels)), Words(259, [1]),
            Words(262, [photometric]), Longs(273, 8),
            Words(277, [channels]), Longs(278, height), Longs(279, pixels.Length), Words(339, Enumerable.Repeat(sampleFormat, channels)),
            .. more,
        ];
        if (extra is { } kind)
            entries.Add(Words(338, [kind]));
        long directory = 8 + (pixels.Length + 1) / 2 * 2;
        return [.. "II*\0"u8, .. BitConverter.GetBytes((uint)directory), .. pixels, .. new byte[pixels.Length & 1],
            .. TiffDirectory.Write(entries, directory)];
    }

    public static TiffEntry Longs(ushort tag, int value) => new(tag, 4, BitConverter.GetBytes(value));

    public static TiffEntry Words(ushort tag, IEnumerable<int> values) =>
        new(tag, 3, [.. values.SelectMany(v => BitConverter.GetBytes((ushort)v))]);
}
