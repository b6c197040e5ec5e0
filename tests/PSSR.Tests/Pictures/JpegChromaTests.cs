using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Chroma between its samples, as libjpeg's triangle filter has it.</summary>
public sealed class JpegChromaTests : IDisposable
{
    private static readonly (int, int)[] Across2 = [(2, 1), (1, 1), (1, 1)], Both2 = [(2, 2), (1, 1), (1, 1)],
        None = [(1, 1), (1, 1), (1, 1)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Chroma_of_half_the_width_goes_over_in_quarters()
    {
        // Red difference 100 in the left block of 16 pixels, 140 in the right one; the edge lies at pixel 16.
        RasterImage image = Read(JpegBytes.Create(32, 8, Across2, (c, x, _) => c == 2 ? 100 + 40 * x : 128));
        Assert.Equal([100, 100, 110, 130, 140, 140], Enumerable.Range(13, 6).Select(x => RedDifference(image, x, 4)));
    }

    [Fact]
    public void Chroma_of_half_the_height_goes_over_in_quarters_of_rows_too()
    {
        RasterImage image = Read(JpegBytes.Create(32, 32, Both2, (c, x, y) => c == 2 ? 100 + 40 * (x ^ y) : 128));
        Assert.Equal([100, 110, 130, 140], Enumerable.Range(14, 4).Select(x => RedDifference(image, x, 3)));
        Assert.Equal([100, 110, 130, 140], Enumerable.Range(14, 4).Select(y => RedDifference(image, 3, y)));
        // Where the four blocks meet: 9, 3, 3 and 1 sixteenths.
        Assert.Equal(100 + 40 * 6 / 16, RedDifference(image, 15, 15));
        Assert.Equal(100 + 40 * 10 / 16, RedDifference(image, 16, 15));
    }

    [Theory]
    [InlineData(33, 17)]
    [InlineData(31, 15)]
    [InlineData(1, 1)]
    public void Edges_of_any_size_have_their_own_chroma(int width, int height)
    {
        RasterImage image = Read(JpegBytes.Create(width, height, Both2, (c, _, _) => c == 2 ? 160 : 128));
        Assert.Equal((width, height), (image.Width, image.Height));
        for (int y = 0; y < height; y++)
            for (int x = 0; x < width; x++)
                Assert.Equal(160, RedDifference(image, x, y));
    }

    [Fact]
    public void Chroma_of_full_size_stays_as_it_is()
    {
        RasterImage image = Read(JpegBytes.Create(16, 8, None, (c, x, _) => c == 2 ? 100 + 40 * x : 128));
        Assert.Equal([100, 100, 140, 140], Enumerable.Range(6, 4).Select(x => RedDifference(image, x, 4)));
    }

    [Fact]
    public void A_ramp_of_colour_through_our_own_encoder_has_no_stairs()
    {
        var samples = new byte[64 * 16 * 3];
        for (int i = 0; i < samples.Length; i += 3)
            (samples[i], samples[i + 1], samples[i + 2]) = ((byte)(2 * (i / 3 % 64) + 60), 128, (byte)(188 - 2 * (i / 3 % 64)));
        ImageCodec.Write(_folder.File("a.jpg"), new RasterImage(64, 16, 3, samples), ImageFormat.Jpeg, quality: 89);
        RasterImage image = ImageCodec.Read(_folder.File("a.jpg"));
        // Repeated, two pixels that share a sample would be alike, and pairs four apart.
        foreach (int first in (int[])[4, 5])
            Assert.InRange(Enumerable.Range(0, 28).Average(i => Red(image, first + 2 * i + 1, 8) - Red(image, first + 2 * i, 8)), 1.5, 2.5);
    }

    private static int Red(RasterImage image, int x, int y) => TestPictures.Sample(image, (y * image.Width + x) * 3);

    /// <summary>From red alone, where luma is 128.</summary>
    private static int RedDifference(RasterImage image, int x, int y) => (int)Math.Round((Red(image, x, y) - 128) / 1.402) + 128;

    private RasterImage Read(byte[] jpeg) => ImageCodec.Read(_folder.Write("x.jpg", jpeg));
}
