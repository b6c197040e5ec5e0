using System.Runtime.InteropServices;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>Strips as writers lay them: a plane for each channel, differences, bits from the other end.</summary>
public sealed class TiffStripsTests : IDisposable
{
    private const int Deflate = 8, PackBits = 32773, Jpeg = 7, YCbCr = 6, Lab = 8;

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Floats_in_planes_are_put_together()
    {
        // Two columns and three rows, two of them a strip: the last strip of each plane is short.
        float[][] planes = [.. Enumerable.Range(0, 24).Select(value => value / 23f).Chunk(6)];
        RasterImage image = Read(Planes(2, 3, 32, 1, [.. planes.Select(plane => MemoryMarshal.AsBytes(plane.AsSpan()).ToArray())],
            TiffBytes.Words(339, [3, 3, 3, 3]), TiffBytes.Words(338, [2])));

        Assert.Equal((2, 3, 4, 16), (image.Width, image.Height, image.Channels, image.BitDepth));
        for (int at = 0; at < 24; at++)
            Assert.Equal((at % 4 * 6 + at / 4) * 65535 / 23.0, TestPictures.Sample(image, at), 0.51);
    }

    [Fact]
    public void Differences_in_planes_are_summed_up_in_each()
    {
        byte[][] planes = [[10, 1, 20, 2, 30, 3], [40, 255, 50, 254, 60, 253], [70, 0, 80, 0, 90, 0]];
        RasterImage image = Read(Planes(2, 3, 8, Deflate, planes, TiffBytes.Words(317, [2])));

        Assert.Equal([10, 40, 70, 11, 39, 70, 20, 50, 80, 22, 48, 80, 30, 60, 90, 33, 57, 90], (byte[])image.Samples);
        Assert.Empty(image.Notes);
    }

    [Fact]
    public void Grey_in_planes_keeps_its_opacity()
    {
        RasterImage image = Read(Planes(2, 3, 8, 1, [[1, 2, 3, 4, 5, 6], [7, 8, 9, 10, 11, 12]], TiffBytes.Words(338, [2])));

        Assert.Equal([1, 7, 2, 8, 3, 9, 4, 10, 5, 11, 6, 12], (byte[])image.Samples);
        Assert.Empty(image.Notes);
    }

    [Theory]
    [InlineData(2, "differences (predictor 2) of 2 bits")]
    [InlineData(12, "differences (predictor 2) of 12 bits")]
    public void Differences_of_samples_that_share_bytes_are_refused(int bits, string reason) =>
        Refuses(reason, File(PngBytes.Deflate(new byte[12]), Entries(4, 1, bits, Deflate, TiffBytes.Black, 1), TiffBytes.Words(317, [2])));

    [Fact]
    public void Lab_in_planes_is_refused() =>
        Refuses("photometric interpretation 8", Planes(2, 3, 8, 1, [new byte[6], new byte[6], new byte[6]], Lab));

    [Theory]
    [InlineData(4, false)]
    [InlineData(3, true)]
    public void Channels_of_jpeg_that_the_library_mistakes_for_others_are_refused(int samples, bool planar) => Refuses(
        $"{samples} channels{(planar ? " in planes" : "")} of JPEG", File(new byte[40], Entries(4, 1, 8, Jpeg, TiffBytes.Rgb, samples),
            TiffBytes.Words(338, [2]), TiffBytes.Words(284, [planar ? 2 : 1])));

    [Fact]
    public void Differences_in_colours_apart_from_brightness_are_refused() => Refuses("differences (predictor 2) of 8 bits in YCbCr",
        File(PngBytes.Deflate(new byte[12]), Entries(4, 1, 8, Deflate, YCbCr, 3), TiffBytes.Words(317, [2]), TiffBytes.Words(530, [1, 1])));

