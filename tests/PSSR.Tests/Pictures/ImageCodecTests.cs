using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

public sealed class ImageCodecTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Tiff)]
    public void Lossless_formats_keep_every_sample_at_8_and_16_bit_grey_colour_and_alpha(ImageFormat format)
    {
        foreach (int bits in (int[])[8, 16])
            for (int channels = 1; channels <= 4; channels++)
            {
                RasterImage image = TestPictures.Gradient(37, 23, channels, bits);
                string path = _folder.File($"{bits}-{channels}");
                ImageCodec.Write(path, image, format);
                TestPictures.AssertSame(format == ImageFormat.Tiff && channels == 2 ? InColour(image) : image, ImageCodec.Read(path));
            }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 3)]
    [InlineData(4, 4)]
    [InlineData(2, 4)]
    public void Bmp_keeps_8_bit_samples(int channels, int stored)
    {
        RasterImage image = TestPictures.Gradient(13, 7, channels);
        ImageCodec.Write(_folder.File("a.bmp"), image, ImageFormat.Bmp);
        RasterImage read = ImageCodec.Read(_folder.File("a.bmp"));
        Assert.Equal(stored, read.Channels);
        Assert.Equal(TestPictures.Sample(image, image.Samples.Length - 1), TestPictures.Sample(read, read.Samples.Length - 1));
        if (channels == stored)
            TestPictures.AssertSame(image, read);
    }

    [Theory]
    [InlineData(3)]
    [InlineData(4)]
    public void Webp_is_lossless_at_quality_100(int channels)
    {
        RasterImage image = TestPictures.Gradient(31, 17, channels);
        ImageCodec.Write(_folder.File("a.webp"), image, ImageFormat.Webp, quality: 100);
        TestPictures.AssertSame(image, ImageCodec.Read(_folder.File("a.webp")));
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 1)]
    [InlineData(ImageFormat.Jpeg, 3)]
    [InlineData(ImageFormat.Webp, 3)]
    public void Lossy_formats_stay_near(ImageFormat format, int channels)
    {
        RasterImage image = TestPictures.Gradient(64, 48, channels);
        ImageCodec.Write(_folder.File("a"), image, format);
        TestPictures.AssertSame(image, ImageCodec.Read(_folder.File("a")), tolerance: 12);
    }

    [Theory]
    [InlineData(ImageFormat.Jpeg, 30)]
    [InlineData(ImageFormat.Jpeg, 75)]
    [InlineData(ImageFormat.Jpeg, 95)]
    [InlineData(ImageFormat.Webp, null)]
    [InlineData(ImageFormat.Png, null)]
    public void A_jpeg_tells_the_quality_that_it_was_written_with(ImageFormat format, int? expected)
    {
        ImageCodec.Write(_folder.File("a"), TestPictures.Gradient(37, 23, 3), format, expected ?? 60);

        Assert.Equal(expected, ImageCodec.Read(_folder.File("a")).JpegQuality);
    }

    [Fact]
    public void Jpeg_lays_alpha_on_white()
    {
        var image = new RasterImage(16, 16, 4, Enumerable.Repeat(new byte[] { 200, 0, 0, 0 }, 256).SelectMany(p => p).ToArray());
        ImageCodec.Write(_folder.File("a.jpg"), image, ImageFormat.Jpeg);
        RasterImage read = ImageCodec.Read(_folder.File("a.jpg"));
        Assert.Equal(3, read.Channels);
        Assert.All((byte[])read.Samples, s => Assert.InRange(s, 253, 255));
    }

    [Fact]
    public void Sixteen_bit_samples_go_to_the_nearest_8_bit_value_where_a_format_has_no_more()
    {
        var image = new RasterImage(4, 1, 1, new ushort[] { 0, 128, 129, 65535 });
        ImageCodec.Write(_folder.File("a.bmp"), image, ImageFormat.Bmp);
        Assert.Equal([0, 0, 1, 255], (byte[])ImageCodec.Read(_folder.File("a.bmp")).Samples);
    }

    [Fact]
    public void Content_decides_and_not_the_name()
    {
        RasterImage image = TestPictures.Gradient(9, 9, 3);
        ImageCodec.Write(_folder.File("really.png.jpg"), image, ImageFormat.Png);
        TestPictures.AssertSame(image, ImageCodec.Read(_folder.File("really.png.jpg")));
    }

    [Theory]
    [InlineData("weird [1] näme – 漢字 %20.png")]
    [InlineData("-leading-dash.png")]
    [InlineData("star*question?.png")]
    [InlineData("options[page=3,n=-1].png")]
    [InlineData("back\\slash.png")]
    [InlineData(" blank .png")]
    [InlineData("no-extension")]
    public void Names_are_taken_literally(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows() && name.IndexOfAny(Path.GetInvalidFileNameChars()) >= 0, "No such file can be there.");
        RasterImage image = TestPictures.Gradient(9, 5, 3);
        ImageCodec.Write(_folder.File(name), image, ImageFormat.Png);
        Assert.Equal([name], Entries());
        TestPictures.AssertSame(image, ImageCodec.Read(_folder.File(name)));
    }

    [Fact]
    public void The_longest_name_that_the_disk_takes_works()
    {
        string path = _folder.File(new string('x', 251) + ".png");
        ImageCodec.Write(path, TestPictures.Gradient(3, 3, 3), ImageFormat.Png);
        Assert.Equal(3, ImageCodec.Read(path).Width);
    }

    [Fact]
    public void Relative_names_work_with_a_leading_dash()
    {
        string name = Path.GetRelativePath(Environment.CurrentDirectory, _folder.File("-x.png"));
        ImageCodec.Write(name, TestPictures.Gradient(3, 3, 3), ImageFormat.Png);
        Assert.Equal(3, ImageCodec.Read(name).Width);
    }

    [Theory]
    [InlineData(ImageFormat.Webp, 16383)]
    [InlineData(ImageFormat.Jpeg, 65500)]
    [InlineData(ImageFormat.Bmp, 65535)]
    public void A_side_that_a_format_cant_hold_is_said_and_leaves_nothing_behind(ImageFormat format, int side)
    {
        var error = Assert.Throws<PssrException>(() => ImageCodec.Write(_folder.File("a"), TestPictures.Gradient(side + 1, 1, 3), format));
        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains($"sides end at {side}", error.Message);
        Assert.Empty(Entries());
    }

    [Fact]
    public void An_existing_file_stays_as_it_was_unless_overwriting_is_asked_for()
    {
        string path = _folder.Write("a.png", [1, 2, 3]);
        Assert.Throws<PssrException>(() => ImageCodec.Write(path, TestPictures.Gradient(3, 3, 3), ImageFormat.Png));
        Assert.Equal([1, 2, 3], File.ReadAllBytes(path));
        ImageCodec.Write(path, TestPictures.Gradient(3, 3, 3), ImageFormat.Png, overwrite: true);
        Assert.Equal(3, ImageCodec.Read(path).Width);
        Assert.Equal(["a.png"], Entries());
    }

    [Fact]
    public async Task Watchers_never_see_half_a_file()
    {
        string path = _folder.File("a.tif");
        ImageCodec.Write(path, TestPictures.Gradient(500, 400, 3, 16), ImageFormat.Tiff);
        using var stop = new CancellationTokenSource();
        Task watcher = Task.Run(() =>
        {
            while (!stop.IsCancellationRequested)
                Assert.Equal(500, ImageCodec.Read(path).Width);
        }, TestContext.Current.CancellationToken);
        for (int i = 0; i < 5; i++)
            ImageCodec.Write(path, TestPictures.Gradient(500, 400, 3, 16), ImageFormat.Tiff, overwrite: true);
        await stop.CancelAsync();
        await watcher;
    }

    [Theory]
    [InlineData("no such folder/a.png")]
    [InlineData("no-such.png")]
    public void A_missing_file_or_folder_is_named(string name)
    {
        var error = Assert.Throws<PssrException>(() => ImageCodec.Read(_folder.File(name)));
        Assert.Equal((PssrErrorKind.Image, _folder.File(name)), (error.Kind, error.Target));
        Assert.Contains(_folder.File(name), error.Message);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(101)]
    public void Quality_out_of_range_is_an_option_error(int quality)
    {
        var error = Assert.Throws<PssrException>(() =>
            ImageCodec.Write(_folder.File("a.jpg"), TestPictures.Gradient(3, 3, 3), ImageFormat.Jpeg, quality));
        Assert.Equal(PssrErrorKind.Option, error.Kind);
    }

    [Theory]
    [InlineData("a.PNG", ImageFormat.Png)]
    [InlineData("b.jpeg", ImageFormat.Jpeg)]
    [InlineData("c.tif", ImageFormat.Tiff)]
    [InlineData("d.webp", ImageFormat.Webp)]
    [InlineData("e.bmp", ImageFormat.Bmp)]
    public void Extensions_name_formats(string name, ImageFormat format) => Assert.Equal(format, ImageCodec.FormatFor(name));

    [Fact]
    public void Gif_can_be_read_but_not_written()
    {
        Assert.True(ImageCodec.IsKnownExtension("x.gif"));
        Assert.Null(ImageCodec.FormatFor("x.gif"));
        Assert.False(ImageCodec.IsKnownExtension("x.txt"));
    }

    /// <summary>Grey with alpha as RGBA.</summary>
    private static RasterImage InColour(RasterImage image)
    {
        int[] samples =
            [.. Enumerable.Range(0, image.Width * image.Height * 4).Select(i => TestPictures.Sample(image, i / 4 * 2 + i % 4 / 3))];
        return image with
        {
            Channels = 4,
            Samples = image.BitDepth == 16 ? Array.ConvertAll(samples, v => (ushort)v) : Array.ConvertAll(samples, v => (byte)v),
        };
    }

    /// <summary>Everything in the folder, hidden files too.</summary>
    private string[] Entries() =>
        [.. Directory.EnumerateFileSystemEntries(_folder.Path, "*", new EnumerationOptions { AttributesToSkip = 0 })
            .Select(p => Path.GetFileName(p)).Order()];
}
