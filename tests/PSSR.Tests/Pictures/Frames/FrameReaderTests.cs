using System.Buffers.Binary;
using PSSR.Pictures;
using PSSR.Pictures.Frames;

namespace PSSR.Tests.Pictures.Frames;

public sealed class FrameReaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // Two pixels wide: the second frame is one pixel at the right.
    [Theory]
    [InlineData(0, new byte[] { 0, 255 }, new byte[] { 0, 0 })]
    [InlineData(1, new byte[] { 0, 255 }, new byte[] { 0, 0 })]
    public void Frames_of_a_gif_are_drawn_over_those_before(int disposal, byte[] second, byte[] third)
    {
        var path = Gif([0, 0], disposal, (1, 1, [1]), (1, 1, [0]));

        Assert.Equal(3, FrameReader.CountOf(path));
        using var frames = new FrameReader(path);
        Assert.Equal([0, 0], Red(frames.Read(1)));
        Assert.Equal(second, Red(frames.Read(2)));
        Assert.Equal(third, Red(frames.Read(3)));
        Assert.Equal([0, 0], Red(frames.Read(1))); // going back begins anew
    }

    [Fact]
    public void A_gif_frame_that_is_cleared_or_restored_leaves_what_it_should()
    {
        using var cleared = new FrameReader(Gif([1, 1], 2, (0, 1, [0])));
        Assert.Equal([255, 255], Red(cleared.Read(1)));
        Assert.Equal([0, 255, 0, 0], Samples(cleared.Read(2)).Where((_, i) => i % 4 is 0 or 3)); // black, and the rest transparent

        using var restored = new FrameReader(Gif([0, 0], 0, (0, 2, [1, 1], 3), (1, 1, [1], 0)));
        Assert.Equal([255, 255], Red(restored.Read(2)));
        Assert.Equal([0, 255], Red(restored.Read(3)));
    }

    [Fact]
    public void Frames_of_an_animated_png_blend_as_they_say()
    {
        // 2×1 RGBA: red half seen; then a pixel at the right, replacing, then one blending over the first.
        byte[] png = PngBytes.Create(2, 1, 8, 6, [0, 200, 0, 0, 255, 0, 0, 200, 255], ("acTL", [0, 0, 0, 3, 0, 0, 0, 0]),
            ("fcTL", Control(0, 2, 0, blend: 0, dispose: 0)));
        byte[] end = png[^12..];
        png = [.. png[..^12], .. PngBytes.Chunk("fcTL", Control(1, 1, 1, blend: 0, dispose: 0)), .. Data(2, [0, 9, 9, 9, 128]),
            .. PngBytes.Chunk("fcTL", Control(3, 1, 0, blend: 1, dispose: 0)), .. Data(4, [0, 0, 0, 0, 51]), .. end];
        var path = _folder.Write("a.png", png);

        using var frames = new FrameReader(path);

        Assert.Equal(3, FrameReader.CountOf(path));
        Assert.Equal([200, 0, 0, 0, 0, 200], Samples(frames.Read(1)));
        Assert.Equal([200, 0, 0, 255, 9, 9, 9, 128], Samples(frames.Read(2)));
        Assert.Equal([160, 0, 0, 255, 9, 9, 9, 128], Samples(frames.Read(3)));
    }

    [Fact]
    public void Frames_of_a_wide_png_are_transparent_where_its_key_stands()
    {
        byte[] png = PngBytes.Create(2, 1, 16, 0, [0, 0x12, 0x34, 0x34, 0x12], ("acTL", [0, 0, 0, 1, 0, 0, 0, 0]),
            ("fcTL", Control(0, 2, 0, blend: 0, dispose: 0)), ("tRNS", [0x12, 0x34]));

        using var frames = new FrameReader(_folder.Write("a.png", png));

        Assert.Equal([0x12, 0x12, 0x12, 0, 0x34, 0x34, 0x34, 255], Samples(frames.Read(1)));
    }

    [Fact]
    public void A_png_whose_default_picture_is_no_frame_has_the_frames_alone()
    {
        byte[] png = PngBytes.Create(1, 1, 8, 0, [0, 77], ("acTL", [0, 0, 0, 1, 0, 0, 0, 0]));
        png = [.. png[..^12], .. PngBytes.Chunk("fcTL", Control(0, 1, 0, blend: 0, dispose: 0)), .. Data(1, [0, 5]), .. png[^12..]];
        var path = _folder.Write("a.png", png);

        using var frames = new FrameReader(path);

        Assert.Equal(1, FrameReader.CountOf(path));
        Assert.Equal([5, 5, 5], Samples(frames.Read(1)));
        Assert.Throws<PssrException>(() => frames.Read(2));
    }

    [Fact]
    public void Frames_of_an_animated_webp_are_read_at_their_places()
    {
        var picture = WebpPicture();
        var path = Webp((0, 1, picture), (1, 0, picture), (0, 0, picture));

        using var frames = new FrameReader(path);

        Assert.Equal(3, FrameReader.CountOf(path));
        Assert.Equal([10, 20, 30, 255, 40, 50, 60, 255, .. new byte[8]], Samples(frames.Read(1)));
        Assert.Equal([.. new byte[8], 10, 20, 30, 255, 40, 50, 60, 255], Samples(frames.Read(2))); // the first was cleared
        Assert.Equal([10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60], Samples(frames.Read(3)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_damaged_frame_keeps_the_numbers_of_the_others(bool isDeflated)
    {
        byte[] png = PngBytes.Create(1, 1, 8, 0, [0, 10], ("acTL", [0, 0, 0, 3, 0, 0, 0, 0]),
            ("fcTL", Control(0, 1, 0, blend: 0, dispose: 0)));
        // What can't be inflated, and what is no filter of a row.
        byte[] damaged = isDeflated ? Data(2, [9, 0]) : PngBytes.Chunk("fdAT", [0, 0, 0, 2, 1, 2, 3, 4]);
        png = [.. png[..^12], .. PngBytes.Chunk("fcTL", Control(1, 1, 0, blend: 0, dispose: 0)), .. damaged,
            .. PngBytes.Chunk("fcTL", Control(3, 1, 0, blend: 0, dispose: 0)), .. Data(4, [0, 30]), .. png[^12..]];
        var path = _folder.Write("a.png", png);
        using var frames = new FrameReader(path);
        using var third = new FrameReader(path);

        Assert.Equal(3, FrameReader.CountOf(path));
        Assert.Equal([10, 10, 10], Samples(frames.Read(1)));
        Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => frames.Read(2)).Kind);
        Assert.Equal([30, 30, 30], Samples(frames.Read(3)));
        Assert.Equal([30, 30, 30], Samples(third.Read(3)));
        Assert.Throws<PssrException>(() => frames.Read(4));
    }

    [Theory]
    [InlineData(5, 3)] // over the limit
    [InlineData(9, 10)]
    [InlineData(0, 10)]
    public void A_frame_of_a_gif_that_can_t_be_keeps_the_numbers_of_the_others(byte width, long limit)
    {
        var bytes = File.ReadAllBytes(Gif([0, 0], 0, (0, 2, [1, 1]), (1, 1, [1])));
        bytes[Frames(bytes)[1] + 5] = width; // more pixels than its codes hold, or none
        var path = _folder.Write("a.gif", bytes);
        using var frames = new FrameReader(path, limit);
        using var third = new FrameReader(path, limit);

        Assert.Equal(3, FrameReader.CountOf(path));
        Assert.Equal([0, 0], Red(frames.Read(1)));
        Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => frames.Read(2)).Kind);
        Assert.Equal([0, 255], Red(frames.Read(3)));
        Assert.Equal([0, 255], Red(third.Read(3)));
    }

    /// <summary>Where the image descriptors of a GIF begin.</summary>
    private static int[] Frames(byte[] gif)
    {
        byte[] control = [0x21, 0xF9, 4];
        return [.. Enumerable.Range(0, gif.Length - 8).Where(at => gif.AsSpan(at, 3).SequenceEqual(control)).Select(at => at + 8)];
    }

    [Fact]
    public void A_cut_file_has_the_frames_that_are_whole_and_stills_have_one()
    {
        var whole = File.ReadAllBytes(Gif([0, 1], 0, (0, 2, [1, 1]), (0, 2, [0, 0])));
        ImageCodec.Write(_folder.File("still.png"), MadePictures.Create(3, 2), ImageFormat.Png);

        Assert.Equal(2, FrameReader.CountOf(_folder.Write("cut.gif", whole[..^4])));
        Assert.Equal(1, FrameReader.CountOf(_folder.File("still.png")));
        Assert.Equal(1, FrameReader.CountOf(_folder.File("none.gif")));
        foreach (var path in new[] { _folder.File("none.gif"), _folder.Write("text.gif", "text"u8) })
            Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => new FrameReader(path)).Kind);
    }

    [Fact]
    public void A_damaged_frame_of_a_webp_keeps_the_numbers_of_the_others()
    {
        byte[] picture = WebpPicture(), damaged = [.. picture];
        Array.Fill(damaged, byte.MaxValue, 8, 8); // its own header
        var path = Webp((0, 0, picture), (0, 0, damaged), (1, 0, picture));
        using var frames = new FrameReader(path);

        Assert.Equal(3, FrameReader.CountOf(path));
        frames.Read(1);
        Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => frames.Read(2)).Kind);
        Assert.Equal([10, 20, 30, 40, 50, 60, 10, 20, 30, 40, 50, 60], Samples(frames.Read(3)));
    }

    /// <summary>Two pixels as chunks of a WebP.</summary>
    private byte[] WebpPicture()
    {
        ImageCodec.Write(_folder.File("one.webp"), new RasterImage(2, 1, 3, new byte[] { 10, 20, 30, 40, 50, 60 }), ImageFormat.Webp, 100);
        return File.ReadAllBytes(_folder.File("one.webp"))[12..];
    }

    /// <summary>An animation of four pixels' width.</summary>
    /// <param name="frames">Left in pairs of pixels.</param>
    private string Webp(params (byte Left, byte Flags, byte[] Picture)[] frames)
    {
        byte[] chunks =
        [
            .. "VP8X"u8, 10, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0, 0, 0, .. "ANIM"u8, 6, 0, 0, 0, .. new byte[6],
            .. frames.SelectMany(frame => (byte[])[
                .. "ANMF"u8, .. BitConverter.GetBytes(16 + frame.Picture.Length), frame.Left, 0, 0, 0, 0, 0, 1, .. new byte[8], frame.Flags,
                .. frame.Picture]),
        ];
        return _folder.Write("a.webp", [.. "RIFF"u8, .. BitConverter.GetBytes(4 + chunks.Length), .. "WEBP"u8, .. chunks]);
    }

    /// <param name="first">Two pixels, 0 black or 1 white.</param>
    /// <param name="disposal">Of the first frame.</param>
    private string Gif(byte[] first, int disposal, params (int Left, int Width, byte[] Pixels)[] others) =>
        Gif(first, disposal, [.. others.Select(other => (other.Left, other.Width, other.Pixels, 0))]);

    private string Gif(byte[] first, int disposal, params (int Left, int Width, byte[] Pixels, int Disposal)[] others)
    {
        byte[] Control(int how) => [0x21, 0xF9, 4, (byte)(how << 2), 0, 0, 0, 0];
        byte[] gif = GifBytes.Create(2, 1, first);
        List<byte> file = [.. gif[..19], .. Control(disposal), .. gif[19..^1]];
        foreach (var (left, width, pixels, how) in others)
        {
            var frame = GifBytes.Create(width, 1, pixels)[19..^1];
            frame[1] = (byte)left;
            file.AddRange([.. Control(how), .. frame]);
        }
        return _folder.Write($"{Guid.NewGuid():N}.gif", [.. file, 0x3B]);
    }

    private static byte[] Control(int sequence, int width, int left, byte blend, byte dispose)
    {
        var control = new byte[26];
        BinaryPrimitives.WriteInt32BigEndian(control, sequence);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(4), width);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(8), 1);
        BinaryPrimitives.WriteInt32BigEndian(control.AsSpan(12), left);
        (control[24], control[25]) = (dispose, blend);
        return control;
    }

    private static byte[] Data(byte sequence, byte[] rows) => PngBytes.Chunk("fdAT", [0, 0, 0, sequence, .. PngBytes.Deflate(rows)]);

    private static byte[] Samples(RasterImage image) => (byte[])image.Samples;

    private static byte[] Red(RasterImage image) => [.. Samples(image).Where((_, i) => i % image.Channels == 0)];
}
