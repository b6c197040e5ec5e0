using PSSR.Pictures;
using PSSR.Tests.Pictures;

namespace PSSR.Bench;

/// <summary>A set of small pictures of every format in a few folders, with awkward names, some of them hostile.</summary>
internal sealed record SmallPictures(IReadOnlyList<string> Good, IReadOnlyList<string> Bad)
{
    /// <param name="folder">Where they go; made.</param>
    /// <param name="count">How many, the hostile ones included: each twentieth.</param>
    public static SmallPictures Create(string folder, int count)
    {
        var (good, bad, random) = (new List<string>(), new List<string>(), new Random(count));
        for (var i = 0; i < count; i++)
        {
            var sub = Directory.CreateDirectory(Path.Join(folder, $"ordner {i % 5}")).FullName;
            var path = Path.Join(sub, $"{i:0000} [{i % 3}] 漢{new[] { ".png", ".jpg", ".webp", ".tif", ".bmp", ".gif" }[i % 6]}");
            if (i % 20 == 13)
            {
                File.WriteAllBytes(path, Hostile(random, i / 20));
                bad.Add(path);
            }
            else
            {
                Write(path, random);
                good.Add(path);
            }
        }
        return new SmallPictures(good, bad);
    }

    private static void Write(string path, Random random)
    {
        if (ImageCodec.FormatFor(path) is { } format)
            ImageCodec.Write(path, Noise(random, 16 + random.Next(9), 16 + random.Next(9)), format);
        else
            File.WriteAllBytes(path, GifBytes.Create(16, 16, [.. Enumerable.Range(0, 256).Select(_ => (byte)random.Next(2))]));
    }

    private static RasterImage Noise(Random random, int width, int height)
    {
        var samples = new byte[width * height * 3];
        random.NextBytes(samples);
        return new RasterImage(width, height, 3, samples);
    }

    private static byte[] Hostile(Random random, int kind)
    {
        var file = Path.GetTempFileName();
        ImageCodec.Write(file, Noise(random, 20, 20), ImageFormat.Png, overwrite: true);
        var png = File.ReadAllBytes(file);
        File.Delete(file);
        switch (kind % 5)
        {
            case 0:
                return [];
            case 1:
                return "This is no picture."u8.ToArray();
            case 2:
                return png[..(png.Length / 2)];
            case 3:
                random.NextBytes(png);
                return png;
            default:
                png[16] = 0x7F; // two thousand million pixels wide
                return png;
        }
    }
}
