using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using PSSR.Cli;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets.Sharing;

namespace PSSR.Tests.Sets.Converting;

public sealed class ExportRunTests : IDisposable
{
    private static readonly XNamespace Pssr = "urn:pssr:xmp:1#";

    private readonly SetFolder _folder = new();

    public void Dispose()
    {
        Share.Faults = null;
        _folder.Dispose();
    }

    [Theory]
    [InlineData(ImageFormat.Png, "a_x2.png")]
    [InlineData(ImageFormat.Jpeg, "a_x2.jpg")]
    [InlineData(ImageFormat.Webp, "a_x2.webp")]
    [InlineData(ImageFormat.Tiff, "a_x2.tif")]
    public void A_copy_tells_how_it_was_made_and_keeps_profile_and_exif(ImageFormat format, string name)
    {
        var metadata = new ImageMetadata(TestPictures.IccProfile("RGB "), Exif(), null);
        var result = Result("a_x2.png", TestPictures.Gradient(24, 16, 3) with { Metadata = metadata });

        var copy = Export(new ExportOptions { OutputDirectory = _folder.At("out"), Format = format }, result);

        Assert.Equal((_folder.At($"out/{name}"), format, 24, 16, 8, true),
            (copy.Output, copy.Format, copy.Width, copy.Height, copy.BitDepth, copy.HasRecord));
        Assert.Equal(new FileInfo(copy.Output).Length, copy.Length);
        var read = ImageCodec.Read(copy.Output).Metadata;
        Assert.Equal(metadata.IccProfile, read.IccProfile);
        Assert.NotNull(read.Exif);
        var properties = Properties(read.Xmp!);
        Assert.Equal(("DiffSR", "pssr-prior", "18446744073709551615"), (properties["method"], properties["model"], properties["seed"]));
        var record = JsonNode.Parse(properties["record"])!;
        Assert.Equal("a – 漢.png", (string?)record["input"]!["path"]);
        Assert.Equal("abc", (string?)record["input"]!["sha256"]);
    }

    [Theory]
    [InlineData("a_x2.jpg", ImageFormat.Jpeg)]
    [InlineData("a_x2.webp", ImageFormat.Webp)]
    [InlineData("a_x2.bmp", ImageFormat.Bmp)]
    public void A_copy_of_16_bits_is_refused_where_the_results_own_format_holds_8(string name, ImageFormat format)
    {
        var result = Result(name, TestPictures.Gradient(24, 16, 3));

        Assert.Contains($"is {format}, which holds 8 bits",
            Refused(new ExportOptions { OutputDirectory = _folder.At("out"), BitDepth = 16 }, result));
        Assert.False(Directory.Exists(_folder.At("out")));
    }

    [Theory]
    [InlineData(null)]
    [InlineData(8)]
    public void A_copy_that_another_process_wrote_meanwhile_is_done_before_where_it_is_the_same(int? bits)
    {
        var result = Result("a_x2.png", TestPictures.Gradient(24, 16, 3, 16));
        var options = new ExportOptions { OutputDirectory = _folder.At("out") };
        Share.Faults = new Meanwhile(ShareCall.Rename, _folder.At("out/a_x2.png"), () => Export(options with { BitDepth = bits }, result));

        if (bits is null)
        {
            var late = Export(options, result);
            Assert.Equal((UpscaleStatus.Skipped, EarlierResult.DoneBefore), (late.Status, late.Reason));
        }
        else
        {
            Assert.Contains("is not this copy", Refused(options, result));
        }
        Assert.DoesNotContain(_folder.Files(), name => name.Contains("/."));
    }

