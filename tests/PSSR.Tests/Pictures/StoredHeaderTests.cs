using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>What a header tells without decoding is what reading finds.</summary>
public sealed class StoredHeaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageFormat.Png, 3, 8)]
    [InlineData(ImageFormat.Png, 2, 16)]
    [InlineData(ImageFormat.Jpeg, 3, 8)]
    [InlineData(ImageFormat.Jpeg, 1, 8)]
    [InlineData(ImageFormat.Webp, 3, 8)]
    [InlineData(ImageFormat.Webp, 4, 8)]
    [InlineData(ImageFormat.Tiff, 4, 16)]
    [InlineData(ImageFormat.Tiff, 1, 8)]
    [InlineData(ImageFormat.Bmp, 3, 8)]
    public void The_shape_is_told_by_the_header(ImageFormat format, int channels, int bits)
    {
        string path = _folder.File("a.picture");
        ImageCodec.Write(path, TestPictures.Gradient(300, 17, channels, bits), format);

        Assert.Equal(new RasterShape(300, 17, channels, bits), ImageCodec.ShapeOf(path));
    }

    [Theory]
    [InlineData(ImageFormat.Png, 100)]
    [InlineData(ImageFormat.Png, 75)]
    [InlineData(ImageFormat.Webp, 100)]
    [InlineData(ImageFormat.Webp, 75)]
    public void The_same_with_metadata_before_the_picture_and_of_both_codings(ImageFormat format, int quality)
    {
        string path = _folder.File("a.picture");
        var metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), ExifBytes.Create(1), null);
        ImageCodec.Write(path, TestPictures.Gradient(19, 400, 3) with { Metadata = metadata }, format, quality);

        Assert.Equal((19, 400), (ImageCodec.ShapeOf(path)!.Value.Width, ImageCodec.ShapeOf(path)!.Value.Height));
    }

    [Fact]
    public void A_picture_that_lies_on_its_side_is_told_upright()
    {
        // What is written has orientation 1; the same bytes with 6 are what cameras write.
        string path = _folder.File("a.jpg");
        ImageCodec.Write(path, TestPictures.Gradient(20, 10, 3) with { Metadata = new(null, ExifBytes.Create(1), null) }, ImageFormat.Jpeg);
        byte[] file = File.ReadAllBytes(path), upright = [0x12, 1, 3, 0, 1, 0, 0, 0, 1, 0];
        int at = file.AsSpan().IndexOf(upright);
        Assert.True(at > 0);
        file[at + 8] = 6;
        File.WriteAllBytes(path, file);

        Assert.Equal((10, 20), (ImageCodec.ShapeOf(path)!.Value.Width, ImageCodec.ShapeOf(path)!.Value.Height));
        Assert.Equal(10, ImageCodec.Read(path).Width);
    }

    [Fact]
    public void A_gifs_shape_is_its_canvas()
    {
        string path = _folder.File("a.gif");
        File.WriteAllBytes(path, [.. "GIF89a"u8, 44, 1, 7, 0, 0, 0, 0, 0x2C, .. new byte[20]]);

        Assert.Equal((300, 7), (ImageCodec.ShapeOf(path)!.Value.Width, ImageCodec.ShapeOf(path)!.Value.Height));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.Bmp)]
    public void A_cut_header_tells_nothing_or_the_truth_and_never_throws(ImageFormat format)
    {
        string path = _folder.File("whole"), cut = _folder.File("cut");
        ImageCodec.Write(path, TestPictures.Gradient(300, 17, 3), format);
        byte[] whole = File.ReadAllBytes(path);
        for (int length = 0; length < Math.Min(whole.Length, 700); length++)
        {
            File.WriteAllBytes(cut, whole[..length]);
            if (ImageCodec.ShapeOf(cut) is { } shape)
                Assert.Equal((300, 17), (shape.Width, shape.Height));
        }

        Assert.Null(ImageCodec.ShapeOf(_folder.File("missing")));
    }
}
