using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class ImageTensorTests
{
    [Theory]
    [InlineData(1, 8)]
    [InlineData(1, 16)]
    [InlineData(3, 8)]
    [InlineData(3, 16)]
    public void Opaque_pictures_come_back_to_the_sample(int channels, int bits)
    {
        RasterImage image = TestPictures.Gradient(33, 19, channels, bits);
        TestPictures.AssertSame(image, RoundTrip(image));
    }

    [Theory]
    [InlineData(2, 8)]
    [InlineData(4, 8)]
    [InlineData(4, 16)]
    public void Pictures_with_alpha_come_back_where_they_can_be_seen(int channels, int bits)
    {
        RasterImage image = TestPictures.Gradient(33, 19, channels, bits);
        TestPictures.AssertSame(image, RoundTrip(image), tolerance: 1);
    }

    [Fact]
    public void A_tensor_of_another_type_is_refused_though_its_elements_are_as_large()
    {
        using var whole = torch.ones(new long[] { 1, 3, 4, 4 }, torch.int32);
        Assert.Throws<ArgumentException>(() => ImageTensor.ToRaster(whole, null, TestPictures.Gradient(4, 4, 3)));
    }

    [Fact]
    public void Every_8_bit_value_comes_back()
    {
        var image = new RasterImage(256, 1, 1, Enumerable.Range(0, 256).Select(i => (byte)i).ToArray());
        TestPictures.AssertSame(image, RoundTrip(image));
    }

    [Fact]
    public void Every_16_bit_value_comes_back()
    {
        var image = new RasterImage(65536, 1, 1, Enumerable.Range(0, 65536).Select(i => (ushort)i).ToArray());
        TestPictures.AssertSame(image, RoundTrip(image));
    }

    [Fact]
    public void Colour_is_premultiplied_on_the_way_in()
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(new RasterImage(2, 1, 4, new byte[] { 255, 0, 51, 0, 255, 0, 51, 51 }));
        Assert.Equal([0, 0.2f, 0, 0, 0, 0.04f], colour.data<float>().ToArray(), Near);
        Assert.Equal([0, 0.2f], alpha!.data<float>().ToArray(), Near);
    }

    [Fact]
    public void Invisible_pixels_lose_their_colour_unless_all_are_invisible()
    {
        var mixed = new RasterImage(2, 1, 4, new byte[] { 9, 8, 7, 0, 1, 2, 3, 255 });
        Assert.Equal([0, 0, 0, 0, 1, 2, 3, 255], (byte[])RoundTrip(mixed).Samples);
        var invisible = new RasterImage(2, 1, 4, new byte[] { 9, 8, 7, 0, 1, 2, 3, 0 });
        Assert.Equal([9, 8, 7, 0, 1, 2, 3, 0], (byte[])RoundTrip(invisible).Samples);
    }

    [Fact]
    public void Values_are_clamped_rounded_to_the_nearest_and_nan_is_black()
    {
        using var scope = torch.NewDisposeScope();
        Tensor colour = torch.tensor(new[] { -3f, 0.4f / 255, 0.6f / 255, 1f, 2f, float.NaN, float.PositiveInfinity, 0.5f, 0f },
            [1, 3, 1, 3], torch.float32, torch.CPU);
        byte[] samples = (byte[])ImageTensor.ToRaster(colour, null, TestPictures.Gradient(1, 1, 3)).Samples;
        Assert.Equal([0, 255, 255, 0, 255, 128, 1, 0, 0], samples);
    }

    [Fact]
    public void Grey_results_are_the_mean_of_the_channels_and_keep_metadata()
    {
        using var scope = torch.NewDisposeScope();
        RasterImage like = TestPictures.Gradient(1, 1, 1) with { Metadata = new ImageMetadata(null, null, [1]) };
        RasterImage grey = ImageTensor.ToRaster(torch.tensor(new[] { 0.2f, 0.4f, 0.6f }, [1, 3, 1, 1], torch.float32, torch.CPU), null,
            like);
        Assert.Equal([102], (byte[])grey.Samples);
        Assert.Same(like.Metadata, grey.Metadata);
    }

    [Fact]
    public void Signed_and_unsigned_ranges_map_to_each_other()
    {
        using var scope = torch.NewDisposeScope();
        Tensor x = torch.tensor(new[] { 0f, 0.25f, 1f });
        Assert.Equal([-1f, -0.5f, 1f], ImageTensor.ToSigned(x).data<float>().ToArray());
        Assert.Equal([0f, 0.25f, 1f], ImageTensor.FromSigned(ImageTensor.ToSigned(x)).data<float>().ToArray());
        Assert.Equal([0f, 0.25f, 1f], x.data<float>().ToArray());
    }

    private static RasterImage RoundTrip(RasterImage image)
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(image);
        Assert.Equal([1, 3, image.Height, image.Width], colour.shape);
        return ImageTensor.ToRaster(colour, alpha, image);
    }

    private static bool Near(float a, float b) => Math.Abs(a - b) < 1e-6;
}