    [Fact]
    public void Samples_are_what_they_were()
    {
        var image = TestPictures.Gradient(20, 12, 4, 16);
        var result = Result("a_x2.png", image);

        var tiff = Export(new ExportOptions { OutputDirectory = _folder.At("tiff"), Format = ImageFormat.Tiff }, result);
        var eight = Export(new ExportOptions { OutputDirectory = _folder.At("8"), BitDepth = 8 }, result);
        var sixteen = Export(new ExportOptions { OutputDirectory = _folder.At("16"), BitDepth = 16 }, eight.Output);

        TestPictures.AssertSame(image, ImageCodec.Read(tiff.Output));
        Assert.Equal((16, 8, 16), (tiff.BitDepth, eight.BitDepth, sixteen.BitDepth));
        var (narrow, wide) = (ImageCodec.Read(eight.Output), ImageCodec.Read(sixteen.Output));
        for (int i = 0; i < narrow.Samples.Length; i++)
        {
            Assert.Equal((TestPictures.Sample(image, i) + 128) / 257, TestPictures.Sample(narrow, i));
            Assert.Equal(257 * TestPictures.Sample(narrow, i), TestPictures.Sample(wide, i));
        }
    }

    [Fact]
    public void What_the_format_of_a_copy_cant_hold_is_told()
    {
        var result = Result("a_x2.png", TestPictures.Gradient(20, 12, 4, 16));

        var jpeg = Export(new ExportOptions { Format = ImageFormat.Jpeg }, result);
        var error = new StringWriter();
        CommandLine.Run(CommandLine.Root(), ["export", result, "--format", "jpeg"], new StringWriter(), error);

        Assert.Equal(["its transparency was laid onto white, for JPEG has none",
            "of its 16 bits a sample 8 were kept, for PNG and TIFF alone have more"], jpeg.Warnings);
        Assert.Equal(jpeg.Warnings.Select(warning => $"pssr: warning: {result}: {warning}."),
            error.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries));
        // 8 bits were asked for.
        Assert.Empty(Export(new ExportOptions { Format = ImageFormat.Webp, BitDepth = 8 }, result).Warnings);
    }

    [Fact]
    public void The_xmp_that_a_picture_had_stays_and_a_second_export_replaces_the_first_record()
    {
        var own = "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\"><rdf:RDF "
            + "xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\"><rdf:Description rdf:about=\"\" "
            + "xmlns:dc=\"http://purl.org/dc/elements/1.1/\"><dc:source>a shed</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>\0\0";
        var result = Result("a_x2.png",
            TestPictures.Gradient(8, 8, 3) with { Metadata = new ImageMetadata(null, null, Encoding.UTF8.GetBytes(own)) });

        var once = Export(new ExportOptions { OutputDirectory = _folder.At("1"), Format = ImageFormat.Jpeg }, result);
        File.Copy(RunRecord.PathFor(result), RunRecord.PathFor(once.Output));
        var twice = Export(new ExportOptions { OutputDirectory = _folder.At("2"), Format = ImageFormat.Webp }, once.Output);

        var xmp = XDocument.Parse(Encoding.UTF8.GetString(ImageCodec.Read(twice.Output).Metadata.Xmp!).Trim('\uFEFF'));
        Assert.Equal("a shed", xmp.Descendants(XName.Get("source", "http://purl.org/dc/elements/1.1/")).Single().Value);
        Assert.Single(xmp.Descendants(Pssr + "record"));
    }

    [Fact]
    public void Xmp_that_can_not_be_understood_stays_as_it_is()
    {
        var odd = Encoding.UTF8.GetBytes("<!DOCTYPE x [<!ENTITY a 'b'>]><x>&a;</x>");
        var result = Result("a_x2.png", TestPictures.Gradient(8, 8, 3) with { Metadata = new ImageMetadata(null, null, odd) });

        var copy = Export(new ExportOptions { OutputDirectory = _folder.At("out") }, result);

        Assert.False(copy.HasRecord);
        Assert.Equal(odd, ImageCodec.Read(copy.Output).Metadata.Xmp);
    }

    [Theory]
    [InlineData(ImageFormat.Bmp, false)]
    [InlineData(ImageFormat.Png, true)]
    public void A_copy_has_no_record_where_there_is_no_place_or_none_is_wanted(ImageFormat format, bool without)
    {
        var result = Result("a_x2.png", TestPictures.Gradient(8, 8, 3));

        var copy = Export(new ExportOptions { OutputDirectory = _folder.At("out"), Format = format, WithoutRecord = without }, result);

        Assert.False(copy.HasRecord);
        Assert.Null(ImageCodec.Read(copy.Output).Metadata.Xmp);
    }

    [Fact]
    public void Nothing_that_counts_is_overwritten_even_by_force()
    {
        var source = _folder.At("a – 漢.png");
        ImageCodec.Write(source, TestPictures.Gradient(12, 8, 3), ImageFormat.Png);
        var result = Result("x/a – 漢.png", TestPictures.Gradient(24, 16, 3));
        var other = Result("y/a – 漢.png", TestPictures.Gradient(24, 16, 3));
        var before = File.ReadAllBytes(source);

        Assert.Contains("which the result was made of",
            Refused(new ExportOptions { OutputDirectory = _folder.Path, Force = true }, result));
        Assert.Contains("itself", Refused(new ExportOptions { Force = true }, result));
        Assert.Contains("result with a record", Refused(new ExportOptions { OutputDirectory = _folder.At("y"), Force = true }, result));
        Assert.Equal(before, File.ReadAllBytes(source));

        var run = new ExportRun(new ExportOptions { OutputDirectory = _folder.At("out"), Force = true });
        run.Export(run.Plan(new InputFile(result)), TestContext.Current.CancellationToken);
        Assert.Contains("already taken", Assert.Throws<PssrException>(() => run.Plan(new InputFile(other))).Message);
    }

    [Fact]
    public void A_file_that_is_there_stays_without_force()
    {
        var result = Result("a_x2.png", TestPictures.Gradient(8, 8, 3));
        var options = new ExportOptions { Format = ImageFormat.Webp };
        var copy = Export(options, result);
        File.WriteAllText(copy.Output, "kept");

        Assert.Contains("Force", Refused(options, result));
        Assert.Equal("kept", File.ReadAllText(copy.Output));
        Assert.True(Export(options with { Force = true }, result).Length > 10);
        Assert.Equal(["a_x2.png", "a_x2.png.pssr.json", "a_x2.webp"], _folder.Files());
    }

    [Fact]
    public void A_record_that_says_what_XML_can_not_hold_costs_no_copy()
    {
        var result = Result("a_x2.png", TestPictures.Gradient(24, 16, 3));
        var record = RunRecord.PathFor(result);
        File.WriteAllText(record,
            File.ReadAllText(record).Replace("pssr-prior", "p\\u001b\\uffffr\\ud83d\\ude00", StringComparison.Ordinal));

        var copy = Export(new ExportOptions { OutputDirectory = _folder.At("out"), Format = ImageFormat.Jpeg }, result);

        var properties = Properties(ImageCodec.Read(copy.Output).Metadata.Xmp!);
        Assert.Equal("pr😀", properties["model"]);
        Assert.Equal("p\u001b\uffffr😀", (string?)JsonNode.Parse(properties["record"])!["model"]!["name"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\\u0000")]
    public void A_record_of_no_picture_is_none(string path)
    {
        var result = Result("a_x2.png", TestPictures.Gradient(24, 16, 3));
        var record = JsonNode.Parse(File.ReadAllText(RunRecord.PathFor(result)))!;
        record["input"]!["path"] = "@";
        File.WriteAllText(RunRecord.PathFor(result), record.ToJsonString().Replace("\"@\"", $"\"{path}\"", StringComparison.Ordinal));

        Assert.False(Export(new ExportOptions { OutputDirectory = _folder.At("out"), Format = ImageFormat.Jpeg }, result).HasRecord);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(null, 12, null)]
    [InlineData(95, 16, ImageFormat.Jpeg)]
    [InlineData(95, null, ImageFormat.Png)]
    [InlineData(95, null, ImageFormat.Bmp)]
    public void Impossible_options_are_refused(int? quality, int? bits, ImageFormat? format) =>
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(
                () => new ExportRun(new ExportOptions { Quality = quality, BitDepth = bits, Format = format })).Kind);

    [Fact]
    public void A_quality_is_for_copies_that_have_one_and_an_error_where_none_has()
    {
        Result("in/a.png", TestPictures.Gradient(8, 8, 3));
        var (output, error) = (new StringWriter(), new StringWriter());
        string[] arguments = ["export", _folder.At("in"), "--out", _folder.At("out"), "--quality", "60"];

        Assert.Equal(3, CommandLine.Run(CommandLine.Root(), arguments, output, error));
        Assert.Contains("no result has one, for all are Png", error.ToString());
        Assert.False(Directory.Exists(_folder.At("out")));

        Result("in/b.jpg", TestPictures.Gradient(8, 8, 3));
        Assert.Equal(0, CommandLine.Run(CommandLine.Root(), arguments, output, error));
        Assert.Equal(["a.png", "b.jpg"], Directory.GetFiles(_folder.At("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void What_lies_beside_a_result_under_its_name_is_left_out_of_a_folder_and_taken_where_it_is_named_itself()
    {
        var (result, copy) = (Result("in/a_x2.png", TestPictures.Gradient(8, 8, 3)), _folder.At("in/a_x2.jpg"));
        ImageCodec.Write(copy, TestPictures.Gradient(8, 8, 3), ImageFormat.Jpeg);
        string[] Selected(string? folder) =>
        [
            .. new ExportRun(new ExportOptions { OutputDirectory = _folder.At("out") })
                .Select([new(result) { SearchedFolder = folder }, new(copy) { SearchedFolder = folder }]).Select(file => file.Path),
        ];

        Assert.Equal([result], Selected(_folder.At("in")));
        Assert.Equal([result, copy], Selected(null));
    }

    [Fact]
    public void The_command_line_goes_on_after_a_bad_file_and_exits_with_2()
    {
        Result("in/a.png", TestPictures.Gradient(8, 8, 3));
        File.WriteAllBytes(_folder.At("in/b.png"), File.ReadAllBytes(_folder.At("in/a.png"))[..40]);
        File.WriteAllText(_folder.At("in/no-picture.png"), "no picture");
        Result("in/c.png", TestPictures.Gradient(8, 8, 3));
        var (output, error) = (new StringWriter(), new StringWriter());

        var exit = CommandLine.Run(CommandLine.Root(),
            ["export", _folder.At("in"), "--out", _folder.At("out"), "--format", "webp", "--json"], output, error);

        Assert.Equal(2, exit);
        var lines = output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).ToList();
        Assert.Equal([_folder.At("out/a.webp"), _folder.At("out/c.webp")], lines.Select(line => (string)line["output"]!));
        Assert.All(lines, line => Assert.True((bool)line["hasRecord"]!));
        Assert.Contains("b.png", error.ToString());
    }

    [Fact]
    public void A_folder_with_copies_beside_its_results_is_exported_again_as_before()
    {
        Result("in/a.png", TestPictures.Gradient(8, 8, 3));
        string[] command = ["export", _folder.At("in"), "--format", "jpeg", "--json"];

        var (exit, first) = Run();
        var (again, second) = Run();

        Assert.Equal((0, 0), (exit, again));
        Assert.Equal([_folder.At("in/a.jpg")], first.Select(line => (string)line["output"]!));
        Assert.Equal([(_folder.At("in/a.jpg"), "skipped")], second.Select(line => ((string)line["output"]!, (string)line["status"]!)));

        (int, List<JsonNode>) Run()
        {
            var output = new StringWriter();
            return (CommandLine.Run(CommandLine.Root(), command, output, new StringWriter()),
                [.. output.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)]);
        }
    }

    [Fact]
    public void Copies_in_an_output_directory_below_the_results_are_not_copied_again()
    {
        Result("in/a.png", TestPictures.Gradient(8, 8, 3));
        ImageCodec.Write(_folder.At("in/own.png"), TestPictures.Gradient(8, 8, 3), ImageFormat.Png);
        string[] command = ["export", _folder.At("in"), "--recurse", "--out", _folder.At("in/jpg"), "--format", "jpeg"];

        for (var time = 0; time < 3; time++)
        {
            var error = new StringWriter();
            Assert.Equal((0, ""), (CommandLine.Run(CommandLine.Root(), command, new StringWriter(), error), error.ToString()));
        }

        Assert.Equal(["in/a.png", RunRecord.PathFor("in/a.png"), "in/jpg/a.jpg", "in/jpg/own.jpg", "in/own.png"], _folder.Files());
    }

    [Fact]
    public void Results_in_the_output_directory_and_all_in_a_folder_that_is_the_output_directory_count()
    {
        string[] results = [Result("in/a.png", TestPictures.Gradient(8, 8, 3)), Result("in/jpg/b.png", TestPictures.Gradient(8, 8, 3))];
        string[] others = [_folder.At("in/jpg/own.png"), _folder.At("in/jpgs/own.png")];
        Directory.CreateDirectory(_folder.At("in/jpgs"));
        foreach (var other in others)
            ImageCodec.Write(other, TestPictures.Gradient(8, 8, 3), ImageFormat.Png);
        IEnumerable<string> Selected(string searched, string output) =>
            new ExportRun(new ExportOptions { OutputDirectory = _folder.At(output) })
                .Select(FileSet.Literal(_folder.At(searched), recurse: true, results: true)).Select(file => file.Path).Order();

        Assert.Equal([results[0], results[1], others[1]], Selected("in", "in/jpg"));
        Assert.Equal([results[1], others[0]], Selected("in/jpg", "in/jpg"));
    }

    [Fact]
    public void A_result_whose_record_may_not_be_read_is_not_copied_without_it()
    {
        var result = Result("in/a.png", TestPictures.Gradient(8, 8, 3));
        var options = new ExportOptions { OutputDirectory = _folder.At("out") };
        var planned = new ExportRun(options).Plan(new InputFile(result));
        Meanwhile Closed() => new(ShareCall.Open, RunRecord.PathFor(result), () => throw new UnauthorizedAccessException("no right"));

        Share.Faults = Closed();
        Assert.Contains(RunRecord.PathFor(result), Assert.Throws<PssrException>(() => Export(options, result)).Message);
        Share.Faults = Closed();
        Assert.Contains(RunRecord.PathFor(result),
            Assert.Throws<PssrException>(() => new ExportRun(options).Export(planned, TestContext.Current.CancellationToken)).Message);

        Assert.False(Directory.Exists(_folder.At("out")));
    }

    private static ExportedImage Export(ExportOptions options, string path)
    {
        var run = new ExportRun(options);
        return run.Export(run.Plan(new InputFile(path)), TestContext.Current.CancellationToken);
    }

    private static string Refused(ExportOptions options, string path)
    {
        var error = Assert.Throws<PssrException>(() => Export(options, path));
        Assert.Equal(PssrErrorKind.Image, error.Kind);
        return error.Message;
    }

    private static Dictionary<string, string> Properties(byte[] xmp) => XDocument.Parse(Encoding.UTF8.GetString(xmp).Trim('\uFEFF'))
        .Descendants().Where(e => e.Name.Namespace == Pssr).ToDictionary(e => e.Name.LocalName, e => e.Value);

    /// <summary>A picture with such a record beside it as a run writes.</summary>
    private string Result(string name, RasterImage image)
    {
        var path = _folder.At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        ImageCodec.Write(path, image, ImageFormat.Png);
        File.WriteAllText(RunRecord.PathFor(path), new JsonObject
        {
            ["pssr"] = "0.1.0", ["finished"] = "2026-01-01T00:00:00Z",
            ["input"] = new JsonObject { ["path"] = _folder.At("a – 漢.png"), ["sha256"] = "abc", ["width"] = 12, ["height"] = 8 },
            ["output"] = new JsonObject { ["width"] = 24, ["height"] = 16 },
            ["model"] = new JsonObject { ["name"] = "pssr-prior", ["sha256"] = "def" },
            ["options"] = new JsonObject { ["method"] = "DiffSR", ["seed"] = ulong.MaxValue },
            ["decisions"] = new JsonObject(), ["evaluations"] = 3, ["seconds"] = 1.5, ["peakMemoryBytes"] = 1L,
        }.ToJsonString());
        return path;
    }

    /// <summary>Little-endian: the first directory points to EXIF's own, which holds a speed of 100.</summary>
    private static byte[] Exif() =>
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x69, 0x87, 4, 0, 1, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0x27, 0x88, 3, 0, 1, 0, 0, 0, 100, 0,
            0, 0, 0, 0, 0, 0];
}
