using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

public sealed class UpscaleRunTests : IDisposable
{
    private readonly SetFolder _folder = new();
    private int _loads;

    private static readonly ModelIdentity Models = new("test-model", "model-hash");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_becomes_a_result_with_its_record_beside_it()
    {
        var result = Run(new() { Method = "diff-sr", Scale = 2.5, Seed = 7 }, Picture("a.png", 6, 4)).Single();

        Assert.Equal((UpscaleStatus.Done, null), (result.Status, result.Reason));
        Assert.Equal((15, 10, 6, 4), (result.Width, result.Height, result.InputWidth, result.InputHeight));
        Assert.Equal(("DiffSR", "test-model", 7ul, 2, 2), (result.Method, result.Model, result.Seed, result.Steps, result.Evaluations));
        Assert.True(result.PeakMemoryBytes > 1 << 20);
        Assert.Equal((15, 10), (result.GetImage().Width, result.GetImage().Height));
        Assert.Equal(["a.png", "a_x2.5.png", "a_x2.5.png.pssr.json"], _folder.Files());
        var record = JsonNode.Parse(File.ReadAllText(_folder.At("a_x2.5.png.pssr.json")))!;
        Assert.Equal("model-hash", (string?)record["model"]!["sha256"]);
        Assert.Equal(2.5, (double)record["options"]!["scale"]!);
        Assert.Equal(0.1, (double)record["decisions"]!["noiseLevel"]!);
        Assert.Equal(64, ((string)record["input"]!["sha256"]!).Length);
        Assert.Equal(Sha256(_folder.At("a_x2.5.png")), (string?)record["output"]!["sha256"]);
        Assert.Equal(((string?)record["output"]!["sha256"], (string?)record["input"]!["sha256"]),
            (result.OutputSha256, result.InputSha256));
        Assert.Equal((long)record["output"]!["bytes"]!, new FileInfo(_folder.At("a_x2.5.png")).Length);
        Assert.Equal(["read", "decode", "network", "encode", "write"], record["timings"]!.AsObject().Select(time => time.Key));
        var times = result.Timings;
        Assert.True(times.Read + times.Decode + times.Network + times.Encode + times.Write <= result.Elapsed);
    }

    [Fact]
    public void A_bad_file_is_one_failed_result_and_the_set_goes_on()
    {
        File.WriteAllBytes(_folder.At("b.png"), File.ReadAllBytes(Picture("whole.png"))[..40]);

        var results = Run(new(), Picture("a.png"), _folder.At("b.png"), _folder.At("missing.png"), Picture("c.png"));

        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Failed, UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.All(results.Where(r => r.Status == UpscaleStatus.Failed),
            r => Assert.True(r.Reason is not null && r.Error is not null && r.Output is null));
        Assert.Equal(1, _loads);
    }

    [Fact]
    public void Order_name_and_format_of_a_file_do_not_change_its_pixels()
    {
        var (a, b) = (Picture("a.png", 9, 7, seed: 1), Picture("b.png", 9, 7, seed: 2));
        File.Copy(a, _folder.At("copy-of-a.png"));
        ImageCodec.Write(_folder.At("a-as-bmp.bmp"), ImageCodec.Read(a), ImageFormat.Bmp);

        var forward = Run(new() { OutputDirectory = _folder.At("1") }, a, b, _folder.At("copy-of-a.png"), _folder.At("a-as-bmp.bmp"));
        var backward = Run(new() { OutputDirectory = _folder.At("2") }, b, a);

        var samples = forward.Select(r => (byte[])r.GetImage().Samples).ToList();
        Assert.Equal(File.ReadAllBytes(forward[0].Output!), File.ReadAllBytes(backward[1].Output!));
        Assert.Equal(File.ReadAllBytes(forward[1].Output!), File.ReadAllBytes(backward[0].Output!));
        Assert.Equal(samples[0], samples[2]);
        Assert.Equal(samples[0], samples[3]);
        Assert.NotEqual(samples[0], samples[1]);
    }

    [Fact]
    public void A_second_run_skips_what_is_there_and_loads_no_model()
    {
        var picture = Picture("a.png");
        Run(new(), picture);
        _loads = 0;

        Assert.Equal(UpscaleStatus.Skipped, Run(new(), picture).Single().Status);
        Assert.Equal(0, _loads);
        Assert.Equal(UpscaleStatus.Done, Run(new() { Force = true }, picture).Single().Status);
    }

