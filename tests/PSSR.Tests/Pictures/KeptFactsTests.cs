using System.Buffers.Binary;
using System.Text;
using PSSR.Pictures;
using PSSR.Pictures.Containers;

namespace PSSR.Tests.Pictures;

/// <summary>What a picture says of itself beside ICC and EXIF: XMP's facts, its resolution, PNG's colours.</summary>
public sealed class KeptFactsTests : IDisposable
{
    private static readonly byte[] Srgb = [0], Linear = [0, 1, 0x86, 0xA0], DisplayP3 = [12, 13, 0, 1];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("<tiff:Orientation>6</tiff:Orientation><tiff:ImageWidth>16</tiff:ImageWidth>", "",
        "<tiff:Orientation>1</tiff:Orientation><tiff:ImageWidth>20</tiff:ImageWidth>", "")]
    [InlineData("", "tiff:Orientation=\"8\" exif:PixelXDimension=\"16\" ", "", "tiff:Orientation=\"1\" exif:PixelXDimension=\"20\" ")]
    [InlineData("", "note:HasExtendedXMP=\"0123\" tiff:Make=\"x\" ", "", "tiff:Make=\"x\" ")]
    public void Xmp_speaks_of_the_picture_that_is_written(string before, string attributesBefore, string after, string attributesAfter)
    {
        RasterImage read = RoundTrip(WithXmp(Packet(before, attributesBefore)), ImageFormat.Png);
        string expected = Packet(after, attributesAfter), text = Encoding.UTF8.GetString(read.Metadata.Xmp!);
        Assert.Equal(expected.Replace(" ", ""), text.Replace(" ", ""));
    }

    [Theory]
    [InlineData("<no xml")]
    [InlineData("<?xpacket begin=\"\"?><x:xmpmeta xmlns:x='adobe:ns:meta/' />\n\n  <?xpacket end='w'?>")]
    public void Xmp_that_needs_no_change_or_cant_be_understood_stays_byte_for_byte(string packet) =>
        Assert.Equal(packet, Encoding.UTF8.GetString(RoundTrip(WithXmp(packet), ImageFormat.Jpeg).Metadata.Xmp!));

    [Theory]
    [InlineData(50, true)]
    [InlineData(100, false)]
    [InlineData(50_000, false)]
    public void Xmp_that_is_nested_as_no_writer_does_is_not_understood(int levels, bool isUnderstood)
    {
        var nested = string.Concat(Enumerable.Repeat("<tiff:Make>", levels)) + string.Concat(Enumerable.Repeat("</tiff:Make>", levels));
        string before = Packet(nested, "tiff:Orientation=\"8\" "), after = Packet(nested, "tiff:Orientation=\"1\" ");

        var read = Encoding.UTF8.GetString(RoundTrip(WithXmp(before), ImageFormat.Png).Metadata.Xmp!);

        Assert.Equal(isUnderstood ? after.Replace(" ", "") : before.Replace(" ", ""),
            read.Replace(" ", "").Replace("<tiff:Make/>", "<tiff:Make></tiff:Make>"));
    }

    [Theory]
    [InlineData(1000, true)]
    [InlineData(300_000, true)] // Photoshop's lists of ancestors
    [InlineData(1_100_000, false)]
    public void Xmp_of_more_elements_than_any_writer_makes_is_not_understood(int elements, bool isUnderstood)
    {
        var many = string.Concat(Enumerable.Repeat("<tiff:Make/>", elements));
        string before = Packet(many, "tiff:Orientation=\"8\" "), after = Packet(many, "tiff:Orientation=\"1\" ");

        var read = Encoding.UTF8.GetString(RoundTrip(WithXmp(before), ImageFormat.Png).Metadata.Xmp!);

        Assert.Equal(isUnderstood ? after.Replace(" ", "") : before.Replace(" ", ""), read.Replace(" ", ""));
    }

    [Fact]
    public void What_speaks_of_other_parts_of_a_file_goes_wherever_it_lies()
    {
        const string Part = "<note:HasExtendedXMP>0123</note:HasExtendedXMP>";

        var read = RoundTrip(WithXmp(Packet($"{Part}<tiff:Make>x{Part}y</tiff:Make>{Part}{Part}<tiff:Model>z</tiff:Model>", "")),
            ImageFormat.Png);

        Assert.Equal(Packet("<tiff:Make>xy</tiff:Make><tiff:Model>z</tiff:Model>", ""), Encoding.UTF8.GetString(read.Metadata.Xmp!));
    }

    [Theory]
    [InlineData(ImageFormat.Png)]
    [InlineData(ImageFormat.Jpeg)]
    [InlineData(ImageFormat.Tiff)]
    [InlineData(ImageFormat.Webp)]
    [InlineData(ImageFormat.Bmp)]
    public void Resolution_comes_back_or_isnt_said(ImageFormat format)
    {
        PictureResolution? resolution = new(300, 150);
        RasterImage image = TestPictures.Gradient(20, 10, 3);
        Assert.Equal(resolution,
            RoundTrip(image with { Metadata = ImageMetadata.None with { Resolution = resolution } }, format).Metadata.Resolution);
        Assert.Null(RoundTrip(image, format).Metadata.Resolution);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Resolution_comes_into_an_exif_block_that_says_none_where_the_format_has_no_other_place(bool bigEndian)
    {
        PictureResolution? resolution = new(300, 150.5);
        var metadata = new ImageMetadata(null, ExifBytes.Create(1, bigEndian), null) { Resolution = resolution };
        ImageMetadata read = RoundTrip(TestPictures.Gradient(20, 10, 3) with { Metadata = metadata }, ImageFormat.Webp).Metadata;

        Assert.Equal((resolution, resolution), (read.Resolution, ExifBlock.ResolutionOf(read.Exif)));
        using var block = new MemoryStream(read.Exif!);
        TiffDirectory.Header header = TiffDirectory.ReadHeader(block)!.Value;
        List<TiffEntry> entries = TiffDirectory.Read(block, header, header.First, _ => true)!;
        Assert.Equal([0x110, 0x112, 0x11A, 0x11B, 0x128, 0x8769], entries.Select(entry => (int)entry.Tag));
        Assert.Equal(ExifBytes.Camera + "\0", Encoding.ASCII.GetString(entries[0].Value));
        Assert.Equal([400, 20, 10], TiffDirectory.Read(block, header, entries[5].Number!.Value, _ => true)!.Select(entry => entry.Number));
        Assert.Equal(0, TiffDirectory.Next(block, header, header.First));
    }

    [Fact]
    public void Exif_says_the_resolution_that_the_file_says()
    {
        byte[] exif = ExifBlock.With(new PictureResolution(72, 72));
        var metadata = new ImageMetadata(null, exif, null) { Resolution = new(300, 300) };
        RasterImage image = TestPictures.Gradient(20, 10, 3) with { Metadata = metadata };
        Assert.Equal(new PictureResolution(300, 300), ExifBlock.ResolutionOf(RoundTrip(image, ImageFormat.Png).Metadata.Exif));
    }

    [Fact]
    public void A_picture_that_is_turned_upright_has_its_resolution_turned()
    {
        byte[] png = PngBytes.Create(2, 1, 8, 0, [0, 7, 9], ("pHYs", [0, 0, 0, 200, 0, 0, 0, 100, 0]), ("eXIf", ExifBytes.Create(6)));
        Assert.Equal(new PictureResolution(100, 200, IsRatio: true), Read(png).Metadata.Resolution);
    }

    [Fact]
    public void Png_colours_stay_in_png()
    {
        byte[] white = [0, 0, 0x7A, 0x26, 0, 0, 0x80, 0x84, .. new byte[24]];
        (string, byte[])[] chunks = [("cICP", DisplayP3), ("gAMA", Linear), ("cHRM", white), ("sRGB", Srgb), ("sBIT", [5, 6, 5])];
        byte[] png = PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], chunks);
        ImageCodec.Write(_folder.File("kept.png"), Read(png), ImageFormat.Png);
        Assert.Equal(chunks, PngContainer.Chunks(Read(File.ReadAllBytes(_folder.File("kept.png"))).Metadata.PngColour!));
    }

    [Theory]
    [InlineData(3, 4, new byte[] { 5, 6, 5, 8 })]
    [InlineData(4, 3, new byte[] { 5, 6, 5 })]
    public void Significant_bits_follow_alpha_that_comes_or_goes(int from, int to, byte[] expected)
    {
        byte[] bits = [5, 6, 5, .. Enumerable.Repeat((byte)7, from - 3)];
        byte[] png = PngBytes.Create(1, 1, 8, from == 3 ? 2 : 6, [0, 1, 2, 3, .. new byte[from - 3]], ("sBIT", bits));
        RasterImage image = TestPictures.Gradient(3, 3, to) with { Metadata = Read(png).Metadata };
        Assert.Equal([("sBIT", expected)], PngContainer.Chunks(RoundTrip(image, ImageFormat.Png).Metadata.PngColour!));
    }

    [Fact]
    public void What_is_computed_of_a_picture_has_its_colours_and_not_its_significant_bits()
    {
        RasterImage read = Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], ("sBIT", [5, 6, 5]), ("sRGB", Srgb)));
        using var scope = torch.NewDisposeScope();

        RasterImage computed = ImageTensor.ToRaster(torch.zeros(1, 3, 2, 2), null, read);

        Assert.Equal([("sRGB", Srgb)], PngContainer.Chunks(RoundTrip(computed, ImageFormat.Png).Metadata.PngColour!));
        Assert.Equal(["sBIT", "sRGB"], PngContainer.Chunks(read.Metadata.PngColour!).Select(chunk => chunk.Type));
        Assert.Null(ImageTensor.ToRaster(torch.zeros(1, 3, 2, 2), null,
            Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], ("sBIT", [5, 6, 5])))).Metadata.PngColour);
    }

    [Theory]
    [InlineData("gAMA", false)]
    [InlineData("cICP", false)]
    [InlineData("gAMA", true)]
    public void Png_colours_become_a_profile_in_other_formats(string type, bool grey)
    {
        byte[] png = PngBytes.Create(1, 1, 8, grey ? 0 : 2, grey ? [0, 1] : [0, 1, 2, 3], (type, type == "gAMA" ? Linear : DisplayP3));
        byte[] icc = RoundTrip(Read(png), ImageFormat.Tiff).Metadata.IccProfile!;
        Assert.Equal(grey ? "GRAY" : "RGB ", Encoding.ASCII.GetString(icc, 16, 4));
        Assert.Equal(icc.Length, BinaryPrimitives.ReadInt32BigEndian(icc));
        int curve = icc.AsSpan().IndexOf("curv"u8) + 12;
        double middle = BinaryPrimitives.ReadUInt16BigEndian(icc.AsSpan(curve + 2 * 2048)) / 65535.0;
        Assert.Equal(type == "gAMA" ? 0.5 : 0.214, middle, 0.001);
        if (grey)
            return;
        int red = 128 + icc.AsSpan(128).IndexOf("XYZ \0\0\0\0"u8) + 20; // the first is white
        double x = BinaryPrimitives.ReadInt32BigEndian(icc.AsSpan(red + 8)) / 65536.0;
        Assert.Equal(type == "gAMA" ? 0.4361 : 0.5151, x, 0.001); // sRGB's and Display P3's, under D50
    }

    /// <summary>ITU-T H.273, table 3; sRGB's for code points that aren't known.</summary>
    [Theory]
    [InlineData(1, 0.05, 0.05 / 4.5)] // BT.709
    [InlineData(1, 0.5, 0.259590)]
    [InlineData(14, 0.5, 0.259590)]
    [InlineData(4, 0.5, 0.217638)] // a power of 2.2
    [InlineData(5, 0.5, 0.143587)] // of 2.8
    [InlineData(8, 0.5, 0.5)]
    [InlineData(13, 0.03, 0.03 / 12.92)] // sRGB
    [InlineData(13, 0.5, 0.214041)]
    [InlineData(16, 0, 0)] // PQ (SMPTE ST 2084)
    [InlineData(16, 0.5, 0.00922457)]
    [InlineData(16, 1, 1)]
    [InlineData(18, 0.25, 0.0208333)] // HLG (BT.2100)
    [InlineData(18, 0.5, 0.0833333)]
    [InlineData(18, 0.75, 0.264963)]
    [InlineData(200, 0.5, 0.214041)]
    public void Light_follows_the_samples_as_a_png_says_by_a_code_point(byte code, double sample, double light)
    {
        byte[] icc = RoundTrip(Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], ("cICP", [9, code, 0, 1]))), ImageFormat.Tiff)
            .Metadata.IccProfile!;
        foreach (string tag in (string[])["rTRC", "gTRC", "bTRC"])
        {
            ReadOnlySpan<byte> curve = Tag(icc, tag);
            Assert.Equal("curv", Encoding.ASCII.GetString(curve[..4]));
            int points = BinaryPrimitives.ReadInt32BigEndian(curve[8..]), at = (int)Math.Round(sample * (points - 1));
            // Half a point of the curve beside it, and half a level.
            Assert.Equal(light, BinaryPrimitives.ReadUInt16BigEndian(curve[(12 + (2 * at))..]) / 65535.0, 4e-4);
        }
    }

    [Fact]
    public void Primaries_that_a_png_says_in_numbers_are_those_of_its_profile()
    {
        uint[] displayP3 = [31270, 32900, 68000, 32000, 26500, 69000, 15000, 6000];
        byte[] body = [.. displayP3.SelectMany(number => BitConverter.GetBytes(number).Reverse())];

        byte[] icc = RoundTrip(Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], ("cHRM", body))), ImageFormat.Tiff).Metadata.IccProfile!;

        // Display P3's, under D50, as Apple's own profile has them.
        foreach (var (tag, x, y, z) in new[]
            { ("rXYZ", 0.51512, 0.24120, -0.00105), ("gXYZ", 0.29198, 0.69225, 0.04189), ("bXYZ", 0.15710, 0.06657, 0.78407) })
        {
            byte[] colour = Tag(icc, tag).ToArray();
            double Part(int at) => BinaryPrimitives.ReadInt32BigEndian(colour.AsSpan(at)) / 65536.0;
            Assert.Equal(x, Part(8), 5e-4);
            Assert.Equal(y, Part(12), 5e-4);
            Assert.Equal(z, Part(16), 5e-4);
        }
    }

    [Theory]
    [InlineData("sRGB", "gAMA")] // what names the space wins over numbers
    [InlineData("gAMA", null)]
    public void Numbers_that_say_nothing_else_than_srgb_make_no_profile(string first, string? second)
    {
        byte[] Body(string type) => type == "sRGB" ? Srgb : second is null ? [0, 0, 0xB1, 0x8F] : Linear;
        (string, byte[])[] chunks = [.. new[] { first, second }.OfType<string>().Select(type => (type, Body(type)))];
        Assert.Null(RoundTrip(Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], chunks)), ImageFormat.Tiff).Metadata.IccProfile);
    }

    /// <summary>A tag's body by the profile's own table (ICC.1, section 7.3).</summary>
    private static ReadOnlySpan<byte> Tag(byte[] icc, string name)
    {
        int count = BinaryPrimitives.ReadInt32BigEndian(icc.AsSpan(128));
        int entry = Enumerable.Range(0, count).Select(i => 132 + (12 * i)).Single(at => Encoding.ASCII.GetString(icc, at, 4) == name);
        return icc.AsSpan(BinaryPrimitives.ReadInt32BigEndian(icc.AsSpan(entry + 4)),
            BinaryPrimitives.ReadInt32BigEndian(icc.AsSpan(entry + 8)));
    }

    [Fact]
    public void What_is_srgb_needs_no_profile() =>
        Assert.Null(RoundTrip(Read(PngBytes.Create(1, 1, 8, 2, [0, 1, 2, 3], ("sRGB", Srgb), ("gAMA", [0, 0, 0xB1, 0x8F]))),
            ImageFormat.Tiff).Metadata.IccProfile);

    private static string Packet(string elements, string attributes) =>
        "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description "
        + attributes + "xmlns:tiff=\"http://ns.adobe.com/tiff/1.0/\" xmlns:exif=\"http://ns.adobe.com/exif/1.0/\" "
        + $"xmlns:note=\"http://ns.adobe.com/xmp/note/\">{elements}</rdf:Description></rdf:RDF></x:xmpmeta>";

    private static RasterImage WithXmp(string packet) =>
        TestPictures.Gradient(20, 10, 3) with { Metadata = new ImageMetadata(null, null, Encoding.UTF8.GetBytes(packet)) };

    private RasterImage RoundTrip(RasterImage image, ImageFormat format)
    {
        ImageCodec.Write(_folder.File("x"), image, format, quality: 100, overwrite: true);
        return ImageCodec.Read(_folder.File("x"));
    }

    private RasterImage Read(byte[] bytes) => ImageCodec.Read(_folder.Write("y", bytes));
}
