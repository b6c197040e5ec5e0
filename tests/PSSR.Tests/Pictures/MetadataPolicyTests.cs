using System.Text;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>What is left out of a written picture is nowhere in its bytes.</summary>
public sealed class MetadataPolicyTests : IDisposable
{
    private const string Secret = "SECRET", Author = "Ann Author", Rights = "Rights of Ann";

    // Of a latitude as EXIF keeps it: 47 degrees, 22 minutes, 8.9 seconds.
    private static readonly byte[] Latitude =
        [47, 0, 0, 0, 1, 0, 0, 0, 22, 0, 0, 0, 1, 0, 0, 0, 89, 0, 0, 0, 10, 0, 0, 0];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<ImageFormat> Formats =>
        [ImageFormat.Png, ImageFormat.Jpeg, ImageFormat.Webp, ImageFormat.Tiff, ImageFormat.Bmp];

    public static TheoryData<ImageFormat, ImageFormat> Ways
    {
        get
        {
            var ways = new TheoryData<ImageFormat, ImageFormat>();
            foreach (var from in Formats.Select(row => row.Data).Where(format => format != ImageFormat.Bmp))
                foreach (var to in Formats.Select(row => row.Data))
                    ways.Add(from, to);
            return ways;
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void None_leaves_colours_and_nothing_that_tells_of_place_person_or_program(ImageFormat from, ImageFormat to)
    {
        var (bytes, read) = Written(from, to, MetadataPolicy.None);

        AssertFree(bytes, Secret, Author, Rights);
        // TIFF wants three tags of a resolution, which are read as EXIF and say "none".
        Assert.Equal(to == ImageFormat.Tiff, read.Exif is not null);
        Assert.Equal((null, null), (read.Xmp, read.Resolution));
        Assert.Equal(to != ImageFormat.Bmp, read.IccProfile is not null);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Copyright_leaves_who_made_it_and_whose_it_is(ImageFormat from, ImageFormat to)
    {
        var (bytes, read) = Written(from, to, MetadataPolicy.Copyright);

        AssertFree(bytes, Secret);
        Assert.Equal(new PictureResolution(300, 300), read.Resolution);
        if (to == ImageFormat.Bmp)
            return; // it has a place for none of it
        Assert.NotNull(read.IccProfile);
        Assert.Contains(Author, Encoding.Latin1.GetString(read.Exif!));
        Assert.Contains(Rights, Encoding.Latin1.GetString(read.Exif!));
        var packet = Encoding.UTF8.GetString(read.Xmp!);
        Assert.All(["dc:creator", Author, "dc:rights", Rights, "WebStatement", "example.org/terms"], said => Assert.Contains(said, packet));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void All_keeps_what_the_format_has_a_place_for(ImageFormat from, ImageFormat to)
    {
        var (bytes, read) = Written(from, to, null);

        // The test of the others means something only where this one finds it.
        Assert.Equal(to != ImageFormat.Bmp, Contains(bytes, Latitude));
        Assert.Equal(to != ImageFormat.Bmp, Contains(bytes, Encoding.ASCII.GetBytes(Secret + " in XMP")));
        Assert.Equal(to != ImageFormat.Bmp, read.Xmp is not null);
        Assert.False(Contains(bytes, Encoding.ASCII.GetBytes(Secret + " comment")));
    }

    [Fact]
    public void Pixels_that_are_no_squares_stay_so()
    {
        var metadata = ImageMetadata.None with { Resolution = new(300, 150) };

        Assert.Equal(new PictureResolution(300, 150, IsRatio: true), metadata.Under(MetadataPolicy.None).Resolution);
        Assert.Equal(new PictureResolution(300, 150), metadata.Under(MetadataPolicy.Copyright).Resolution);
    }

    [Theory]
    [InlineData("<no xml")]
    [InlineData("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>")]
    public void A_packet_that_says_nothing_of_rights_or_cant_be_understood_goes(string packet) =>
        Assert.Null(new ImageMetadata(null, ExifBytes.Create(1), Encoding.UTF8.GetBytes(packet)).Under(MetadataPolicy.Copyright) switch
        {
            { Exif: null, Xmp: var xmp } => xmp,
            _ => [],
        });

    [Fact]
    public void Rights_stay_beside_hundreds_of_thousands_of_ancestors()
    {
        var ancestors = string.Concat(Enumerable.Repeat("<rdf:li>xmp.did:0A1B2C3D4E5F</rdf:li>", 300_000));
        var packet = Xmp.Replace("</rdf:Description>", "<photoshop:DocumentAncestors xmlns:photoshop='http://ns.adobe.com/photoshop/1.0/'>"
            + $"<rdf:Bag>{ancestors}</rdf:Bag></photoshop:DocumentAncestors></rdf:Description>");

        var xmp = (ImageMetadata.None with { Xmp = Encoding.UTF8.GetBytes(packet) }).Under(MetadataPolicy.Copyright).Xmp;

        Assert.Contains(Author, Encoding.UTF8.GetString(xmp!));
        Assert.InRange(xmp!.Length, 1, 10_000);
    }

    [Fact]
    public void Rights_that_are_nested_as_no_writer_does_are_not_understood()
    {
        const int Levels = 100_000;
        var nested = string.Concat(Enumerable.Repeat("<rdf:li>", Levels)) + string.Concat(Enumerable.Repeat("</rdf:li>", Levels));
        var packet = Xmp.Replace("<rdf:Seq><rdf:li>Ann Author</rdf:li></rdf:Seq>", nested);

        Assert.Null((ImageMetadata.None with { Xmp = Encoding.UTF8.GetBytes(packet) }).Under(MetadataPolicy.Copyright).Xmp);
    }

    /// <summary>A picture with secrets in every place that its format has, read and written.</summary>
    private (byte[] Bytes, ImageMetadata Read) Written(ImageFormat from, ImageFormat to, MetadataPolicy? policy)
    {
        string input = _folder.File("input"), output = _folder.File("output");
        var metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), Exif(), Encoding.UTF8.GetBytes(Xmp))
        {
            Resolution = new(300, 300),
        };
        ImageCodec.Write(input, TestPictures.Gradient(20, 10, 3) with { Metadata = metadata }, from);
        if (from == ImageFormat.Jpeg)
            Insert(input, 2, [0xFF, 0xFE, 0, 16, .. Encoding.ASCII.GetBytes(Secret + " comment")]);
        if (from == ImageFormat.Png)
            Insert(input, 33, Chunk("tEXt", Encoding.Latin1.GetBytes($"Comment\0{Secret} comment")));
        var image = ImageCodec.Read(input);
        ImageCodec.Write(output, image with { Metadata = image.Metadata.Under(policy) }, to);
        return (File.ReadAllBytes(output), ImageCodec.Read(output).Metadata);
    }

    private static void AssertFree(byte[] bytes, params string[] texts)
    {
        foreach (var text in texts)
            foreach (var encoding in new[] { Encoding.ASCII, Encoding.Unicode })
                Assert.False(Contains(bytes, encoding.GetBytes(text)), $"'{text}' is still there");
        Assert.False(Contains(bytes, Latitude));
        Assert.False(Contains(bytes, "GPS"u8));
        Assert.False(Contains(bytes, Enumerable.Repeat((byte)0xAB, 50).ToArray()), "the thumbnail is still there");
    }

    private static bool Contains(byte[] bytes, ReadOnlySpan<byte> part) => bytes.AsSpan().IndexOf(part) >= 0;

    /// <summary>Camera, program, author, rights, a place and a thumbnail.</summary>
    private static byte[] Exif()
    {
        using var block = new MemoryStream();
        block.Write("II*\0\0\0\0\0"u8);
        long gps = block.Position;
        block.Write(TiffDirectory.Write([new(1, 2, "N\0"u8.ToArray()), new(2, 5, Latitude), Text(0x12, Secret + " datum")], gps));
        block.Write(new byte[block.Length & 1]);
        long first = block.Position;
        block.Write(TiffDirectory.Write(
        [
            Text(0x10F, Secret + " maker"), Text(0x110, Secret + " camera"), Text(0x131, Secret + " program"), Text(0x13B, Author),
            Text(0x8298, Rights), new(0x8825, 4, BitConverter.GetBytes((uint)gps)),
            new(0x9C9C, 1, Encoding.Unicode.GetBytes(Secret + " remark\0")), new(0x9C9D, 1, Encoding.Unicode.GetBytes(Author + "\0")),
        ], first));
        long second = block.Position, picture = second + 2 + 2 * 12 + 4;
        block.Write(TiffDirectory.Write(
            [new(0x201, 4, BitConverter.GetBytes((uint)picture)), new(0x202, 4, BitConverter.GetBytes(100u))], second));
        block.Write(Enumerable.Repeat((byte)0xAB, 100).ToArray());
        byte[] bytes = block.ToArray();
        BitConverter.TryWriteBytes(bytes.AsSpan(4), (uint)first);
        BitConverter.TryWriteBytes(bytes.AsSpan((int)first + 2 + 8 * 12), (uint)second);
        return bytes;
    }

    private const string Xmp = "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'>"
        + "<rdf:Description rdf:about='' xmlns:dc='http://purl.org/dc/elements/1.1/' xmlns:exif='http://ns.adobe.com/exif/1.0/' "
        + "xmlns:xmp='http://ns.adobe.com/xap/1.0/' xmlns:xmpRights='http://ns.adobe.com/xap/1.0/rights/' "
        + "exif:GPSLatitude='47,22.1N' xmp:CreatorTool='SECRET in XMP' xmpRights:WebStatement='https://example.org/terms'>"
        + "<dc:creator><rdf:Seq><rdf:li>Ann Author</rdf:li></rdf:Seq></dc:creator><dc:subject>SECRET subject</dc:subject>"
        + "<dc:rights><rdf:Alt><rdf:li xml:lang='x-default' exif:GPSLongitude='8,32.5E'>Rights of Ann<exif:GPSAltitude>SECRET height"
        + "</exif:GPSAltitude></rdf:li></rdf:Alt><!--SECRET remark--></dc:rights></rdf:Description></rdf:RDF></x:xmpmeta>";

    private static TiffEntry Text(ushort tag, string text) => new(tag, 2, Encoding.ASCII.GetBytes(text + "\0"));

    private static byte[] Chunk(string type, byte[] body)
    {
        byte[] named = [.. Encoding.ASCII.GetBytes(type), .. body], length = BitConverter.GetBytes(body.Length),
            crc = BitConverter.GetBytes(~PngContainer.Crc(uint.MaxValue, named));
        Array.Reverse(length);
        Array.Reverse(crc);
        return [.. length, .. named, .. crc];
    }

    private static void Insert(string path, int at, byte[] bytes)
    {
        var file = File.ReadAllBytes(path);
        File.WriteAllBytes(path, [.. file[..at], .. bytes, .. file[at..]]);
    }
}