    [Fact]
    public void What_is_done_is_done_whatever_machine_and_name_but_not_with_other_options_model_or_picture()
    {
        var picture = Picture("a.png");
        var first = Run(new() { OutputDirectory = _folder.At("out"), Device = "cpu" }, picture).Single();

        Assert.Equal("done before", Reason(new()));
        Assert.Equal("done before", Reason(new() { Format = ImageFormat.Png }));
        Assert.StartsWith("Seed is 1 now and was 0 ", Reason(new() { Seed = 1 }));
        Assert.StartsWith("Scale is 3 now and was 2 ", Reason(new() { Scale = 3 }));
        Assert.StartsWith("Model test-model had other weights", Reason(new(), new ModelIdentity("test-model", "other-hash")));
        Assert.StartsWith("Corrector is c now and was none", Reason(new(), Models with { Corrector = "c", CorrectorSha256 = "c-hash" }));
        File.Delete(picture);
        Picture("a.png", seed: 9);
        Assert.Contains("was changed after", Reason(new()));
        Assert.Equal(File.ReadAllBytes(first.Output!), File.ReadAllBytes(_folder.At("out/a.png")));
        Assert.Equal(UpscaleStatus.Done, Run(new() { OutputDirectory = _folder.At("out"), Force = true }, picture).Single().Status);

        string? Reason(UpscaleOptions options, ModelIdentity? models = null)
        {
            using var run = new UpscaleRun(options with { OutputDirectory = _folder.At("out") }, Load, models ?? Models);
            var result = run.Upscale(new InputFile(picture), cancellation: Cancellation);
            Assert.Equal(UpscaleStatus.Skipped, result.Status);
            return result.Reason;
        }
    }

    [Fact]
    public void A_quality_is_for_pictures_that_have_one_and_is_never_ignored_in_silence()
    {
        ImageCodec.Write(_folder.At("b.jpg"), TestPictures.Gradient(9, 7, 3), ImageFormat.Jpeg);

        var results = Run(new() { OutputDirectory = _folder.At("out"), Quality = 40 }, Picture("a.png"), _folder.At("b.jpg"));

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Equal(PssrErrorKind.Option, Assert.IsType<PssrException>(results[0].Error).Kind);
        Assert.Contains("a.png' is Png, which has none", results[0].Reason);
        Assert.Contains("\"quality\": 40", File.ReadAllText(RunRecord.PathFor(results[1].Output!)));
        var standard = Run(new() { OutputDirectory = _folder.At("standard") }, _folder.At("b.jpg")).Single();
        Assert.Contains("\"quality\": 95", File.ReadAllText(RunRecord.PathFor(standard.Output!)));
        Assert.True(standard.OutputBytes > results[1].OutputBytes);
    }

    [Fact]
    public void A_skipped_result_tells_of_what_is_there_like_a_done_one()
    {
        var picture = Picture("a.png", 6, 4);
        var done = Run(new() { Scale = 2.5, Seed = 7 }, picture).Single();

        var skipped = Run(new() { Scale = 2.5, Seed = 7 }, picture).Single();

        Assert.Equal((UpscaleStatus.Skipped, "done before", false), (skipped.Status, skipped.Reason, skipped.MadeOtherwise));
        Assert.Equal(done.Record, skipped.Record);
        Assert.Equal((done.Scale, done.Width, done.Height, done.InputWidth, done.InputHeight),
            (skipped.Scale, skipped.Width, skipped.Height, skipped.InputWidth, skipped.InputHeight));
        Assert.Equal((done.OutputSha256, done.OutputBytes, done.InputSha256, done.InputBytes),
            (skipped.OutputSha256, skipped.OutputBytes, skipped.InputSha256, skipped.InputBytes));
        Assert.Equal((done.Method, done.Model, done.Seed, done.Steps), (skipped.Method, skipped.Model, skipped.Seed, skipped.Steps));
        Assert.Equal(done.Decisions, skipped.Decisions);
        Assert.Equal((2.5, 0), (skipped.Scale, skipped.Evaluations));
    }

