using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Files that end early, or claim what they haven't: what is there is read, what isn't costs nothing.</summary>
public sealed class CutOffTests : IDisposable
{
    private static readonly (int, int)[] Colours = [(2, 2), (1, 1), (1, 1)];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_jpeg_that_only_lacks_its_end_is_read_with_a_note(bool progressive)
    {
        byte[] whole = Jpeg(progressive);
        RasterImage expected = Read(whole);
        Assert.Empty(expected.Notes);
        foreach (int cut in (int[])[1, 2])
        {
            RasterImage image = Read(whole[..^cut]);
            TestPictures.AssertSame(expected, image);
            Assert.Contains("cut off", Assert.Single(image.Notes));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_jpeg_with_pixels_missing_is_refused_whether_it_ends_or_not(bool progressive)
    {
        byte[] whole = Jpeg(progressive);
        Assert.Contains("missing", Refused(whole[..^12]));
        Assert.Contains("missing", Refused([.. whole[..^12], 0xFF, 0xD9]));
    }

    [Fact]
    public void A_progressive_jpeg_that_lost_its_last_scan_is_refused()
    {
        byte[] whole = Jpeg(progressive: true);
        int scan = whole.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);
        Assert.Contains("last scans", Refused(whole[..scan]));
    }

    [Fact]
    public void What_follows_a_jpeg_is_named_and_left_out()
    {
        byte[] whole = Jpeg(progressive: false);
        RasterImage image = Read([.. whole, .. whole[..^30]]);
        TestPictures.AssertSame(Read(whole), image);
        Assert.Contains($"{whole.Length - 30} bytes", Assert.Single(image.Notes));
        Assert.Empty(Read([.. whole, 0, 0, 0]).Notes);
    }

    [Fact]
    public void Restart_markers_are_followed_and_one_that_is_missing_is_noticed()
    {
        byte[] whole = JpegBytes.Create(64, 64, Colours, Level, restart: 3);
        TestPictures.AssertSame(Read(Jpeg(progressive: false)), Read(whole));
        int marker = whole.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xD2]);
        Assert.Contains("missing", Refused([.. whole[..marker], 0xFF, 0xD9]));
    }

    [Fact]
    public void A_png_with_rows_missing_is_refused_and_one_that_lacks_its_end_read()
    {
        byte[] whole = PngBytes.Create(8, 8, 8, 0, [.. Enumerable.Repeat((byte)0, 72)]);
        Assert.Equal(8, Read(whole[..^12]).Height);
        Assert.Contains("cut off", Assert.Single(Read(whole[..^14]).Notes)); // within the check sum of the data
        Assert.Contains("13 % of its pixels are missing", Refused(PngBytes.Create(8, 8, 8, 0, [.. Enumerable.Repeat((byte)0, 63)])));
    }

    [Fact]
    public void A_gif_with_pixels_missing_is_refused()
    {
        byte[] whole = GifBytes.Create(9, 7, new byte[63]);
        Assert.Equal(7, Read(whole[..^1]).Height);
        Assert.Contains("ends before", Refused(whole[..^4]));
        Assert.Contains("ends before", Refused(GifBytes.Create(9, 8, new byte[63])));
    }

    [Fact]
    public void A_tiff_with_rows_missing_is_refused() =>
        Assert.Contains("missing from row", Refused(WithEntry(TiffBytes.Create<byte>(4, 4, 1, new byte[16], TiffBytes.Black), 257, 5)));

    [Theory]
    [InlineData(278, 2, 2)] // two strips, of which one has a place
    [InlineData(273, 7, 0)] // within the header
    [InlineData(273, 100_000, 0)] // behind the end
    [InlineData(279, 15, 0)] // a sample short
    public void A_tiff_whose_strips_are_not_there_is_refused(ushort tag, int value, int row) => Assert.Contains($"missing from row {row}",
        Refused(WithEntry(TiffBytes.Create<byte>(4, 4, 1, new byte[16], TiffBytes.Black), tag, value)));

    [Fact]
    public void A_bmp_whose_last_row_isnt_padded_is_read() =>
        Assert.Equal([3, 2, 1], (byte[])Read(BmpBytes.Create(1, 1, 24, [], [1, 2, 3])).Samples);

    [Fact]
    public void A_bmp_without_the_offset_of_its_pixels_is_read()
    {
        byte[] greys = [.. Enumerable.Range(0, 256).SelectMany(i => new[] { (byte)i, (byte)i, (byte)i, (byte)0 })];
        byte[] bytes = BmpBytes.Create(2, 1, 8, greys, [7, 9, 0, 0]);
        bytes.AsSpan(10, 4).Clear();
        Assert.Equal([7, 9], (byte[])Read(bytes).Samples);
    }

    public static TheoryData<string, byte[]> Claims => new()
    {
        { "chunk.png", [.. PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3])[..33], 0x7F, 0xFF, 0xFF, 0xFF, .. "iTXtabcd"u8] },
        { "size.png", PngBytes.Create(17000, 17000, 8, 2, [0, 1, 2, 3]) },
        { "size.jpg", Resized(JpegBytes.Create(16, 16, Colours, Level), 17000) },
        { "size.bmp", BmpBytes.Create(17000, 17000, 8, new byte[1024], [1, 1, 0, 1], compression: 1) },
        { "size.gif", GifBytes.Create(17000, 17000, 1, 1, [0]) },
        { "size.tif", WithEntry(WithEntry(TiffBytes.Create<byte>(1, 1, 1, [0], TiffBytes.Black), 256, 17000), 257, 17000) },
        { "strip.tif", WithEntry(TiffBytes.Create<byte>(4, 4, 1, new byte[16], TiffBytes.Black), 279, int.MaxValue) },
        { "rows.tif", WithEntry(TiffBytes.Create<byte>(4, 4, 1, new byte[16], TiffBytes.Black), 278, int.MaxValue) },
        { "lossless.webp", Webp("VP8L"u8, [0x2F, 0xFF, 0xFF, 0xFF, 0x0F, .. new byte[40]]) },
        { "lossy.webp", Webp("VP8 "u8, [0x10, 2, 0, 0x9D, 1, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F, .. new byte[40]]) },
    };

    [Theory]
    [MemberData(nameof(Claims))]
    public void What_a_file_claims_and_hasnt_costs_no_memory(string name, byte[] bytes)
    {
        string path = _folder.Write(name, bytes);
        HostileImageTests.TryRead(path); // what a first call loads isn't counted
        long before = GC.GetTotalAllocatedBytes(precise: true);
        try
        {
            ImageCodec.Read(path);
        }
        catch (PssrException)
        {
            // Refused, or read, as rows.tif is.
        }

        Assert.InRange(GC.GetTotalAllocatedBytes(precise: true) - before, 0, 8 << 20);
    }

    private static int Level(int component, int column, int row) => 60 + 2 * (component * 7 + column * 11 + row * 5);

    private static byte[] Jpeg(bool progressive) => JpegBytes.Create(64, 64, Colours, Level, progressive: progressive);

    private static byte[] Resized(byte[] jpeg, int side)
    {
        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);
        (jpeg[frame + 5], jpeg[frame + 6], jpeg[frame + 7], jpeg[frame + 8]) =
            ((byte)(side >> 8), (byte)side, (byte)(side >> 8), (byte)side);
        return jpeg;
    }

    private static byte[] Webp(ReadOnlySpan<byte> name, byte[] body) =>
        [.. "RIFF"u8, .. BitConverter.GetBytes(body.Length + 12), .. "WEBP"u8, .. name, .. BitConverter.GetBytes(body.Length), .. body];

    /// <summary>With another number in a LONG entry.</summary>
    private static byte[] WithEntry(byte[] tiff, ushort tag, int value)
    {
        int at = BitConverter.ToInt32(tiff, 4) + 2;
        while (BitConverter.ToUInt16(tiff, at) != tag)
            at += 12;
        BitConverter.TryWriteBytes(tiff.AsSpan(at + 8), value);
        return tiff;
    }

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("x", bytes));

    private string Refused(byte[] bytes) => Assert.Throws<PssrException>(() => Read(bytes)).Message;
}
