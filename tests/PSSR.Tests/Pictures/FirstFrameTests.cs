using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>Of several pages or frames the first is read, and the others are told of.</summary>
public sealed class FirstFrameTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(0, "first of its 2 pages")]
    [InlineData(1, null)]
    public void Pages_of_a_tiff_are_counted_but_thumbnails_arent(int subfile, string? note)
    {
        byte[] one = TiffBytes.Create<byte>(2, 1, 1, [10, 20], TiffBytes.Black, more: TiffBytes.Longs(254, 0));
        int directory = BitConverter.ToInt32(one, 4), link = directory + 2 + 12 * BitConverter.ToUInt16(one, directory);
        byte[] two = [.. one, .. one[directory..(link + 4)]];
        BitConverter.TryWriteBytes(two.AsSpan(link), one.Length);
        two[one.Length + 10] = (byte)subfile; // the second directory's first entry
        RasterImage image = Read(two);
        Assert.Equal([10, 20], (byte[])image.Samples);
        Assert.Equal(note is not null, image.Notes.Any(n => n.Contains(note ?? "", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_first_page_that_is_a_preview_as_in_raw_photographs_is_no_picture_to_enlarge()
    {
        var error = Assert.Throws<PssrException>(() => Read(TiffBytes.Create<byte>(2, 1, 1, [10, 20], TiffBytes.Black,
            more: TiffBytes.Longs(254, 1))));

        Assert.Contains("a reduced preview, as in raw photographs, which aren't supported", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_tiff_whose_pages_go_round_in_a_circle_has_those_that_there_are()
    {
        byte[] tiff = TiffBytes.Create<byte>(2, 1, 1, [10, 20], TiffBytes.Black);
        int directory = BitConverter.ToInt32(tiff, 4);
        BitConverter.TryWriteBytes(tiff.AsSpan(directory + 2 + 12 * BitConverter.ToUInt16(tiff, directory)), directory);
        Assert.Empty(Read(tiff).Notes);
    }

    [Fact]
    public void Frames_of_an_animated_png_are_counted()
    {
        byte[] png = PngBytes.Create(1, 1, 8, 0, [0, 77], ("acTL", [0, 0, 0, 3, 0, 0, 0, 0]));
        Assert.Contains("first of its 3 frames", Assert.Single(Read(png).Notes));
    }

    [Fact]
    public void A_gif_frame_smaller_than_its_canvas_leaves_the_rest_transparent()
    {
        byte[] gif = GifBytes.Create(3, 2, 1, 1, [1]);
        gif[20] = 1; // from the left
        RasterImage image = Read(gif);
        Assert.Equal((3, 2, 4), (image.Width, image.Height, image.Channels));
        Assert.Equal([0, 0, 0, 0, 255, 255, 255, 255, .. new byte[16]], (byte[])image.Samples);
        Assert.Empty(image.Notes);
    }

    [Fact]
    public void Frames_of_a_gif_are_counted()
    {
        byte[] gif = GifBytes.Create(2, 1, [0, 1]);
        byte[] animated = [.. gif[..^1], .. gif[19..]];
        RasterImage image = Read(animated);
        Assert.Equal([0, 0, 0, 255, 255, 255], (byte[])image.Samples);
        Assert.Contains("first of its 2 frames", Assert.Single(image.Notes));
    }

    [Fact]
    public void The_first_frame_of_an_animated_webp_is_read_at_its_place()
    {
        var one = new RasterImage(2, 1, 3, new byte[] { 10, 20, 30, 40, 50, 60 });
        ImageCodec.Write(_folder.File("one.webp"), one, ImageFormat.Webp, quality: 100);
        byte[] picture = File.ReadAllBytes(_folder.File("one.webp"))[12..];
        byte[] place = [1, 0, 0, 0, 0, 0, 1, .. new byte[9]];
        byte[] frame = [.. "ANMF"u8, .. BitConverter.GetBytes(16 + picture.Length), .. place, .. picture];
        byte[] canvas = [.. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0];
        byte[] chunks = [.. canvas, .. "ANIM"u8, 6, 0, 0, 0, .. new byte[6], .. frame, .. frame];
        RasterImage image = Read([.. "RIFF"u8, .. BitConverter.GetBytes(4 + chunks.Length), .. "WEBP"u8, .. chunks]);
        Assert.Equal((4, 1), (image.Width, image.Height));
        Assert.Equal([.. new byte[8], 10, 20, 30, 255, 40, 50, 60, 255], (byte[])image.Samples);
        Assert.Contains("first of its 2 frames", Assert.Single(image.Notes));
    }

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("x", bytes));
}
