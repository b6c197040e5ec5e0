using System.Text;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

public sealed class HostileImageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, byte[]> NotPictures => new()
    {
        { "empty.png", [] },
        { "text.png", "hello"u8.ToArray() },
        { "html.jpg", "<html><body>404</body></html>"u8.ToArray() },
        { "only-soi.jpg", [0xFF, 0xD8, 0xFF] },
        { "only-signature.png", [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10, 26, 10] },
        { "zero-width.png", PngBytes.Create(0, 5, 8, 0, [0]) },
        { "no-frames.gif", [.. "GIF89a"u8, 1, 0, 1, 0, 0, 0, 0, 0x3B] },
        { "zero-width.gif", GifBytes.Create(0, 4, []) },
        { "loop.tif", [.. "II*\0"u8, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0] },
        { "no-directory.tif", [.. "II*\0"u8, 255, 255, 255, 255] },
        { "riff.webp", [.. "RIFF"u8, 4, 0, 0, 0, .. "WEBP"u8] },
        { "signed.tif", TiffBytes.Create<sbyte>(4, 4, 1, new sbyte[16], TiffBytes.Black, TiffBytes.SignedSamples) },
    };

    [Theory]
    [MemberData(nameof(NotPictures))]
    public void What_is_no_picture_is_one_error_of_kind_image(string name, byte[] bytes)
    {
        string path = _folder.Write(name, bytes);
        var error = Assert.Throws<PssrException>(() => ImageCodec.Read(path));
        Assert.Equal((PssrErrorKind.Image, path), (error.Kind, error.Target));
        Assert.StartsWith($"'{path}' can't be read: ", error.Message);
    }

    [Fact]
    public void A_folder_with_a_pictures_name_is_an_error() =>
        Assert.Contains("folder",
            Assert.Throws<PssrException>(() => ImageCodec.Read(Directory.CreateDirectory(_folder.File("a.png")).FullName)).Message);

    public static TheoryData<string, byte[]> Bombs => new()
    {
        { "65500.png", PngBytes.Create(65500, 65500, 1, 0, [0]) },
        { "65535.gif", GifBytes.Create(65535, 65535, [0]) },
        { "frame-beyond-canvas.gif", GifBytes.Create(32, 32, 65535, 65535, [0]) },
        { "65535.tif", TiffBytes.Create<byte>(1, 1, 1, [0], TiffBytes.Black, more: []) },
        { "60000.bmp", BmpBytes.Create(60000, 60000, 24, [], []) },
        { "rle.bmp", BmpBytes.Create(60000, 60000, 8, new byte[1024], [0, 1], compression: 1) },
    };

    [Theory]
    [MemberData(nameof(Bombs))]
    public void Pictures_over_the_limit_are_refused_before_memory_is_taken(string name, byte[] bytes)
    {
        if (name == "65535.tif")
            bytes = WithTiffSize(bytes, 65535);
        string path = _folder.Write(name, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<PssrException>(() => ImageCodec.Read(path));
        Assert.Contains("over the limit of 300000000", error.Message);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 4 << 20);
    }

    [Fact]
    public void The_limit_is_the_callers()
    {
        string path = _folder.File("a.png");
        ImageCodec.Write(path, TestPictures.Gradient(10, 10, 3), ImageFormat.Png);
        Assert.Equal(10, ImageCodec.Read(path, pixelLimit: 100).Width);
        Assert.Contains("over the limit of 99", Assert.Throws<PssrException>(() => ImageCodec.Read(path, pixelLimit: 99)).Message);
    }

    [Fact]
    public void Compressed_blocks_that_unpack_to_too_much_are_left_out()
    {
        byte[] bomb = PngBytes.Deflate(new byte[Container.LargestBlock + 1]);
        Assert.Throws<InvalidDataException>(() => StreamPieces.Inflate(bomb));
        byte[] png = PngBytes.Create(1, 1, 8, 0, [0, 77], ("zTXt", [.. "Raw profile type exif\0\0"u8, .. bomb]),
            ("iCCP", [.. "x\0\0"u8, .. bomb]));
        if (TryRead(_folder.Write("a.png", png)) is { } image)
            Assert.Equal((77, ImageMetadata.None), (TestPictures.Sample(image, 0), image.Metadata));
    }

    public static TheoryData<string, byte[]> Swelling => new()
    {
        { "one-tag.png", PngBytes.Create(1, 1, 8, 0, [0, 77], ("eXIf", Sharing(1 << 20, 300, _ => 0x11A))) },
        { "tags.png", PngBytes.Create(1, 1, 8, 0, [0, 77], ("eXIf", Sharing(1 << 20, 3, i => (ushort)(0x11A + i)))) },
        {
            "words.png", PngBytes.Create(1, 1, 8, 0, [0, 77], ("zTXt", [.. "Raw profile type exif\0\0"u8,
                .. PngBytes.Deflate(Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("0 ", 1 << 20))))]))
        },
        { "tags.tif", WithExifOf(TiffBytes.Create<byte>(1, 1, 1, [77], TiffBytes.Black), Sharing(1 << 20, 300, i => (ushort)(1 + i))) },
    };

    [Theory]
    [MemberData(nameof(Swelling))]
    public void Entries_that_share_their_bytes_take_no_more_memory_than_a_real_file(string name, byte[] bytes)
    {
        string path = _folder.Write(name, bytes);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(77, TestPictures.Sample(ImageCodec.Read(path), 0));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 40 << 20);
    }

    /// <summary>An EXIF block whose entries all have the same value, all bytes that aren't the directory's.</summary>
    private static byte[] Sharing(int size, int count, Func<int, ushort> tag)
    {
        const int Start = 8192;
        var block = new byte[size];
        "II*\0\x08\0\0\0"u8.CopyTo(block);
        BitConverter.TryWriteBytes(block.AsSpan(8), (ushort)count);
        for (int i = 0; i < count; i++)
        {
            Span<byte> entry = block.AsSpan(10 + (12 * i));
            BitConverter.TryWriteBytes(entry, tag(i));
            BitConverter.TryWriteBytes(entry[2..], (ushort)5);
            BitConverter.TryWriteBytes(entry[4..], (size - Start) / 8);
            BitConverter.TryWriteBytes(entry[8..], Start);
        }

        return block;
    }

    /// <summary>The directory of the block lies behind the file as its EXIF directory; its values are of the file.</summary>
    private static byte[] WithExifOf(byte[] tiff, byte[] block)
    {
        using var stream = new MemoryStream(tiff);
        TiffDirectory.Header header = TiffDirectory.ReadHeader(stream)!.Value;
        List<TiffEntry> entries = TiffDirectory.Read(stream, header, header.First, _ => true)!;
        entries.Add(new TiffEntry(0x8769, 4, BitConverter.GetBytes(8)));
        int at = block.Length, pixel = entries.FindIndex(entry => entry.Tag == 273);
        entries[pixel] = new TiffEntry(273, 4, BitConverter.GetBytes(at));
        byte[] file = [.. block, 77, 0];
        BitConverter.TryWriteBytes(file.AsSpan(4), file.Length);
        return [.. file, .. TiffDirectory.Write(entries, file.Length)];
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.Bmp)]
    public void A_file_cut_off_anywhere_is_a_picture_or_one_error(ImageFormat format)
    {
        ImageCodec.Write(_folder.File("whole"), WithMetadata(), format);
        byte[] whole = File.ReadAllBytes(_folder.File("whole"));
        for (int i = 0; i < 40; i++)
            TryRead(_folder.Write("cut", whole[..(whole.Length * i / 40)]));
    }

    [Fact]
    public void What_follows_a_pictures_end_is_ignored()
    {
        RasterImage image = TestPictures.Gradient(20, 20, 3);
        ImageCodec.Write(_folder.File("a.png"), image, ImageFormat.Png);
        string path = _folder.Write("b.png",
            [.. File.ReadAllBytes(_folder.File("a.png")), .. Encoding.ASCII.GetBytes(new string('x', 1000))]);
        TestPictures.AssertSame(image, ImageCodec.Read(path));
    }

    [Fact]
    public void A_named_pipe_is_an_error_and_not_a_hang()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "There are no such files in folders there.");
        using (var make = System.Diagnostics.Process.Start("mkfifo", [_folder.File("pipe.png")]))
            make.WaitForExit();
        Assert.Contains("no regular file",
            Assert.Throws<PssrException>(() => ImageCodec.Read(_folder.File("pipe.png"))).Message, StringComparison.Ordinal);
    }

    internal static RasterImage WithMetadata() => TestPictures.Gradient(40, 30, 3) with
    {
        Metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), ExifBytes.Create(1), "<x:xmpmeta/>"u8.ToArray()),
    };

    /// <summary>A picture or a PssrException of kind Image; anything else fails the test.</summary>
    internal static RasterImage? TryRead(string path)
    {
        try
        {
            return ImageCodec.Read(path, pixelLimit: 4_000_000);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
        {
            return null;
        }
    }

    /// <summary>The first two entries are the sizes.</summary>
    private static byte[] WithTiffSize(byte[] tiff, int side)
    {
        int directory = BitConverter.ToInt32(tiff, 4);
        BitConverter.TryWriteBytes(tiff.AsSpan(directory + 2 + 8), side);
        BitConverter.TryWriteBytes(tiff.AsSpan(directory + 14 + 8), side);
        return tiff;
    }
}
