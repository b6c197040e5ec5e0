using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Pictures by a formula that other programs can follow, and a number for what they became there.</summary>
internal static class MadePictures
{
    /// <summary>Red, green and blue (c = 0, 1, 2): (37x + 91y + 53c + 7xy) mod 256.</summary>
    public static RasterImage Create(int width, int height)
    {
        var samples = new byte[width * height * 3];
        for (var i = 0; i < samples.Length; i++)
        {
            var (x, y, c) = (i / 3 % width, i / 3 / width, i % 3);
            samples[i] = (byte)((x * 37) + (y * 91) + (c * 53) + (x * y * 7));
        }
        return new RasterImage(width, height, 3, samples);
    }

    /// <summary>FNV-1a, 64 bits, of the samples.</summary>
    public static ulong Hash(byte[] samples) =>
        samples.Aggregate(0xcbf29ce484222325, (hash, sample) => unchecked((hash ^ sample) * 0x100000001b3));
}
