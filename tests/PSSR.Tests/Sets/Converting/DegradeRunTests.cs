using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using PSSR.Cli;
using PSSR.Host;
using PSSR.Host.Shares;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;
using PSSR.Tests.Sets.Sharing;

namespace PSSR.Tests.Sets.Converting;

public sealed class DegradeRunTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-degrade-").FullName;

    public void Dispose()
    {
        Share.Faults = null;
        Directory.Delete(_folder, true);
    }

    [Fact]
    public void A_set_is_made_again_from_its_records_exactly()
    {
        Picture("in/a.png", 64, 48, 3);
        Picture("in/sub/a.png", 40, 52, 4);
        var options = new DegradeOptions { Degradation = "severe", Seed = 7, OutputDirectory = At("out") };
        var first = Degrade(options);

        var run = new DegradeRun(options with { OutputDirectory = At("again") });
        var again = first.Select(result => run.Repeat(result.Record, null, Stop)).ToList();

        Assert.All(again, result => Assert.True(result.AsRecorded));
        Assert.Equal(first.Select(r => r.Parameters), again.Select(r => r.Parameters));
        Assert.Equal(first.Select(r => Samples(r.Output)), again.Select(r => Samples(r.Output)));
        Assert.Equal([At("again/a.png"), At("again/sub/a.png")], again.Select(r => r.Output));
    }

    [Fact]
    public void A_side_that_the_scale_divides_loses_no_pixel_and_an_earlier_record_keeps_the_size_it_meant()
    {
        Picture("in/a.png", 110, 66, 4); // in float64 both over 1.1 come out a little below 100 and 60
        var options = new DegradeOptions { Scale = 1.1, OutputDirectory = At("out") };
        var made = Degrade(options).Single();
        var record = JsonNode.Parse(File.ReadAllText(made.Record))!;
        Assert.True(record["parameters"]!.AsObject().Remove("keepsWholeSides"));
        Directory.CreateDirectory(At("old"));
        File.WriteAllText(At("old/a.png.degradation.json"), record.ToJsonString());

        var earlier = new DegradeRun(options with { OutputDirectory = At("again") }).Repeat(At("old/a.png.degradation.json"), null, Stop);
        var repeated = new DegradeRun(options with { OutputDirectory = At("third") }).Repeat(earlier.Record, null, Stop);

        Assert.Equal((100, 60), (made.Width, made.Height));
        Assert.Equal([(99, 59), (99, 59)], new[] { earlier, repeated }.Select(result => (result.Width, result.Height)));
        Assert.True(repeated.AsRecorded);
        Assert.Equal((110, 66), DegradationRecord.Beside(made.Output)!.SizeBefore(100, 60, 1.1));
        Assert.Equal((110, 66), DegradationRecord.Beside(earlier.Output)!.SizeBefore(99, 59, 1.1));
    }

    [Fact]
    public void Parameters_follow_the_content_and_the_seed_and_not_the_name_or_the_order()
    {
        Picture("in/a.png", 64, 48, 3);
        Picture("in/b.png", 48, 64, 3);
        var options = new DegradeOptions { Degradation = "real", Seed = 7, OutputDirectory = At("out") };
        var first = Degrade(options);
        File.Move(At("in/a.png"), At("in/z.png"));
        var renamed = Degrade(options with { OutputDirectory = At("renamed") });
        var seeded = Degrade(options with { OutputDirectory = At("seeded"), Seed = 8 });

        Assert.Equal(first[0].Parameters, renamed[1].Parameters);
        Assert.Equal(first[1].Parameters, renamed[0].Parameters);
        Assert.NotEqual(first[0].Parameters, first[1].Parameters);
        Assert.NotEqual(renamed[0].Parameters, seeded[0].Parameters);
    }

    [Fact]
    public void Given_values_win_over_drawn_ones()
    {
        Picture("in/a.png", 64, 48, 3);
        var result = Degrade(
            new DegradeOptions { Degradation = "severe", Scale = 2, Noise = 0, Enlarge = false, OutputDirectory = At("out") }).Single();

        Assert.Equal((32, 24, 2.0, 0.0), (result.Width, result.Height, result.Scale, result.Noise));
        Assert.InRange(result.JpegQuality!.Value, 40, 50);
    }

    [Fact]
    public void Transparency_and_grey_stay_and_16_bits_become_8()
    {
        Picture("in/alpha.png", 32, 24, 4);
        Picture("in/grey.png", 32, 24, 1);
        ImageCodec.Write(At("in/wide.png"), new RasterImage(8, 8, 3, Enumerable.Range(0, 192).Select(i => (ushort)(i * 300)).ToArray()),
            ImageFormat.Png);

        var results = Degrade(new DegradeOptions { OutputDirectory = At("out") }).Select(r => ImageCodec.Read(r.Output)).ToList();

        Assert.Equal([(8, 6, 4, 8), (8, 6, 1, 8), (2, 2, 3, 8)], results.Select(r => (r.Width, r.Height, r.Channels, r.BitDepth)));
    }

    [Fact]
    public void A_changed_picture_is_not_taken_for_the_recorded_one()
    {
        Picture("in/a.png", 64, 48, 3);
        var record = Degrade(new DegradeOptions { OutputDirectory = At("out") }).Single().Record;
        Picture("in/a.png", 64, 40, 3);
        var run = new DegradeRun(new DegradeOptions { OutputDirectory = At("again") });

        Assert.Contains("SHA-256", Assert.Throws<PssrException>(() => run.Repeat(record, null, Stop)).Message);
    }

    [Fact]
    public void A_picture_that_another_takes_the_place_of_meanwhile_is_recorded_as_what_it_was()
    {
        Picture("in/a.png", 64, 48, 3);
        Picture("other.png", 64, 40, 3);
        var options = new DegradeOptions { OutputDirectory = At("out") };
        var before = ImageCodec.Fingerprint(At("in/a.png")).Sha256;
        Share.Faults = new Meanwhile(ShareCall.Create, Claim.PathFor(At("out/a.png")),
            () => File.Move(At("other.png"), At("in/a.png"), overwrite: true));

        var made = Degrade(options).Single();

        Assert.Equal(before, DegradationRecord.Read(made.Record).InputSha256);
        Assert.Contains("of an earlier", Assert.Throws<PssrException>(() => Degrade(options)).Message);
    }

    [Theory]
    [InlineData("output", "\"../a.png\"")]
    [InlineData("output", "\"/etc/a.png\"")]
    [InlineData("version", "2")]
    [InlineData("parameters", "null")]
    [InlineData("parameters", "{\"scale\": 0}")]
    [InlineData("parameters", "{\"scale\": 2, \"steps\": [null]}")]
    [InlineData("parameters", "{\"scale\": 2, \"steps\": [{}]}")]
    [InlineData("parameters", "{\"scale\": 2, \"steps\": [{\"$type\": \"nothing\"}]}")]
    [InlineData("input", "null")]
    public void A_record_that_says_what_it_must_not_is_refused(string name, string value)
    {
        Picture("in/a.png", 64, 48, 3);
        var path = Degrade(new DegradeOptions { OutputDirectory = At("out") }).Single().Record;
        var record = JsonNode.Parse(File.ReadAllText(path))!;
        record[name] = JsonNode.Parse(value);
        File.WriteAllText(path, record.ToJsonString());

        var error = Assert.Throws<PssrException>(
            () => new DegradeRun(new DegradeOptions { OutputDirectory = At("again") }).Repeat(path, null, Stop));
        Assert.Equal((PssrErrorKind.Image, path), (error.Kind, error.Target));
        Assert.False(Directory.Exists(At("again")));
    }

    [Fact]
    public void A_blur_that_would_blur_nothing_is_refused()
    {
        Assert.Contains("give BlurSize", Assert.Throws<PssrException>(
            () => new DegradeOptions { BlurSigma = 3, OutputDirectory = At("out") }.ParametersFor(1)).Message, StringComparison.Ordinal);
        Assert.Equal(3, new DegradeOptions { BlurSigma = 3, BlurSize = 13, OutputDirectory = At("out") }.ParametersFor(1).BlurSigma);
    }

    [Fact]
    public void Nothing_is_written_over_or_beside_the_pictures()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("in") };
        Assert.Contains("beside it", Assert.Throws<PssrException>(() => Degrade(options)).Message);

        var out1 = options with { OutputDirectory = At("out") };
        Assert.Equal(UpscaleStatus.Done, Degrade(out1).Single().Status);
        File.WriteAllText(At("out/a.png.degradation.json"), "{}");
        Assert.Contains("there already", Assert.Throws<PssrException>(() => Degrade(out1)).Message);
        var forced = Degrade(out1 with { Force = true }).Single();
        Assert.Equal(UpscaleStatus.Done, forced.Status);

        var original = File.ReadAllBytes(At("in/a.png"));
        var back = new DegradeRun(options with { Force = true });
        Assert.Contains("beside it", Assert.Throws<PssrException>(() => back.Repeat(forced.Record, null, Stop)).Message);
        Assert.Equal(original, File.ReadAllBytes(At("in/a.png")));
    }

    [Theory]
    [InlineData("bicubic", 3)]
    [InlineData("severe", 4)]
    public void A_set_that_is_there_is_skipped_and_passed_on(string degradation, int channels)
    {
        Picture("in/a.png", 64, 48, channels);
        Picture("in/sub/b.png", 40, 52, channels);
        var options = new DegradeOptions { Degradation = degradation, OutputDirectory = At("out"), Seed = 3 };
        var first = Degrade(options);
        var written = File.GetLastWriteTimeUtc(first[0].Output);

        var again = Degrade(options);

        Assert.All(again, result => Assert.Equal((UpscaleStatus.Skipped, "done before"), (result.Status, result.Reason)));
        Assert.Equal(first.Select(Facts), again.Select(Facts));
        Assert.Equal(written, File.GetLastWriteTimeUtc(first[0].Output));
        var repeated = new DegradeRun(options).Repeat(first[0].Record, null, Stop);
        Assert.Equal((UpscaleStatus.Skipped, true), (repeated.Status, repeated.AsRecorded));

        static object Facts(DegradedImage image) =>
            (image.Input, image.Output, image.Record, image.InputWidth, image.InputHeight, image.Width, image.Height, image.Parameters);
    }

    [Fact]
    public void What_it_made_itself_among_the_pictures_is_not_degraded_again()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("in/lr") };
        Degrade(options);
        Picture("in/up.png", 64, 48, 3);
        File.WriteAllText(At("in/up.png.pssr.json"), "{}");

        string[] names = ["in/a.png", "in/lr/a.png", "in/up.png"];

        var run = new DegradeRun(options);
        var again = run.Select(names.Select(name => new InputFile(At(name))));

        Assert.Equal([null, "it is itself a result of PSSR", "it is itself a result of PSSR"], again.Select(file => file.SkipReason));
        Assert.Equal(UpscaleStatus.Skipped, run.Degrade(run.Plan(again[0]), Stop).Status);
        Assert.Equal([null], new DegradeRun(options with { OutputDirectory = At("other") }).Select([new InputFile(At("in/lr/a.png"))])
            .Select(file => file.SkipReason));
    }

    /// <summary>As Export-UpscaleResult writes them.</summary>
    [Fact]
    public void Copies_of_its_results_among_the_pictures_are_no_pictures_whatever_is_forced()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("in/lr"), TruthDirectory = At("in/hr") };
        Degrade(options);
        Picture("in/lr/copies/a.png", 32, 24, 3);
        IEnumerable<string> Taken(DegradeOptions now) => new DegradeRun(now).Select(FileSet.Literal(At("in"), recurse: true))
            .Where(file => file.SkipReason is null).Select(file => Path.GetRelativePath(At("in"), file.Path).Replace('\\', '/'));

        Assert.Equal(["a.png"], Taken(options));
        Assert.DoesNotContain(Taken(options with { Force = true }), name => name.Contains("copies"));
        Assert.Equal(4, Taken(new DegradeOptions { OutputDirectory = At("other") }).Count());
    }

    [Fact]
    public void A_degraded_picture_whose_record_may_not_be_read_is_not_called_one_without()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out"), Scale = 2 };
        Degrade(options);
        var record = DegradationRecord.PathFor(At("out/a.png"));
        Share.Faults = new Meanwhile(ShareCall.Open, record, () => throw new UnauthorizedAccessException("no right"));

        var error = Assert.Throws<PssrException>(() => Degrade(options));

        Assert.Contains(record, error.Message);
        Assert.DoesNotContain("Force", error.Message);
    }

    [Fact]
    public void A_degraded_picture_keeps_its_name_when_a_sibling_of_its_picture_comes()
    {
        Picture("in/a.jpg", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out"), Scale = 4 };
        Degrade(options);
        Picture("in/a.webp", 60, 48, 3);

        Assert.Equal([(At("out/a.png"), UpscaleStatus.Skipped), (At("out/a_webp.png"), UpscaleStatus.Done)],
            Degrade(options).Select(result => (result.Output, result.Status)));
    }

    [Fact]
    public void A_picture_degraded_otherwise_is_told_and_kept()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out"), Scale = 4 };
        Degrade(options);

        Assert.Contains("Scale is 2 now and was 4", Error(options with { Scale = 2 }));
        Assert.Contains("Noise is 5 now and was 0", Error(options with { Noise = 5 }));
        Assert.Equal(UpscaleStatus.Skipped, Degrade(options with { Seed = 9 }).Single().Status); // there is no noise to draw
        ImageCodec.Write(At("out/a.png"), new RasterImage(16, 12, 3, new byte[16 * 12 * 3]), ImageFormat.Png, overwrite: true);
        Assert.Contains("not what its record says", Error(options));
        Picture("in/a.png", 60, 48, 3);
        Assert.Contains("another picture", Error(options));

        string Error(DegradeOptions now) => Assert.Throws<PssrException>(() => Degrade(now)).Message;
    }

    [Theory]
    [InlineData(false, "a.png.degradation.json", "a.png")]
    [InlineData(true, "no a.png", "a.png.degradation.json", "a.png")]
    public void A_kill_leaves_no_picture_without_its_own_record(bool force, params string[] steps)
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out"), Force = force };
        Directory.CreateDirectory(At("out"));
        if (force)
            Degrade(options);
        using var seen = new BlockingCollection<string>();
        using var watcher = new FileSystemWatcher(At("out"));
        watcher.Created += (_, change) => seen.Add(change.Name!);
        watcher.Renamed += (_, change) => seen.Add(change.Name!);
        watcher.Deleted += (_, change) => seen.Add($"no {change.Name}");
        watcher.EnableRaisingEvents = true;

        Degrade(options);

        Assert.Equal(steps, seen.GetConsumingEnumerable(Stop).Where(step => !step.Contains(".pssr-")).Take(steps.Length));
    }

    [Fact]
    public void A_picture_of_which_a_kill_left_the_record_alone_is_made_again()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out") };
        File.Delete(Degrade(options).Single().Output);

        Assert.Equal(UpscaleStatus.Done, Degrade(options).Single().Status);
    }

    [Fact]
    public void A_picture_that_another_process_finished_meanwhile_is_done_before()
    {
        Picture("in/a.png", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out") };
        Share.Faults = new Meanwhile(ShareCall.Create, Claim.PathFor(At("out/a.png")), () => Degrade(options));

        var late = Degrade(options).Single();

        Assert.Equal((UpscaleStatus.Skipped, EarlierResult.DoneBefore), (late.Status, late.Reason));
        Assert.Equal(["a.png", "a.png.degradation.json"], Directory.GetFiles(At("out")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void A_picture_that_another_process_makes_is_waited_for()
    {
        Picture("in/a.png", 64, 48, 3);
        Directory.CreateDirectory(At("out"));
        using var stop = new CancellationTokenSource();
        using var other = Claim.TryTake(At("out/a.png"), "other", out _, Stop);
        Share.Faults = new Meanwhile(ShareCall.Create, Claim.PathFor(At("out/a.png")), stop.Cancel);
        using var run = new DegradeRun(new DegradeOptions { OutputDirectory = At("out"), Force = true });
        var file = run.Plan(FileSet.Literal(At("in"), recurse: true).Single());

        Assert.Throws<OperationCanceledException>(() => run.Degrade(file, stop.Token));

        Assert.Empty(Directory.GetFiles(At("out"), "*.png"));
        Assert.True(other!.IsHeld());
    }

    [Fact]
    public void A_true_picture_is_checked_under_the_name_that_it_gets()
    {
        Picture("in/a.jpg", 64, 48, 3);
        var options = new DegradeOptions { OutputDirectory = At("out") };
        Degrade(options);
        Picture("in/a.bmp", 48, 64, 3); // since then; out/a.png keeps its name
        Picture("in/a_jpg.bmp", 40, 40, 3);

        var results = Degrade(options with { TruthDirectory = At("truth") });

        Assert.Equal(["a_bmp.png", "a.png", "a_jpg.png"], results.Select(result => Path.GetFileName(result.Output)));
        Assert.Equal(["a.png", "a_bmp.png", "a_jpg.png"], Directory.GetFiles(At("truth")).Select(Path.GetFileName).Order());
    }

    [Fact]
    public void Who_waits_for_another_process_hears_of_it()
    {
        Picture("in/a.png", 64, 48, 3);
        Directory.CreateDirectory(At("out"));
        var other = ClaimOwner.New("other") with { Process = ProcessIdentity.Current with { Host = "elsewhere" } };
        var claim = Claim.PathFor(At("out/a.png"));
        Assert.True(other.TryWriteNew(claim));
        var told = new List<string>();
        using var run = new DegradeRun(new DegradeOptions { OutputDirectory = At("out") }, text =>
        {
            told.Add(text);
            File.Delete(claim); // the other gives it back
        });

        run.Degrade(run.Plan(new InputFile(At("in/a.png"))), Stop);

        Assert.StartsWith($"Waiting for {other.Process}, which has '{At("out/a.png")}' in work.", Assert.Single(told),
            StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_line_goes_on_after_a_bad_picture()
    {
        Picture("in/a.png", 64, 48, 3);
        File.WriteAllBytes(At("in/bad.png"), File.ReadAllBytes(At("in/a.png"))[..40]);
        var (output, error) = (new StringWriter(), new StringWriter());

        var exit = CommandLine.Run(CommandLine.Root(), ["degrade", At("in"), "--out", At("out"), "--scale", "2", "--json"], output, error);

        Assert.Equal(2, exit);
        Assert.Contains("bad.png", error.ToString());
        var line = JsonNode.Parse(output.ToString())!;
        Assert.Equal((32, 2.0), ((int)line["width"]!, (double)line["parameters"]!["scale"]!));
        output.GetStringBuilder().Clear();
        Assert.Equal(0,
            CommandLine.Run(CommandLine.Root(), ["degrade", At("out/a.png.degradation.json"), "--from-record", "--out", At("again")],
                output, error));
        Assert.Contains("as recorded", output.ToString());
    }

    [Fact]
    public void The_command_line_goes_on_after_a_picture_that_there_is_no_memory_for()
    {
        Picture("in/a.png", 64, 48, 3);
        Picture("in/b.png", 64, 48, 3);
        Share.Faults = new Meanwhile(ShareCall.Create, Claim.PathFor(At("out/a.png")), () => throw new OutOfMemoryException());
        var (output, error) = (new StringWriter(), new StringWriter());

        Assert.Equal(2, CommandLine.Run(CommandLine.Root(), ["degrade", At("in"), "--out", At("out")], output, error));

        Assert.Contains($"'{At("in/a.png")}' can't be degraded: there is not enough memory", error.ToString());
        Assert.Equal(["b.png"], Directory.GetFiles(At("out"), "*.png").Select(Path.GetFileName));
    }

    private List<DegradedImage> Degrade(DegradeOptions options)
    {
        var run = new DegradeRun(options);
        return [.. FileSet.Literal(At("in"), recurse: true).Select(file => run.Degrade(run.Plan(file), Stop))];
    }

    private void Picture(string name, int width, int height, int channels)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        byte[] samples = [.. Enumerable.Range(0, width * height * channels).Select(i => (byte)(128 + 100 * Math.Sin(i * 0.05 + width)))];
        ImageCodec.Write(At(name), new RasterImage(width, height, channels, samples), ImageFormat.Png, overwrite: true);
    }

    private static byte[] Samples(string path) => (byte[])ImageCodec.Read(path).Samples;

    private string At(string name) => Path.Combine(_folder, Path.Combine(name.Split('/')));
}