    [Fact]
    public void A_result_made_otherwise_counts_and_tells_how_it_was_made()
    {
        var picture = Picture("a.png", 6, 4);
        Run(new() { Scale = 2 }, picture);
        using var run = new UpscaleRun(new() { OutputDirectory = _folder.Path, Scale = 2, Seed = 9 }, Load, Models);

        var skipped = run.Upscale(run.Select(FileSet.Literal(picture, false)), cancellation: Cancellation).Single();

        Assert.Equal((true, 0ul, 12), (skipped.MadeOtherwise, skipped.Seed, skipped.Width));
        Assert.Equal((1, 1, 0), (run.Summarise().Skipped, run.Summarise().MadeOtherwise, run.Summarise().ExitCode));
        Assert.Equal((0, 0), (run.Summarise().InputBytes, run.Summarise().OutputBytes));
    }

    [Fact]
    public void Another_pictures_result_is_named()
    {
        Directory.CreateDirectory(_folder.At("sub"));
        Run(new() { OutputDirectory = _folder.At("out") }, Picture("a.png", seed: 1));
        Picture("sub/a.png", seed: 2);

        var reason = Run(new() { OutputDirectory = _folder.At("out") }, _folder.At("sub/a.png")).Single().Reason;

        Assert.StartsWith("Another picture's: ", reason);
        Assert.Contains($"'{_folder.At("a.png")}'", reason);
    }

    [Fact]
    public void Own_results_given_with_their_pictures_are_skipped_in_any_order_forced_or_not()
    {
        var picture = Picture("a.png");
        var result = Run(new(), picture).Single().Output!;

        foreach (var order in new[] { new[] { picture, result }, [result, picture] })
        {
            var again = Run(new(), order);
            Assert.Equal([UpscaleStatus.Skipped, UpscaleStatus.Skipped], again.Select(r => r.Status));
            Assert.Equal("done before", again.Single(r => r.Input == picture).Reason);
            Assert.Contains("itself a result", again.Single(r => r.Input == result).Reason);
            var forced = Run(new() { Force = true }, order).ToDictionary(r => r.Input);
            Assert.Equal((UpscaleStatus.Done, UpscaleStatus.Skipped), (forced[picture].Status, forced[result].Status));
        }
        Assert.Equal(["a.png", "a_x2.png", "a_x2.png.pssr.json"], _folder.Files());
    }

