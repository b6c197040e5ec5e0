using System.Text.Json.Nodes;
using System.Xml.Linq;
using PSSR.Host.Shares;
using PSSR.Measuring;
using PSSR.Pictures;
using PSSR.Report;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tests.Host;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets;
using PSSR.Tests.Sets.Sharing;

namespace PSSR.Tests.Report;

public sealed class UpscaleReportTests : IDisposable
{
    private readonly SetFolder _folder = new();

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Share.Faults = null;
        _folder.Dispose();
    }

    [Fact]
    public void The_page_has_everything_in_it_and_the_numbers_lie_beside_it()
    {
        var content = ReportContent.Of([Upscaled("a <&> b.png"), Upscaled("c.png")], [Measured("a <&> b"), Measured("c")]);

        var files = UpscaleReport.Write(_folder.At("out/report.html"), content, new() { Title = "Set <1>" }, overwrite: false,
            bad => throw bad, cancellation: Cancellation);

        var html = File.ReadAllText(files.Html);
        Assert.DoesNotContain("http", html.Replace("http://www.w3.org/2000/svg", ""));
        Assert.DoesNotContain("<&>", html);
        Assert.Contains("<title>Set &lt;1&gt;</title>", html);
        Assert.Equal(2, html.Split("class=\"after\"").Length - 1);
        foreach (var part in new[] { "type=\"range\"", ">bicubic</option>", ">truth</option>", "<svg", "model-hash", "noiseLevel 0.1" })
            Assert.Contains(part, html);
        var lines = File.ReadAllText(files.Csv).TrimEnd().Split("\r\n");
        Assert.Equal(3, lines.Length);
        Assert.All(lines, line => Assert.Equal(lines[0].Split(',').Length, Cells(line)));
        var json = JsonNode.Parse(File.ReadAllText(files.Json))!;
        Assert.Equal("test-model", (string?)json["pictures"]![1]!["run"]!["model"]);
        Assert.Equal(content.Entries[1].Qualities[0].Psnr, (double)json["pictures"]![1]!["qualities"]![0]!["psnr"]!);
    }

    [Fact]
    public void Other_metrics_have_columns_of_their_own_and_one_identical_picture_does_no_harm()
    {
        var (one, two) = (Upscaled("a.png"), Upscaled("b.png"));
        ImageQuality Of(string path, double psnr, double musiq) => new(path, "t", 40, 24, 2, "PyIqa",
            [new("PSNR", psnr, "PyIqa", "s") { Unit = "dB" }, new("MUSIQ", musiq, "any", "s")]);
        var content = ReportContent.Of([one, two], [Of(one, double.PositiveInfinity, 61.5), Of(two, 30, 62.5)]);

        var files = UpscaleReport.Write(_folder.At("r.html"), content, new(), false, bad => throw bad, cancellation: Cancellation);

        var lines = File.ReadAllText(files.Csv).TrimEnd().Split("\r\n");
        Assert.EndsWith(",MUSIQ", lines[0]);
        Assert.EndsWith(",61.5", lines[1]);
        Assert.All(lines, line => Assert.Equal(lines[0].Split(',').Length, Cells(line)));
        var html = File.ReadAllText(files.Html);
        Assert.Contains("<th>MUSIQ", html);
        Assert.Contains("1, in no mean", html);
        var summary = JsonNode.Parse(File.ReadAllText(files.Json))!["summary"]![0]!;
        Assert.Equal((30.0, 1), ((double)summary["mean"]!, (int)summary["infinite"]!));
    }

    [Fact]
    public void Pictures_of_unknown_origin_and_ones_that_are_gone_are_reported_as_far_as_they_go()
    {
        ImageCodec.Write(_folder.At("foreign.png"), TestPictures.Gradient(20, 12, 3), ImageFormat.Png);
        var bad = new List<string?>();

        var files = UpscaleReport.Write(_folder.At("r.html"), ReportContent.Of([_folder.At("foreign.png"), _folder.At("gone.png")], []),
            new(), false, e => bad.Add(e.Target), cancellation: Cancellation);

        Assert.Equal([_folder.At("gone.png")], bad);
        Assert.Contains("foreign.png", File.ReadAllText(files.Html));
        Assert.Contains("gone.png", File.ReadAllText(files.Csv));
    }

    [Fact]
    public void Fewer_pictures_can_be_shown_than_are_in_the_tables()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("b.png"), Upscaled("c.png")], []);
        var html = File.ReadAllText(
            UpscaleReport.Write(_folder.At("r.html"), content, new() { Pictures = 1 }, false, bad => throw bad,
                cancellation: Cancellation).Html);
        Assert.Contains("1 of 3 pictures are shown", html);
        Assert.Contains("c_x2.png", html);
    }

    [Fact]
    public void Nothing_to_report_or_a_file_in_the_way_is_an_option_error_that_leaves_no_file()
    {
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(
                () => UpscaleReport.Write(_folder.At("r.html"), ReportContent.Of([], []), new(), false, _ => { },
                    cancellation: Cancellation)).Kind);
        var csv = _folder.File("r.csv");
        var content = ReportContent.Of([Upscaled("a.png")], []);
        Assert.Equal(csv,
            Assert.Throws<PssrException>(
                () => UpscaleReport.Write(_folder.At("r.html"), content, new(), false, _ => { }, cancellation: Cancellation)).Target);
        Assert.False(File.Exists(_folder.At("r.html")));
        UpscaleReport.Write(_folder.At("r.html"), content, new(), true, _ => { }, cancellation: Cancellation);
        Assert.StartsWith("path,", File.ReadAllText(csv));
    }

    [Fact]
    public async Task Of_two_reports_that_are_written_at_once_the_page_and_the_tables_are_of_one()
    {
        var content = ReportContent.Of([Upscaled("a.png")], []);
        var page = _folder.At("r.html");

        for (var round = 0; round < 5; round++)
        {
            await Task.WhenAll(Enumerable.Range(1, 4).Select(i => Task.Run(() => UpscaleReport.Write(page, content,
                new() { Title = $"T{i}", Pictures = 0 }, overwrite: true, _ => { }, cancellation: Cancellation), Cancellation)));

            var title = (string)JsonNode.Parse(File.ReadAllText(_folder.At("r.json")))!["title"]!;
            Assert.Contains($"<title>{title}</title>", File.ReadAllText(page), StringComparison.Ordinal);
        }
        Assert.DoesNotContain(_folder.Files(), file => file.StartsWith('.'));
    }

    [Fact]
    public void A_table_that_can_not_be_put_in_place_leaves_the_earlier_page()
    {
        var content = ReportContent.Of([Upscaled("a.png")], []);
        File.WriteAllText(_folder.At("r.html"), "earlier");
        Directory.CreateDirectory(_folder.At("r.json"));

        Assert.Equal(_folder.At("r.json"), Assert.Throws<PssrException>(() => UpscaleReport.Write(_folder.At("r.html"), content, new(),
            overwrite: true, _ => { }, cancellation: Cancellation)).Target);

        Assert.Equal("earlier", File.ReadAllText(_folder.At("r.html")));
        Assert.False(File.Exists(_folder.At("r.csv")));
    }

    [Theory]
    [InlineData("out.png")]
    [InlineData("q1.json")]
    [InlineData("q1.csv")]
    [InlineData("report")]
    [InlineData("a_x2.png.pssr.html")]
    public void A_page_has_a_pages_name_and_its_tables_are_no_record(string name)
    {
        var content = ReportContent.Of([Upscaled("a.png")], []);
        var record = File.ReadAllText(_folder.At("a_x2.png.pssr.json"));

        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => UpscaleReport.Write(_folder.At(name), content, new(),
            overwrite: true, _ => { }, cancellation: Cancellation)).Kind);

        Assert.False(File.Exists(_folder.At(name)));
        Assert.Equal(record, File.ReadAllText(_folder.At("a_x2.png.pssr.json")));
    }

    [Fact]
    public void A_place_that_takes_no_file_is_told_before_pictures_are_measured_for_it()
    {
        var file = _folder.File("a.png");

        Assert.Contains($"'{file}' is a file and no folder",
            Assert.Throws<PssrException>(() => UpscaleReport.Check(Path.Join(file, "sub", "x.html"), overwrite: true)).Message);
        if (OperatingSystem.IsLinux())
            Assert.Contains("no file can be written into '/proc'",
                Assert.Throws<PssrException>(() => UpscaleReport.Check("/proc/x.html", overwrite: true)).Message);
        UpscaleReport.Check(_folder.At("new/sub/x.html"), overwrite: false);
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_record_that_may_not_be_read_is_named()
    {
        var (a, b) = (Upscaled("a.png"), Upscaled("b.png"));
        Share.Faults = new Meanwhile(ShareCall.Open, RunRecord.PathFor(a), () => throw new UnauthorizedAccessException("no right"));
        var bad = new List<PssrException>();

        var content = ReportContent.Of([a, b], [], onBad: bad.Add);

        Assert.Contains(RunRecord.PathFor(a), Assert.Single(bad).Message);
        Assert.Equal([true, false], content.Entries.Select(entry => entry.Run is null));
    }

    /// <summary>Names are not believed: a picture may be called x.csv.</summary>
    [Theory]
    [InlineData("result.html", "result.html", "truth.png", "input.png")]
    [InlineData("truth.html", "result.png", "truth.csv", "input.png")]
    [InlineData("input.htm", "result.png", "truth.png", "input.json")]
    public void No_file_of_a_report_takes_the_place_of_a_picture_that_it_tells_of(string page, string result, string truth, string input)
    {
        foreach (var name in new[] { result, truth, input })
            ImageCodec.Write(_folder.At(name), TestPictures.Gradient(20, 12, 3), ImageFormat.Png);
        var run = ReportContent.Of([Upscaled("a.png")], []).Entries[0].Run! with { Input = _folder.At(input) };
        var quality = Measured("a") with { Path = _folder.At(result), Reference = _folder.At(truth) };
        var content = new ReportContent([new ReportEntry(_folder.At(result), run, [quality])], []);
        string[] before = [.. Directory.GetFiles(_folder.Path).Order()];

        var refused = Assert.Throws<PssrException>(() => UpscaleReport.Write(_folder.At(page), content, new(), overwrite: true, _ => { },
            cancellation: Cancellation));

        Assert.Equal(PssrErrorKind.Option, refused.Kind);
        Assert.Equal(before, Directory.GetFiles(_folder.Path).Order());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_picture_in_other_letters_is_the_same_where_names_have_no_case(bool ignored)
    {
        using var system = new NameCase(ignored);
        ImageCodec.Write(_folder.At("result.html"), TestPictures.Gradient(20, 12, 3), ImageFormat.Png);
        var content = new ReportContent([new ReportEntry(_folder.At("result.html"), null, [])], []);
        if (!File.Exists(_folder.At("RESULT.html")))
            File.WriteAllText(_folder.At("RESULT.html"), ""); // the same file there, which is of another name here

        var error = Record.Exception(() => UpscaleReport.Write(_folder.At("RESULT.html"), content, new(), overwrite: true, _ => { },
            cancellation: Cancellation));

        Assert.Equal(ignored, error is PssrException);
    }

    [Fact]
    public void Values_of_whole_sets_are_told_with_their_caution()
    {
        var set = new ImageSetQuality("FrechetDistance", 12.5, null, 3, 4, 512, "net", "net <1>", "few pictures");
        var files = UpscaleReport.Write(_folder.At("r.html"), ReportContent.Of([], [], [set]), new(), false, bad => throw bad,
            cancellation: Cancellation);
        Assert.Contains("<td>12.5000<td>3<td>4<td>net &lt;1&gt;<td>few pictures</tr>", File.ReadAllText(files.Html));
        Assert.Equal(12.5, (double)JsonNode.Parse(File.ReadAllText(files.Json))!["sets"]![0]!["value"]!);
    }

    [Fact]
    public void Bicubics_numbers_stand_beside_ours()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("c.png")], [Measured("a"), Measured("c")]);
        var files = UpscaleReport.Write(_folder.At("r.html"), content, new(), false, bad => throw bad, cancellation: Cancellation);

        var html = File.ReadAllText(files.Html);
        Assert.Contains("<th>PSNR<th>bicubic PSNR<th>SSIM<th>bicubic SSIM<th>preset", html);
        Assert.Contains("<th>mean<th>bicubic<th>sd", html);
        Assert.Contains(">bicubic, BasicSR-Y</text>", html);
        var json = JsonNode.Parse(File.ReadAllText(files.Json))!;
        var bicubic = (double)json["pictures"]![0]!["qualities"]![0]!["baselinePsnr"]!;
        Assert.Equal(bicubic, (double)json["summary"]![0]!["baseline"]!, 9); // both pictures are one
        using var run = new QualityRun(new() { Reference = _folder.At("truth"), WithLpips = false, WithBaseline = true });
        Assert.Equal(bicubic, run.Measure(_folder.At("a_x2.png"), null, Cancellation).BaselinePsnr);
    }

    [Fact]
    public void Bicubics_mean_of_fewer_pictures_says_so_with_ours_of_them()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("c.png")], [Measured("a"), Measured("c")]);
        File.Delete(_folder.At("c.png"));

        var files = UpscaleReport.Write(_folder.At("r.html"), content, new(), false, _ => { }, cancellation: Cancellation);

        Assert.Contains(" in 1, beside ", File.ReadAllText(files.Html));
        var summary = JsonNode.Parse(File.ReadAllText(files.Json))!["summary"]![0]!;
        Assert.Equal((2, 1), ((int)summary["pictures"]!, (int)summary["baselinePictures"]!));
        Assert.Equal(content.Entries[0].Qualities[0].Psnr, (double)summary["meanBesideBaseline"]!);
    }

    [Fact]
    public void Bicubic_isn_t_made_of_a_picture_that_was_changed_since()
    {
        var content = ReportContent.Of([Upscaled("a.png")], [Measured("a")]);
        ImageCodec.Write(_folder.At("a.png"), TestPictures.Gradient(18, 11, 3), ImageFormat.Png, overwrite: true);

        var files = UpscaleReport.Write(_folder.At("r.html"), content, new(), false, bad => throw bad, cancellation: Cancellation);

        Assert.DoesNotContain(">bicubic</option>", File.ReadAllText(files.Html));
        Assert.Null(JsonNode.Parse(File.ReadAllText(files.Json))!["pictures"]![0]!["qualities"]![0]!["baselinePsnr"]);
    }

    [Fact]
    public void No_column_is_empty_no_setting_is_raw_JSON_and_no_line_joins_unrelated_pictures()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("c.png")], [Measured("a")]);
        var html = File.ReadAllText(
            UpscaleReport.Write(_folder.At("r.html"), content, new(), false, bad => throw bad, cancellation: Cancellation).Html);

        Assert.DoesNotContain("<th>LPIPS", html);
        Assert.Contains("<th>noise level", html);
        Assert.DoesNotContain("null", html[..html.IndexOf("<script>", StringComparison.Ordinal)]);
        Assert.DoesNotContain("{&quot;", html);
        Assert.DoesNotContain("<polyline", html);
        Assert.Contains("<circle", html);
    }

    [Fact]
    public void Rows_lead_to_their_pictures()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("b #1.png"), _folder.At("gone.png")], []);
        var html = File.ReadAllText(UpscaleReport.Write(
            _folder.At("out/r.html"), content, new() { Pictures = 1 }, false, bad => throw bad, cancellation: Cancellation).Html);

        Assert.Contains("<a href=\"#p1\">a_x2.png</a>", html);
        Assert.Contains("<section id=\"p1\">", html);
        Assert.Contains("<a href=\"../b%20%231_x2.png\">b #1_x2.png</a>", html);
        Assert.Contains("<td>gone.png", html);
    }

    [Fact]
    public void The_charts_are_well_formed()
    {
        var content = ReportContent.Of([Upscaled("a.png"), Upscaled("c.png")], [Measured("a"), Measured("c")]);
        var html = File.ReadAllText(
            UpscaleReport.Write(_folder.At("r.html"), content, new(), false, bad => throw bad, cancellation: Cancellation).Html);
        var svg = html[html.IndexOf("<svg", StringComparison.Ordinal)..(html.IndexOf("</svg>", StringComparison.Ordinal) + 6)];
        Assert.Contains(XDocument.Parse(svg).Descendants(), e => e.Value == "PSNR");
    }

    private static int Cells(string line)
    {
        var (cells, quoted) = (1, false);
        foreach (var c in line)
        {
            quoted ^= c == '"';
            cells += c == ',' && !quoted ? 1 : 0;
        }
        return cells;
    }

    private ImageQuality Measured(string stem)
    {
        var truth = _folder.At($"truth/{stem}.png");
        Directory.CreateDirectory(_folder.At("truth"));
        ImageCodec.Write(truth, TestPictures.Gradient(40, 24, 3), ImageFormat.Png, overwrite: true);
        using var run = new QualityRun(new() { Reference = _folder.At("truth"), WithLpips = false });
        return run.Measure(_folder.At($"{stem}_x2.png"));
    }

    private string Upscaled(string name)
    {
        ImageCodec.Write(_folder.At(name), TestPictures.Gradient(20, 12, 3), ImageFormat.Png);
        using var run = new UpscaleRun(new() { Scale = 2 }, _ => new NoisyEnlarger(), new ModelIdentity("test-model", "model-hash"));
        return run.Upscale(new InputFile(_folder.At(name))).Output!;
    }
}
