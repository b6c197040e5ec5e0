using System.Text;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

public sealed class ImageMetadataTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Tiff)]
    public void Icc_exif_and_xmp_come_back(ImageFormat format)
    {
        byte[] icc = TestPictures.IccProfile("RGB ", 150_001), xmp = Encoding.UTF8.GetBytes("<x:xmpmeta>ä</x:xmpmeta>");
        RasterImage read = RoundTrip(TestPictures.Gradient(20, 10, 3) with { Metadata = new ImageMetadata(icc, ExifBytes.Create(1), xmp) },
            format);
        Assert.Equal(icc, read.Metadata.IccProfile);
        Assert.Equal(xmp, read.Metadata.Xmp);
        Assert.Contains(ExifBytes.Camera, Encoding.ASCII.GetString(read.Metadata.Exif!));
        Assert.Equal(3, read.Channels);
    }

    [Fact]
    public void A_webp_with_metadata_has_a_canvas_of_its_picture()
    {
        ImageCodec.Write(_folder.File("x.webp"), TestPictures.Gradient(20, 10, 3) with
        {
            Metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), null, null),
        }, ImageFormat.Webp);
        byte[] file = File.ReadAllBytes(_folder.File("x.webp"));

        int canvas = file.AsSpan().IndexOf("VP8X"u8) + 12; // behind flags; 24 bits each

        Assert.Equal([19, 0, 0, 9, 0, 0], file[canvas..(canvas + 6)]);
    }

    [Theory]
    [InlineData(ImageFormat.Png, 4)]
    [InlineData(ImageFormat.Webp, 4)]
    [InlineData(ImageFormat.Tiff, 4)]
    [InlineData(ImageFormat.Png, 1)]
    public void Metadata_leaves_the_samples_alone(ImageFormat format, int channels)
    {
        RasterImage image = TestPictures.Gradient(21, 11, channels);
        byte[] icc = TestPictures.IccProfile(channels == 1 ? "GRAY" : "RGB ");
        RasterImage read = RoundTrip(image with { Metadata = new ImageMetadata(icc, ExifBytes.Create(1), null) }, format);
        Assert.NotNull(read.Metadata.IccProfile);
        TestPictures.AssertSame(image, read);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Exif_is_written_with_the_pictures_size_orientation_1_and_no_thumbnail(bool bigEndian)
    {
        byte[] before = ExifBytes.Create(6, bigEndian, thumbnail: true);
        byte[] after = RoundTrip(TestPictures.Gradient(20, 10, 3) with { Metadata = new ImageMetadata(null, before, null) },
            ImageFormat.Jpeg).Metadata.Exif!;
        Assert.Equal(ExifBytes.Create(6, bigEndian, thumbnail: true).Length - 100, after.Length);
        Assert.Equal(1, ExifBlock.OrientationOf(after));
        Assert.DoesNotContain((byte)0xAB, after);
        Assert.Equal(after, ExifBlock.ForPicture(after, 20, 10));
        Assert.NotEqual(after, ExifBlock.ForPicture(after, 21, 10));
        Assert.Equal(ExifBytes.Create(6, bigEndian, thumbnail: true), before);
    }

    [Fact]
    public void Tiff_keeps_exif_in_its_own_directories_and_gives_it_back()
    {
        byte[] exif = ExifBytes.Create(1, bigEndian: true);
        var image = TestPictures.Gradient(20, 10, 3) with { Metadata = new ImageMetadata(null, exif, null) };
        byte[] fromTiff = RoundTrip(image, ImageFormat.Tiff).Metadata.Exif!;
        byte[] viaJpeg = RoundTrip(image with { Metadata = new ImageMetadata(null, fromTiff, null) }, ImageFormat.Jpeg).Metadata.Exif!;
        byte[] isoSpeed400 = [0x27, 0x88, 3, 0, 1, 0, 0, 0, 0x90, 1];
        Assert.True(viaJpeg.AsSpan().IndexOf(isoSpeed400) > 0);
        Assert.Contains(ExifBytes.Camera, Encoding.ASCII.GetString(viaJpeg));
    }

    [Fact]
    public void A_profile_of_another_colour_space_is_dropped()
    {
        var metadata = new ImageMetadata(TestPictures.IccProfile("CMYK"), null, null);
        RasterImage read = RoundTrip(TestPictures.Gradient(9, 9, 3) with { Metadata = metadata }, ImageFormat.Png);
        Assert.Equal(ImageMetadata.None, read.Metadata);
    }

    [Fact]
    public void Nonsense_in_place_of_exif_is_dropped_and_the_picture_read()
    {
        RasterImage read = RoundTrip(TestPictures.Gradient(9, 9, 3) with { Metadata = new ImageMetadata(null, [1, 2, 3], null) },
            ImageFormat.Png);
        Assert.Null(read.Metadata.Exif);
    }

    [Theory]
    [InlineData(10)]
    [InlineData(39)]
    public void A_webp_cut_off_in_one_block_keeps_those_before(int cut)
    {
        byte[] icc = TestPictures.IccProfile("RGB "), xmp = Encoding.UTF8.GetBytes("<x:xmpmeta>a packet, 40 bytes</x:xmpmeta>");
        var image = TestPictures.Gradient(20, 10, 3) with { Metadata = new ImageMetadata(icc, ExifBytes.Create(1), xmp) };
        ImageCodec.Write(_folder.File("whole.webp"), image, ImageFormat.Webp, quality: 100);

        ImageMetadata read = ImageCodec.Read(_folder.Write("cut.webp", File.ReadAllBytes(_folder.File("whole.webp"))[..^cut])).Metadata;

        Assert.Null(read.Xmp);
        Assert.Equal(icc, read.IccProfile);
        Assert.Contains(ExifBytes.Camera, Encoding.ASCII.GetString(read.Exif!));
    }

    [Fact]
    public void Of_exif_too_large_for_a_jpeg_segment_the_small_entries_stay()
    {
        TiffEntry camera = new(0x110, 2, Encoding.ASCII.GetBytes(ExifBytes.Camera + "\0")),
            date = new(0x9003, 2, "2020:01:02 03:04:05\0"u8.ToArray()), notes = new(0x927C, 7, new byte[70_000]);
        byte[] inner = TiffDirectory.Write([date, notes], 8);
        int at = 8 + inner.Length;
        byte[] exif = [.. "II*\0"u8, .. BitConverter.GetBytes(at), .. inner,
            .. TiffDirectory.Write([camera, new(0x8769, 4, BitConverter.GetBytes(8))], at)];
        var image = TestPictures.Gradient(9, 9, 3) with { Metadata = new ImageMetadata(null, exif, null) };

        byte[] kept = RoundTrip(image, ImageFormat.Jpeg).Metadata.Exif!;

        Assert.InRange(kept.Length, 1, 1000);
        Assert.Contains(ExifBytes.Camera, Encoding.ASCII.GetString(kept));
        Assert.Contains("2020:01:02", Encoding.ASCII.GetString(kept));
        Assert.Equal([$"of its EXIF, {exif.Length} bytes, at most small entries, author and copyright were kept, for JPEG holds 65527"],
            FormatLimits.Losses(image, ImageFormat.Jpeg));
        Assert.Empty(FormatLimits.Losses(image, ImageFormat.Webp));
        Assert.Equal(exif.Length, RoundTrip(image, ImageFormat.Webp).Metadata.Exif!.Length);
    }

    [Theory]
    [InlineData(6_000, 1, true)]
    [InlineData(62_000, 2, false)] // with a second entry of the middle it would be too much
    public void Of_exif_too_large_for_a_jpeg_segment_a_long_copyright_stays(int length, int cameras, bool withCamera)
    {
        var text = Encoding.ASCII.GetBytes("Rights of Ann" + new string('r', length) + "\0");
        TiffEntry[] entries =
        [
            new(0x8298, 2, text), new(0x10E, 2, new byte[70_000]), new(0x110, 2, [.. Encoding.ASCII.GetBytes(ExifBytes.Camera), 0]),
            .. cameras == 1 ? Array.Empty<TiffEntry>() : [new(0x10F, 2, [.. Enumerable.Repeat((byte)'m', 4000), 0])],
        ];
        byte[] exif = [.. "II*\0\x08\0\0\0"u8, .. TiffDirectory.Write(entries, 8)];
        var image = TestPictures.Gradient(9, 9, 3) with { Metadata = new ImageMetadata(null, exif, null) };

        var kept = Encoding.ASCII.GetString(RoundTrip(image, ImageFormat.Jpeg).Metadata.Exif!);

        Assert.Contains("Rights of Ann", kept);
        Assert.Equal(withCamera, kept.Contains(ExifBytes.Camera));
        Assert.Contains("author and copyright were kept", Assert.Single(FormatLimits.Losses(image, ImageFormat.Jpeg)));
    }

    [Fact]
    public void Of_xmp_too_large_for_a_jpeg_segment_whose_it_is_stays()
    {
        string packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
            + "<rdf:Description xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:a='urn:a'><dc:rights>Somebody's</dc:rights>"
            + $"<a:a>{new string('x', 70_000)}</a:a></rdf:Description></rdf:RDF></x:xmpmeta>";
        var metadata = new ImageMetadata(null, null, Encoding.UTF8.GetBytes(packet));
        var image = TestPictures.Gradient(9, 9, 3) with { Metadata = metadata };

        Assert.Contains("Somebody's", Encoding.UTF8.GetString(RoundTrip(image, ImageFormat.Jpeg).Metadata.Xmp!));
        Assert.StartsWith("of its XMP, ", Assert.Single(FormatLimits.Losses(image, ImageFormat.Jpeg)));
    }

    [Theory]
    [InlineData(1, 8, ImageFormat.Webp)]
    [InlineData(2, 8, ImageFormat.Bmp)]
    [InlineData(2, 16, ImageFormat.Tiff)]
    public void A_grey_profile_becomes_one_of_its_curve_where_grey_becomes_colour(int channels, int bits, ImageFormat format)
    {
        byte[] curve = [.. "curv\0\0\0\0"u8, 0, 0, 0, 1, 1, 0x80, 0, 0]; // a power of 1.5
        byte[] table = [0, 0, 0, 1, .. "kTRC"u8, 0, 0, 0, 144, 0, 0, 0, 14];
        byte[] grey = [.. TestPictures.IccProfile("GRAY")[..128], .. table, .. curve];
        var image = TestPictures.Gradient(9, 9, channels, bits) with { Metadata = new ImageMetadata(grey, null, null) };

        RasterImage fitted = FormatLimits.Fit(image, format);

        byte[] icc = fitted.Metadata.IccProfile!;
        Assert.Equal("RGB ", Encoding.ASCII.GetString(icc, 16, 4));
        Assert.True(icc.AsSpan(128).IndexOf(curve.AsSpan(0, 14)) > 0);
        if (format == ImageFormat.Bmp)
            Assert.StartsWith("its ICC profile was left out", Assert.Single(FormatLimits.Losses(image, format)));
        else
        {
            Assert.Equal(icc, RoundTrip(image, format).Metadata.IccProfile);
            Assert.Empty(FormatLimits.Losses(image, format));
        }
    }

    [Fact]
    public void A_grey_profile_that_tells_no_light_is_left_out_with_a_word_where_grey_becomes_colour()
    {
        var image = TestPictures.Gradient(9, 9, 1) with { Metadata = new ImageMetadata(TestPictures.IccProfile("GRAY"), null, null) };
        Assert.Null(RoundTrip(image, ImageFormat.Webp).Metadata.IccProfile);
        Assert.StartsWith("its ICC profile was left out", Assert.Single(FormatLimits.Losses(image, ImageFormat.Webp)));
        Assert.Empty(FormatLimits.Losses(image, ImageFormat.Png));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    [InlineData(8)]
    public void Pictures_come_upright_from_every_orientation(int orientation)
    {
        // Each quarter has one level.
        RasterImage upright = Quarters(48, 80, 10, 90, 160, 240);
        RasterImage stored = orientation switch
        {
            1 => upright,
            2 => Quarters(48, 80, 90, 10, 240, 160),
            3 => Quarters(48, 80, 240, 160, 90, 10),
            4 => Quarters(48, 80, 160, 240, 10, 90),
            5 => Quarters(80, 48, 10, 160, 90, 240),
            6 => Quarters(80, 48, 90, 240, 10, 160),
            7 => Quarters(80, 48, 240, 90, 160, 10),
            _ => Quarters(80, 48, 160, 10, 240, 90),
        };
        ImageCodec.Write(_folder.File("plain.png"), stored, ImageFormat.Png);
        ImageCodec.Write(_folder.File("plain.jpg"), stored, ImageFormat.Jpeg);
        byte[] exif = ExifBytes.Create(orientation, bigEndian: orientation % 2 == 0);
        string png = _folder.Write("turned.png", PngBytes.WithChunk(File.ReadAllBytes(_folder.File("plain.png")), "eXIf", exif));
        string jpeg = _folder.Write("turned.jpg", WithApp1(File.ReadAllBytes(_folder.File("plain.jpg")), [.. "Exif\0\0"u8, .. exif]));
        TestPictures.AssertSame(upright, ImageCodec.Read(png));
        TestPictures.AssertSame(upright, ImageCodec.Read(jpeg), tolerance: 3);
        Assert.Equal(1, ExifBlock.OrientationOf(ImageCodec.Read(jpeg).Metadata.Exif));
    }

    [Fact]
    public void Turning_moves_every_pixel_of_every_kind_where_it_belongs()
    {
        for (int channels = 1; channels <= 4; channels++)
            foreach (int bits in (int[])[8, 16])
            {
                RasterImage image = TestPictures.Gradient(45, 70, channels, bits);
                TestPictures.AssertSame(image, Upright.Turn(Upright.Turn(image, 6), 8));
                TestPictures.AssertSame(Upright.Turn(image, 3), Upright.Turn(Upright.Turn(image, 6), 6));
                TestPictures.AssertSame(Upright.Turn(image, 5), Upright.Turn(Upright.Turn(image, 6), 2));
                TestPictures.AssertSame(Upright.Turn(image, 7), Upright.Turn(Upright.Turn(image, 6), 4));
            }
    }

    private RasterImage RoundTrip(RasterImage image, ImageFormat format)
    {
        ImageCodec.Write(_folder.File("x"), image, format, quality: 100, overwrite: true);
        return ImageCodec.Read(_folder.File("x"));
    }

    private static RasterImage Quarters(int width, int height, byte a, byte b, byte c, byte d)
    {
        var samples = new byte[width * height];
        for (int i = 0; i < samples.Length; i++)
            samples[i] = i / width < height / 2 ? (i % width < width / 2 ? a : b) : i % width < width / 2 ? c : d;
        return new RasterImage(width, height, 1, samples);
    }

    private static byte[] WithApp1(byte[] jpeg, byte[] body) =>
        [.. jpeg[..2], 0xFF, 0xE1, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body, .. jpeg[2..]];
}