    [Theory]
    [InlineData("{}")]
    [InlineData("")]
    public void A_record_that_says_nothing_makes_no_input_a_result_that_may_be_overwritten(string record)
    {
        var (picture, other) = (Picture("a.png", seed: 1), Picture("a_x2.png", seed: 2));
        File.WriteAllText(other + ".pssr.json", record);
        var before = File.ReadAllBytes(other);

        var results = Run(new() { Force = true }, picture, other);

        Assert.Equal([UpscaleStatus.Failed, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Equal(before, File.ReadAllBytes(other));
    }

    [Fact]
    public void What_is_no_picture_by_its_content_is_skipped_and_what_is_one_is_done_whatever_their_names()
    {
        File.WriteAllText(_folder.At("notes.txt"), "no picture");
        File.WriteAllText(_folder.At("liar.png"), "no picture either");
        File.Move(Picture("a.png"), _folder.At("a.dat"));

        var results = Run(new(), _folder.At("notes.txt"), _folder.At("liar.png"), _folder.At("a.dat"));

        Assert.Equal([UpscaleStatus.Skipped, UpscaleStatus.Skipped, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.All(results.Take(2), r => Assert.True(r is { Output: null, Error: null } && r.Reason!.StartsWith("not a picture")));
    }

    [Fact]
    public void A_picture_that_is_large_enough_is_skipped()
    {
        var result = Run(new() { Width = 10 }, Picture("a.png", 12, 3)).Single();

        Assert.Equal((UpscaleStatus.Skipped, null, null), (result.Status, result.Output, result.Error));
        Assert.Contains("12×3", result.Reason);
        Assert.Contains("Width 10", result.Reason);
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_degraded_picture_gets_its_size_back_by_its_record()
    {
        Directory.CreateDirectory(_folder.At("out"));
        Directory.CreateDirectory(_folder.At("small"));
        Picture("a.png", 160, 120);
        var degrade = new DegradeRun(new() { Scale = 2.7, OutputDirectory = _folder.At("small") });
        var small = degrade.Degrade(degrade.Plan(new InputFile(_folder.At("a.png"))), Cancellation);

        var same = Run(new() { Scale = 2.7, OutputDirectory = _folder.At("out") }, small.Output).Single();
        var other = Run(new() { Scale = 3 }, small.Output).Single();

        Assert.Equal((59, 44), (small.Width, small.Height));
        Assert.Equal((160, 120), (same.Width, same.Height));
        Assert.Equal("degradation record", same.Decisions["sizeFrom"]);
        Assert.Equal((177, 132, false), (other.Width, other.Height, other.Decisions.ContainsKey("sizeFrom")));
    }

    [Fact]
    public void A_result_that_is_not_what_its_record_says_is_told_and_kept()
    {
        var picture = Picture("a.png");
        var output = Run(new(), picture).Single().Output!;
        var whole = File.ReadAllBytes(output);

        File.WriteAllBytes(output, whole[..^1]);
        Assert.Contains("isn't whole", Run(new(), picture).Single().Reason);
        File.WriteAllBytes(output, [.. whole[..^1], (byte)(whole[^1] ^ 1)]);
        Assert.Contains("isn't whole", Run(new(), picture).Single().Reason);
        Assert.Equal(whole[^1] ^ 1, File.ReadAllBytes(output)[^1]);
        File.WriteAllBytes(output, whole); // another time of change, the same bytes
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
        File.WriteAllText(output + ".pssr.json", "{}");
        Assert.Contains("can't be understood", Run(new(), picture).Single().Reason);
        File.Delete(output + ".pssr.json");
        Assert.Contains("no record of", Run(new(), picture).Single().Reason);
        Assert.Equal(UpscaleStatus.Done, Run(new() { Force = true }, picture).Single().Status);
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
    }

    [Fact]
    public void A_kill_between_record_and_result_costs_that_picture_only_and_leaves_no_stuck_file()
    {
        var picture = Picture("a.png");
        var output = Run(new(), picture).Single().Output!;
        File.Delete(output); // what is left when the record has its name and the result hasn't

        Assert.Equal(UpscaleStatus.Done, Run(new(), picture).Single().Status);
        Assert.Equal("done before", Run(new(), picture).Single().Reason);
    }

    [Fact]
    public void A_result_that_cannot_be_put_in_place_leaves_what_was_there()
    {
        var picture = Picture("a.png");
        Directory.CreateDirectory(_folder.At("a_x2.png/in-the-way"));

        Assert.Equal(UpscaleStatus.Failed, Run(new() { Force = true }, picture).Single().Status);
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_stop_between_evaluations_leaves_nothing_behind()
    {
        var picture = Picture("a.png");
        using var stop = new CancellationTokenSource();
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(stop.Cancel), Models);

        Assert.Throws<OperationCanceledException>(() => run.Upscale(new InputFile(picture), cancellation: stop.Token));
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_method_that_fails_fails_its_picture_only()
    {
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(() => throw new InvalidOperationException("out of luck")), Models);

        var result = run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation);

        Assert.Equal((UpscaleStatus.Failed, "out of luck"), (result.Status, result.Reason));
        Assert.Equal(["a.png"], _folder.Files());
    }

    [Fact]
    public void A_result_whose_record_cannot_be_written_is_taken_back()
    {
        // 250 characters: room for the picture's name, none for its record's.
        var name = new string('n', 243) + ".png";

        var result = Run(new(), Picture(name)).Single();

        Assert.Equal(UpscaleStatus.Failed, result.Status);
        Assert.Equal([name], _folder.Files());
    }

    [Fact]
    public void A_model_that_cannot_be_loaded_ends_the_run()
    {
        using var run = new UpscaleRun(new(), _ => throw new PssrException(PssrErrorKind.Checkpoint, "broken"), Models);

        Assert.Equal(PssrErrorKind.Checkpoint,
            Assert.Throws<PssrException>(() => run.Upscale(new InputFile(Picture("a.png")), cancellation: Cancellation)).Kind);
    }

    [Fact]
    public void A_model_that_is_not_there_is_refused_before_any_picture()
    {
        Assert.Throws<PssrException>(() => new UpscaleRun(new() { Model = _folder.Path }));
        Assert.Throws<PssrException>(() => new UpscaleRun(new() { Method = "DPI", Dpi = new() { Corrector = _folder.Path } }));
    }

    [Fact]
    public void Transparency_is_enlarged_apart_and_hidden_colour_does_not_bleed()
    {
        // Left half: opaque black. Right half: transparent, with white under it.
        var samples = new byte[8 * 8 * 4];
        for (var i = 0; i < 64; i++)
            (i % 8 < 4 ? new byte[] { 0, 0, 0, 255 } : [255, 255, 255, 0]).CopyTo(samples, 4 * i);
        ImageCodec.Write(_folder.At("a.png"), new RasterImage(8, 8, 4, samples), ImageFormat.Png);

        var image = RunPlain(_folder.At("a.png")).GetImage();

        Assert.Equal(4, image.Channels);
        var result = (byte[])image.Samples;
        for (var i = 0; i < 256; i++)
        {
            if (i % 16 is < 6 or >= 10)
                Assert.InRange(result[4 * i + 3], i % 16 < 6 ? 240 : 0, i % 16 < 6 ? 255 : 15);
            if (result[4 * i + 3] > 128)
                Assert.InRange(result[4 * i], 0, 2);
        }
    }

    [Fact]
    public void Sixteen_bit_grey_stays_sixteen_bit_grey()
    {
        ushort[] samples = [.. Enumerable.Range(0, 36).Select(i => (ushort)(i * 1800 + 7))];
        ImageCodec.Write(_folder.At("a.png"), new RasterImage(6, 6, 1, samples), ImageFormat.Png);

        var image = RunPlain(_folder.At("a.png")).GetImage();

        Assert.Equal((12, 12, 1, 16), (image.Width, image.Height, image.Channels, image.BitDepth));
        Assert.Contains((ushort[])image.Samples, s => s % 257 != 0);
    }

    [Fact]
    public void Progress_tells_the_picture_and_how_far_it_is()
    {
        var reports = new List<UpscaleProgress>();
        var picture = Picture("a.png");
        using var run = new UpscaleRun(new(), Load, Models);

        run.Upscale(new InputFile(picture), new Collect(reports), Cancellation);

        Assert.Equal([new(picture, 1, 2, 1, default), new(picture, 2, 2, 1, default)],
            reports.Select(report => report with { Elapsed = default }));
        Assert.True(reports[0].Elapsed <= reports[1].Elapsed);
    }

    [Fact]
    public void A_json_line_holds_every_field()
    {
        var line = ResultLine.Json(Run(new() { Method = "diff-sr", Seed = ulong.MaxValue }, Picture("näme – 漢字.png", 3, 2)).Single());

        Assert.DoesNotContain('\n', line);
        Assert.Contains("näme – 漢字", line);
        var json = JsonNode.Parse(line)!.AsObject();
        Assert.Equal(
            ["input", "output", "status", "error", "width", "height", "method", "model", "seed", "evaluations", "seconds",
                "peakMemoryBytes", "warnings"],
            json.Select(p => p.Key));
        Assert.Equal(("done", null, 6, 4), ((string?)json["status"], (string?)json["error"], (int)json["width"]!, (int)json["height"]!));
        Assert.Equal(("diff-sr", ulong.MaxValue), ((string?)json["method"], (ulong)json["seed"]!));
    }

    private List<UpscaleResult> Run(UpscaleOptions options, params string[] paths)
    {
        using var run = new UpscaleRun(options, Load, Models);
        var files = paths.SelectMany(p => FileSet.Literal(p, recurse: false)).ToList();
        files = [.. run.Select(files)];
        return [.. files.Select(file => run.Upscale(file, cancellation: Cancellation))];
    }

    private static UpscaleResult RunPlain(string path)
    {
        using var run = new UpscaleRun(new(), _ => new NoisyEnlarger(amplitude: 0), Models);
        return run.Upscale(new InputFile(path), cancellation: Cancellation);
    }

    private ISuperResolver Load(UpscaleOptions options)
    {
        _loads++;
        return new NoisyEnlarger();
    }

    private static string Sha256(string path) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path)));

    private string Picture(string name, int width = 5, int height = 5, int seed = 0)
    {
        var samples = new byte[width * height * 3];
        new Random(seed).NextBytes(samples);
        ImageCodec.Write(_folder.At(name), new RasterImage(width, height, 3, samples), ImageFormat.Png);
        return _folder.At(name);
    }

    private sealed class Collect(List<UpscaleProgress> reports) : IProgress<UpscaleProgress>
    {
        public void Report(UpscaleProgress value) => reports.Add(value);
    }
}
