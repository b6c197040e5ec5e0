using System.Runtime.InteropServices;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>Every way of storing samples that the formats have, and what comes of it.</summary>
public sealed class StoredKindsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, new byte[] { 0b10100000 }, new byte[] { 255, 0, 255, 0 })]
    [InlineData(2, new byte[] { 0b00011011 }, new byte[] { 0, 85, 170, 255 })]
    [InlineData(4, new byte[] { 0x0F, 0x5A }, new byte[] { 0, 255, 85, 170 })]
    [InlineData(8, new byte[] { 1, 2, 3, 4 }, new byte[] { 1, 2, 3, 4 })]
    public void Grey_png_of_few_bits_fills_8_bits(int bits, byte[] row, byte[] expected)
    {
        RasterImage image = Read(PngBytes.Create(4, 1, bits, 0, [0, .. row]));
        Assert.Equal(1, image.Channels);
        Assert.Equal(expected, (byte[])image.Samples);
    }

    [Theory]
    [InlineData(9, 10)]
    [InlineData(5, 3)] // the third pass has no row
    [InlineData(5, 1)]
    public void An_interlaced_png_is_put_together_and_refused_where_a_row_is_missing(int width, int height)
    {
        RasterImage image = Read(PngBytes.Interlaced(width, height, (x, y) => (byte)(x + (20 * y))));
        Assert.Equal(from y in Enumerable.Range(0, height) from x in Enumerable.Range(0, width) select (byte)(x + (20 * y)),
            (byte[])image.Samples);
        Assert.Empty(image.Notes);

        byte[] cut = PngBytes.Interlaced(width, height, (_, _) => 7);
        int data = cut.AsSpan().IndexOf("IDAT"u8) - 4;
        byte[] rows = [.. Enumerable.Repeat((byte)0, PngBytes.Inflated(cut) - 1)];
        var error = Assert.Throws<PssrException>(() =>
            Read([.. cut[..data], .. PngBytes.Chunk("IDAT", PngBytes.Deflate(rows)), .. PngBytes.Chunk("IEND", [])]));
        Assert.Contains("missing", error.Message, StringComparison.Ordinal);
    }

    /// <summary>The library has them wrong, and never ends with a single pixel.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(4, 6)]
    [InlineData(3, 3)]
    [InlineData(1, 9)]
    public void An_interlaced_png_in_which_a_pass_has_no_column_is_refused(int width, int height) => Assert.Contains(
        $"interlaced and {width} pixels wide",
        Assert.Throws<PssrException>(() => Read(PngBytes.Interlaced(width, height, (x, y) => (byte)(x + (20 * y))))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void Palette_becomes_colour_and_its_transparency_alpha()
    {
        byte[] palette = [10, 20, 30, 40, 50, 60], row = [0, 0b01000000];
        RasterImage opaque = Read(PngBytes.Create(2, 1, 1, 3, row, ("PLTE", palette)));
        Assert.Equal([10, 20, 30, 40, 50, 60], (byte[])opaque.Samples);
        RasterImage clear = Read(PngBytes.Create(2, 1, 1, 3, row, ("PLTE", palette), ("tRNS", [0, 200])));
        Assert.Equal([10, 20, 30, 0, 40, 50, 60, 200], (byte[])clear.Samples);
    }

    [Fact]
    public void Grey_png_with_a_transparent_level_gets_alpha()
    {
        RasterImage image = Read(PngBytes.Create(2, 1, 8, 0, [0, 7, 9], ("tRNS", [0, 7])));
        Assert.Equal(2, image.Channels);
        Assert.Equal([7, 0, 9, 255], (byte[])image.Samples);
    }

    /// <summary>The library swaps the bytes of a key: 0x3412 would be the transparent one.</summary>
    [Fact]
    public void Wide_png_with_a_transparent_colour_gets_alpha_where_that_stands()
    {
        RasterImage grey = Read(PngBytes.Create(2, 1, 16, 0, [0, 0x12, 0x34, 0x34, 0x12], ("tRNS", [0x12, 0x34])));
        Assert.Equal([0x1234, 0, 0x3412, 65535], (ushort[])grey.Samples);

        byte[] key = [1, 2, 3, 4, 5, 6], other = [2, 1, 4, 3, 6, 5];
        RasterImage colour = Read(PngBytes.Create(2, 1, 16, 2, [0, .. key, .. other], ("tRNS", key)));
        Assert.Equal([0x102, 0x304, 0x506, 0, 0x201, 0x403, 0x605, 65535], (ushort[])colour.Samples);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)] // behind a profile, where the picture's own chunks are moved
    public void A_webp_with_losses_keeps_its_opacity(bool hasProfile)
    {
        RasterImage image = TestPictures.Gradient(20, 12, 4) with
        {
            Metadata = new ImageMetadata(hasProfile ? TestPictures.IccProfile("RGB ") : null, null, null),
        };
        ImageCodec.Write(_folder.File("x.webp"), image, ImageFormat.Webp, quality: 80);
        byte[] file = File.ReadAllBytes(_folder.File("x.webp"));
        Assert.InRange(file.AsSpan().IndexOf("ALPH"u8), 0, file.AsSpan().IndexOf("VP8 "u8));

        RasterImage read = Read(file);

        Assert.Equal((20, 12, 4), (read.Width, read.Height, read.Channels));
        for (int at = 3; at < 20 * 12 * 4; at += 4)
            Assert.Equal(((byte[])image.Samples)[at], ((byte[])read.Samples)[at]);
    }

    [Fact]
    public void ImageMagicks_text_chunk_for_exif_is_understood()
    {
        string hex = Convert.ToHexString([.. "Exif\0\0"u8, .. ExifBytes.Create(6)]);
        byte[] text = System.Text.Encoding.ASCII.GetBytes($"Raw profile type exif\0\nexif\n{hex.Length / 2,8}\n{hex[..72]}\n{hex[72..]}\n");
        RasterImage image = Read(PngBytes.Create(2, 1, 8, 0, [0, 7, 9], ("tEXt", text)));
        Assert.Equal((1, 2), (image.Width, image.Height));
    }

    [Fact]
    public void Float_tiff_becomes_16_bit_clipped_to_0_and_1()
    {
        RasterImage image = Read(TiffBytes.Create(5, 1, 1, new[] { -1f, 0f, 0.5f, 1f, 7f }, TiffBytes.Black, TiffBytes.FloatSamples));
        Assert.Equal(16, image.BitDepth);
        ushort[] samples = (ushort[])image.Samples;
        Assert.Equal([0, 0, 65535, 65535], (ushort[])[samples[0], samples[1], samples[3], samples[4]]);
        Assert.InRange(samples[2], 32767, 32768);
    }

    [Fact]
    public void Float_colour_tiff_is_a_picture()
    {
        float[] samples = [.. Enumerable.Range(0, 32 * 32 * 3).Select(i => i / 3072f)];
        RasterImage image = Read(TiffBytes.Create(32, 32, 3, samples, TiffBytes.Rgb, TiffBytes.FloatSamples));
        Assert.Equal((32, 32, 3, 16), (image.Width, image.Height, image.Channels, image.BitDepth));
        Assert.InRange(TestPictures.Sample(image, 3071), 65400, 65535);
    }

    [Fact]
    public void Inverted_grey_tiff_is_turned_right()
    {
        RasterImage image = Read(TiffBytes.Create<byte>(2, 1, 1, [0, 255], TiffBytes.White));
        Assert.Equal([255, 0], (byte[])image.Samples);
    }

    [Theory]
    [InlineData(TiffBytes.White, 255)]
    [InlineData(TiffBytes.Black, 0)]
    public void A_fax_in_tiff_is_white_or_black_as_its_photometry_says(int photometric, byte expected)
    {
        // A row like the white one before it, and the end (ITU-T T.6).
        byte[] fax = [0x80, 0x08, 0, 0x80];
        TiffEntry[] entries =
        [
            TiffBytes.Longs(256, 8), TiffBytes.Longs(257, 1), TiffBytes.Words(258, [1]), TiffBytes.Words(259, [4]),
            TiffBytes.Words(262, [photometric]), TiffBytes.Longs(273, 8), TiffBytes.Words(277, [1]), TiffBytes.Longs(278, 1),
            TiffBytes.Longs(279, fax.Length),
        ];
        RasterImage image = Read([.. "II*\0"u8, 12, 0, 0, 0, .. fax, .. TiffDirectory.Write(entries, 12)]);
        Assert.Equal([.. Enumerable.Repeat(expected, 8)], (byte[])image.Samples);
    }

    [Fact]
    public void A_blank_page_of_a_few_bytes_is_a_picture()
    {
        var page = new RasterImage(3000, 2000, 3, Enumerable.Repeat((byte)255, 18_000_000).ToArray());
        foreach (ImageFormat format in (ImageFormat[])[ImageFormat.Png, ImageFormat.Webp, ImageFormat.Jpeg, ImageFormat.Tiff])
        {
            ImageCodec.Write(_folder.File("page"), page, format, quality: 100, overwrite: true);
            TestPictures.AssertSame(page, ImageCodec.Read(_folder.File("page")));
        }
    }

    /// <summary>Of 16 bits; of 8 in the higher byte, as Pillow writes them; and in the lower one.</summary>
    [Theory]
    [InlineData(257)]
    [InlineData(256)]
    [InlineData(1)]
    public void Colours_of_a_palette_tiff_are_those_that_were_meant(int factor)
    {
        int[] colours = [255, 200, 0, 255, 100, 1, 255, 50, 128], map = new int[3 * 256];
        for (int i = 0; i < colours.Length; i++)
            map[(i / 3 * 256) + (i % 3)] = colours[i] * factor;

        RasterImage image = Read(TiffBytes.Create(3, 1, 1, new byte[] { 0, 1, 2 }, 3, TiffBytes.UnsignedSamples, null,
            TiffBytes.Words(320, map)));

        Assert.Equal([255, 255, 255, 200, 100, 50, 0, 1, 128], (byte[])image.Samples);
    }

    [Fact]
    public void Cmyk_tiff_is_refused_by_its_name()
    {
        var error = Assert.Throws<PssrException>(() =>
            Read(TiffBytes.Create<byte>(2, 1, 4, [0, 0, 0, 0, 255, 255, 255, 255], TiffBytes.Cmyk)));
        Assert.Equal(PssrErrorKind.Image, error.Kind);
        Assert.Contains("CMYK", error.Message, StringComparison.Ordinal);
    }

    /// <summary>Files, and the bytes of a sample.</summary>
    public static TheoryData<byte[], int> Tiffs => new()
    {
        { TiffBytes.Create<byte>(2, 1, 1, [7, 250], TiffBytes.Black), 1 },
        { TiffBytes.Create<ushort>(1, 2, 3, [1, 500, 40000, 7, 256, 65535], TiffBytes.Rgb), 2 },
        { TiffBytes.Create<ushort>(1, 1, 4, [40000, 30000, 20000, 32768], TiffBytes.Rgb, extra: 2), 2 },
        { TiffBytes.Create(2, 1, 1, new[] { (Half)0.25, (Half)0.75 }, TiffBytes.Black, TiffBytes.FloatSamples), 2 },
        { TiffBytes.Create(2, 1, 1, new[] { 0.1f, 0.9f }, TiffBytes.Black, TiffBytes.FloatSamples), 4 },
        { TiffBytes.Create(2, 1, 1, new[] { 0.1, 0.9 }, TiffBytes.Black, TiffBytes.FloatSamples), 8 },
        {
            // Each less the one before, over the bytes' border.
            TiffBytes.Create<ushort>(3, 1, 2, [250, 1, 0, 10, 0xFFFF, 5], TiffBytes.Black, extra: 2,
                more: [TiffBytes.Words(317, [2]), TiffBytes.Deflated]), 2
        },
        {
            // Floats by the weight of their bytes, which have one order in all files.
            TiffBytes.Create(2, 1, 1, MemoryMarshal.Cast<byte, float>((byte[])[0x3F, 0xFF, 0xC2, 0x80, 0x80, 0, 0, 0]).ToArray(),
                TiffBytes.Black, TiffBytes.FloatSamples, more: [TiffBytes.Words(317, [3]), TiffBytes.Deflated]), 1
        },
    };

    [Theory]
    [MemberData(nameof(Tiffs))]
    public void A_tiff_of_either_byte_order_is_the_same_picture(byte[] tiff, int word) =>
        TestPictures.AssertSame(Read(tiff), Read(TiffBytes.BigEndian(tiff, word)));

    [Fact]
    public void A_tiff_with_offsets_of_8_bytes_is_the_same_picture()
    {
        byte[] tiff = TiffBytes.Create<ushort>(1, 2, 3, [1, 500, 40000, 7, 256, 65535], TiffBytes.Rgb);
        TestPictures.AssertSame(Read(tiff), Read(TiffBytes.Big(tiff)));
    }

    [Theory]
    [InlineData(3, false)]
    [InlineData(4, true)] // the fourth plane is alpha
    [InlineData(4, false)] // or nobody knows what
    public void Colours_that_lie_in_planes_are_put_together(int planes, bool isAlpha)
    {
        byte[] pixels = [10, 20, 30, 40, 50, 60, 70, 80];
        List<TiffEntry> entries =
        [
            TiffBytes.Longs(256, 2), TiffBytes.Longs(257, 1), TiffBytes.Words(258, Enumerable.Repeat(8, planes)),
            TiffBytes.Words(259, [1]), TiffBytes.Words(262, [TiffBytes.Rgb]), TiffBytes.Words(277, [planes]), TiffBytes.Longs(278, 1),
            TiffBytes.Words(284, [2]), TiffBytes.Words(273, Enumerable.Range(0, planes).Select(plane => 8 + (2 * plane))),
            TiffBytes.Words(279, Enumerable.Repeat(2, planes)),
        ];
        if (planes == 4)
            entries.Add(TiffBytes.Words(338, [isAlpha ? 2 : 0]));

        RasterImage image = Read([.. "II*\0"u8, 16, 0, 0, 0, .. pixels, .. TiffDirectory.Write(entries, 16)]);

        Assert.Equal(isAlpha ? [10, 30, 50, 70, 20, 40, 60, 80] : [10, 30, 50, 20, 40, 60], (byte[])image.Samples);
    }

    [Fact]
    public void Sixteen_bit_alpha_tiff_keeps_its_alpha_straight()
    {
        RasterImage image = Read(TiffBytes.Create<ushort>(1, 1, 4, [40000, 30000, 20000, 32768], TiffBytes.Rgb, extra: 2));
        Assert.Equal([40000, 30000, 20000, 32768], (ushort[])image.Samples);
    }

    [Fact]
    public void Premultiplied_tiff_comes_straight()
    {
        RasterImage image = Read(TiffBytes.Create<byte>(2, 1, 4, [100, 50, 0, 128, 9, 8, 7, 255], TiffBytes.Rgb, extra: 1));
        byte[] samples = (byte[])image.Samples;
        Assert.Equal(4, image.Channels);
        Assert.InRange(samples[0], 198, 200);
        Assert.InRange(samples[1], 99, 100);
        Assert.Equal([0, 128, 9, 8, 7, 255], samples[2..]);
    }

    [Fact]
    public void Tiff_orientation_is_applied()
    {
        RasterImage image = Read(TiffBytes.Create<byte>(2, 1, 1, [10, 20], TiffBytes.Black, more: TiffBytes.Words(274, [3])));
        Assert.Equal([20, 10], (byte[])image.Samples);
        Assert.Equal(1, ExifBlock.OrientationOf(image.Metadata.Exif));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(17)]
    public void An_interlaced_gif_is_put_together(int height)
    {
        RasterImage image = Read(InterlacedGif(height));

        Assert.Equal(Enumerable.Range(0, height).Select(row => 255 * Level(row)),
            Enumerable.Range(0, height).Select(row => TestPictures.Sample(image, row * image.Channels)));
    }

    /// <summary>The library takes it for damaged.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void An_interlaced_gif_whose_second_pass_has_no_row_is_refused_as_such(int height) => Assert.Contains(
        $"interlaced and {height} pixels high", Assert.Throws<PssrException>(() => Read(InterlacedGif(height))).Message,
        StringComparison.Ordinal);

    private static byte Level(int row) => (byte)(System.Numerics.BitOperations.PopCount((uint)row) % 2);

    /// <summary>A column in GIF's four passes (GIF89a, appendix E).</summary>
    private static byte[] InterlacedGif(int height)
    {
        int[] order = [.. new[] { (0, 8), (4, 8), (2, 4), (1, 2) }
            .SelectMany(pass => Enumerable.Range(0, height).Where(row => row >= pass.Item1 && (row - pass.Item1) % pass.Item2 == 0))];
        byte[] gif = GifBytes.Create(1, height, [.. order.Select(Level)]);
        gif[28] |= 0x40; // of the picture's descriptor
        return gif;
    }

    [Fact]
    public void The_first_frame_of_a_gif_is_read()
    {
        RasterImage image = Read(GifBytes.Create(3, 2, [0, 1, 0, 1, 0, 1]));
        Assert.Equal((3, 2), (image.Width, image.Height));
        int stride = image.Channels;
        Assert.InRange(stride, 1, 4);
        Assert.NotEqual(TestPictures.Sample(image, 0), TestPictures.Sample(image, stride));
        Assert.Equal(TestPictures.Sample(image, 0), TestPictures.Sample(image, 2 * stride));
    }

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("file", bytes));
}
