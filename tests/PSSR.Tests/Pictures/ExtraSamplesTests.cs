using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>What a TIFF's channels beyond colour are is for tag 338 to say.</summary>
public sealed class ExtraSamplesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Alpha_behind_a_mask_is_found_and_the_mask_left_out()
    {
        RasterImage image = Read(TiffBytes.Create<byte>(2, 1, 5, [1, 2, 3, 0, 200, 4, 5, 6, 255, 100], TiffBytes.Rgb, more: Extra(0, 2)));
        Assert.Equal([1, 2, 3, 200, 4, 5, 6, 100], (byte[])image.Samples);
        Assert.Contains("1 of its channels", Assert.Single(image.Notes));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_channel_that_isnt_declared_alpha_never_touches_colour(bool unspecified)
    {
        TiffEntry[] more = unspecified ? [Extra(0)] : [];
        RasterImage image = Read(TiffBytes.Create<byte>(2, 1, 4, [1, 2, 3, 0, 4, 5, 6, 9], TiffBytes.Rgb, more: more));
        Assert.Equal([1, 2, 3, 4, 5, 6], (byte[])image.Samples);
        Assert.Single(image.Notes);
    }

    [Fact]
    public void Grey_keeps_its_alpha()
    {
        RasterImage image = Read(TiffBytes.Create<ushort>(2, 1, 2, [1000, 2000, 3000, 65535], TiffBytes.Black, extra: 2));
        Assert.Equal(2, image.Channels);
        Assert.Equal([1000, 2000, 3000, 65535], (ushort[])image.Samples);
        Assert.Empty(image.Notes);
    }

    [Fact]
    public void Premultiplied_colour_beside_a_mask_comes_straight()
    {
        RasterImage image = Read(TiffBytes.Create<byte>(1, 1, 5, [100, 50, 0, 77, 128], TiffBytes.Rgb, more: Extra(0, 1)));
        Assert.Equal([199, 100, 0, 128], (byte[])image.Samples);
    }

    [Theory]
    [InlineData(new float[] { 0, 60, 120, 240 }, "between 0 and 240")]
    [InlineData(new[] { -3f, -2, -1, 0.5f }, "between -3 and 0.5")]
    [InlineData(new[] { 7, float.NaN, 9, 0.5f }, "between 0.5 and 9 (1 are no numbers, NaN)")]
    [InlineData(new[] { float.NaN, float.NaN }, "samples are no numbers (NaN)")]
    public void Floats_of_another_range_are_refused_by_it(float[] samples, string range) =>
        Assert.Contains(range, Assert.Throws<PssrException>(() =>
            Read(TiffBytes.Create(samples.Length, 1, 1, samples, TiffBytes.Black, TiffBytes.FloatSamples))).Message);

    [Fact]
    public void Floats_that_go_a_little_beyond_are_read_with_a_note()
    {
        RasterImage image = Read(TiffBytes.Create(4, 1, 1, new[] { -0.25f, 0.5f, 1, 1.5f }, TiffBytes.Black, TiffBytes.FloatSamples));
        Assert.Equal([0, 32768, 65535, 65535], (ushort[])image.Samples);
        Assert.Contains("between -0.25 and 1.5; 50 %", Assert.Single(image.Notes));
    }

    [Fact]
    public void Differences_of_wide_samples_are_summed_up_with_their_carry()
    {
        ushort[] differences = [250, 1, 0, 10, 0xFFFF, 5];
        RasterImage image = Read(TiffBytes.Create(3, 1, 2, differences, TiffBytes.Black, extra: 2,
            more: [TiffBytes.Words(317, [2]), TiffBytes.Deflated]));
        Assert.Equal([250, 1, 250, 11, 249, 16], (ushort[])image.Samples);
    }

    /// <summary>Pillow copies the tag from a file of LZW; libtiff heeds it in LZW and Deflate alone.</summary>
    [Theory]
    [InlineData(2, 2)]
    [InlineData(4, 2)]
    [InlineData(5, 3)]
    public void A_predictor_without_a_compression_that_has_one_changes_nothing(int channels, int predictor)
    {
        byte[] samples = [.. Enumerable.Range(0, 3 * channels).Select(i => (byte)(20 * i))];
        RasterImage image = Read(TiffBytes.Create(3, 1, channels, samples, channels == 2 ? TiffBytes.Black : TiffBytes.Rgb,
            more: [TiffBytes.Words(317, [predictor]), channels == 2 ? Extra(2) : Extra([.. new int[channels - 3]])]));
        Assert.Equal(samples.Where((_, i) => channels == 2 || i % channels < 3), (byte[])image.Samples);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void A_predictor_without_compression_leaves_floats_as_they_are(int predictor)
    {
        RasterImage image = Read(TiffBytes.Create(3, 1, 1, new[] { 0.25f, 0.5f, 1 }, TiffBytes.Black, TiffBytes.FloatSamples,
            more: TiffBytes.Words(317, [predictor])));
        Assert.Equal([16384, 32768, 65535], (ushort[])image.Samples);
    }

    [Fact]
    public void Floats_that_stand_by_the_weight_of_their_bytes_are_put_together()
    {
        // 0.5 and 0.25: 3F000000 and 3E800000; by weight 3F 3E, 00 80, 00 00, 00 00, then each less the one before.
        byte[] stored = [0x3F, 0xFF, 0xC2, 0x80, 0x80, 0, 0, 0];
        RasterImage image = Read(TiffBytes.Create(2, 1, 1, System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(stored).ToArray(),
            TiffBytes.Black, TiffBytes.FloatSamples, more: [TiffBytes.Words(317, [3]), TiffBytes.Deflated]));
        Assert.Equal([32768, 16384], (ushort[])image.Samples);
    }

    private static TiffEntry Extra(params int[] kinds) => TiffBytes.Words(338, kinds);

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("x.tif", bytes));
}