    [Fact]
    public void Smaller_planes_of_colour_are_refused_by_their_name() => Refuses("those of colour are smaller",
        File(new byte[24], Entries(4, 4, 8, 1, YCbCr, 3), TiffBytes.Words(284, [2]), TiffBytes.Words(530, [2, 2])));

    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(2, 1, true)]
    [InlineData(2, 2, true)] // as libtiff writes
    [InlineData(2, 2, false)]
    public void Colours_of_jpeg_are_made_as_large_as_the_picture_once(int across, int down, bool tablesApart)
    {
        byte[] jpeg = JpegBytes.Create(40, 24, [(across, down), (1, 1), (1, 1)],
            (component, column, row) => component switch { 0 => 60 + 16 * column + 6 * row, 1 => 90, _ => 160 });
        var (tables, strip) = tablesApart ? TablesApart(jpeg) : ([], jpeg);
        RasterImage image = Read(File(strip, Entries(40, 24, 8, Jpeg, YCbCr, 3), [TiffBytes.Words(530, [across, down]),
            .. tables.Length == 0 ? Array.Empty<TiffEntry>() : [new TiffEntry(347, 7, tables)]]));

        for (int y = 0; y < 24; y++)
            for (int x = 0; x < 40; x++)
            {
                double luma = 60 + 16 * (x / 8) + 6 * (y / 8);
                double[] expected = [luma + 1.402 * 32, luma + 0.344136 * 38 - 0.714136 * 32, luma - 1.772 * 38];
                for (int c = 0; c < 3; c++)
                    Assert.Equal(Math.Clamp(expected[c], 0, 255), TestPictures.Sample(image, (y * 40 + x) * 3 + c), 2.0);
            }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Grey_strips_of_jpeg_may_have_tables_of_their_own(bool tablesApart)
    {
        byte[] jpeg = JpegBytes.Create(16, 8, [(1, 1)], (_, column, _) => 60 + 100 * column);
        var (tables, strip) = tablesApart ? TablesApart(jpeg) : ([], jpeg);
        RasterImage image = Read(File(strip, Entries(16, 8, 8, Jpeg, TiffBytes.Black, 1),
            tables.Length == 0 ? [] : [new TiffEntry(347, 7, tables)]));

        Assert.Equal(Enumerable.Range(0, 128).Select(i => (byte)(i % 16 < 8 ? 60 : 160)), (byte[])image.Samples);
    }

    [Theory]
    [InlineData(1, new byte[] { 0b00000101, 0b00000010 })]
    [InlineData(PackBits, new byte[] { 0b10000000, 0b00000101, 0b00000010 })]
    public void Bits_that_begin_at_the_low_end_come_in_their_order(int compression, byte[] strip)
    {
        RasterImage image = Read(File(strip, Entries(10, 1, 1, compression, TiffBytes.Black, 1), TiffBytes.Words(266, [2])));
        Assert.Equal([255, 0, 255, 0, 0, 0, 0, 0, 0, 255], (byte[])image.Samples);
    }

    [Fact]
    public void Deflated_bits_that_begin_at_the_low_end_are_turned_before()
    {
        byte[] strip = [.. PngBytes.Deflate([0b10100000, 0b01000000])
            .Select(b => (byte)Enumerable.Range(0, 8).Sum(bit => (b >> bit & 1) << 7 - bit))];
        RasterImage image = Read(File(strip, Entries(10, 1, 1, Deflate, TiffBytes.Black, 1), TiffBytes.Words(266, [2])));
        Assert.Equal([255, 0, 255, 0, 0, 0, 0, 0, 0, 255], (byte[])image.Samples);
    }

    private void Refuses(string reason, byte[] tiff) =>
        Assert.Contains(reason, Assert.Throws<PssrException>(() => Read(tiff)).Message, StringComparison.Ordinal);

    /// <summary>A JPEG's tables, and what is left of it (TIFF technical note 2).</summary>
    private static (byte[] Tables, byte[] Picture) TablesApart(byte[] jpeg)
    {
        List<byte> tables = [0xFF, 0xD8], picture = [0xFF, 0xD8];
        int at = 2;
        for (byte marker = 0; marker != 0xDA;)
        {
            marker = jpeg[at + 1];
            int end = at + 2 + (jpeg[at + 2] << 8 | jpeg[at + 3]);
            (marker is 0xDB or 0xC4 ? tables : picture).AddRange(jpeg[at..end]);
            at = end;
        }

        return ([.. tables, 0xFF, 0xD9], [.. picture, .. jpeg[at..]]);
    }

    private static byte[] Planes(int width, int height, int bits, int compression, byte[][] planes, params TiffEntry[] more) =>
        Planes(width, height, bits, compression, planes, planes.Length < 3 ? TiffBytes.Black : TiffBytes.Rgb, more);

    /// <summary>A file of planes in strips of two rows.</summary>
    private static byte[] Planes(
        int width, int height, int bits, int compression, byte[][] planes, int photometric, params TiffEntry[] more)
    {
        byte[][] strips = [.. planes.SelectMany(plane => plane.Chunk(2 * width * bits / 8))
            .Select(strip => compression == Deflate ? PngBytes.Deflate(strip) : strip)];
        int[] offsets = [.. strips.Select((_, i) => 8 + strips[..i].Sum(strip => strip.Length))];
        List<TiffEntry> entries = Entries(width, height, bits, compression, photometric, planes.Length);
        entries.RemoveAll(entry => entry.Tag is 273 or 278 or 279);
        entries.AddRange([TiffBytes.Longs(278, 2), TiffBytes.Words(273, offsets), TiffBytes.Words(279, strips.Select(s => s.Length)),
            TiffBytes.Words(284, [2])]);
        return File([.. strips.SelectMany(strip => strip)], entries, more);
    }

    private static List<TiffEntry> Entries(int width, int height, int bits, int compression, int photometric, int samples) =>
    [
        TiffBytes.Longs(256, width), TiffBytes.Longs(257, height), TiffBytes.Words(258, Enumerable.Repeat(bits, samples)),
        TiffBytes.Words(259, [compression]), TiffBytes.Words(262, [photometric]), TiffBytes.Longs(273, 8),
        TiffBytes.Words(277, [samples]), TiffBytes.Longs(278, height),
    ];

    private static byte[] File(byte[] strips, List<TiffEntry> entries, params TiffEntry[] more)
    {
        if (!entries.Exists(entry => entry.Tag == 279))
            entries.Add(TiffBytes.Longs(279, strips.Length));
        int directory = 8 + strips.Length + (strips.Length & 1);
        return [.. "II*\0"u8, .. BitConverter.GetBytes(directory), .. strips, .. new byte[strips.Length & 1],
            .. TiffDirectory.Write([.. entries, .. more], directory)];
    }

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("x.tif", bytes));
}
