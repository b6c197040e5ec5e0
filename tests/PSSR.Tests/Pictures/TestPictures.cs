using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Pictures made for the tests.</summary>
internal static class TestPictures
{
    /// <summary>Smooth and not symmetric, so that turning and channel order show; JPEG keeps it well.</summary>
    public static RasterImage Gradient(int width, int height, int channels, int bits = 8)
    {
        int most = (1 << bits) - 1;
        var values = new int[width * height * channels];
        for (int y = 0, i = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                for (int c = 0; c < channels; c++, i++)
                    values[i] = (int)(most * (0.1 + 0.8 * (c switch
                    {
                        0 => (double)x / width,
                        1 => (double)y / height,
                        2 => (double)(x + 2 * y) / (width + 2 * height),
                        _ => 1 - (double)x / width,
                    })));
        Array samples = bits == 16 ? Array.ConvertAll(values, v => (ushort)v) : Array.ConvertAll(values, v => (byte)v);
        return new RasterImage(width, height, channels, samples);
    }

    /// <summary>A profile that is right in what readers look at first: its header.</summary>
    public static byte[] IccProfile(string colourSpace, int length = 200)
    {
        var profile = new byte[length];
        new Random(length).NextBytes(profile.AsSpan(128));
        profile[2] = (byte)(length >> 8);
        profile[3] = (byte)length;
        profile[8] = 2;
        "mntr"u8.CopyTo(profile.AsSpan(12));
        System.Text.Encoding.ASCII.GetBytes(colourSpace).CopyTo(profile, 16);
        "XYZ "u8.CopyTo(profile.AsSpan(20));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        profile.AsSpan(128, 4).Clear();
        return profile;
    }

    public static void AssertSame(RasterImage expected, RasterImage actual, int tolerance = 0)
    {
        Assert.Equal((expected.Width, expected.Height, expected.Channels, expected.BitDepth),
            (actual.Width, actual.Height, actual.Channels, actual.BitDepth));
        for (int i = 0; i < expected.Samples.Length; i++)
            if (Math.Abs(Sample(expected, i) - Sample(actual, i)) > tolerance)
                Assert.Fail($"sample {i}: expected {Sample(expected, i)}, got {Sample(actual, i)}");
    }

    public static int Sample(RasterImage image, int i) => image.Samples is ushort[] words ? words[i] : ((byte[])image.Samples)[i];
}
