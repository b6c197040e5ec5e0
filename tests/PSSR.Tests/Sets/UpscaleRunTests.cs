using System.Text.Json.Nodes;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Sets;

public sealed class UpscaleRunTests : UpscaleRunFixture
{
    [Fact]
    public void A_picture_becomes_a_result_with_its_record_beside_it()
    {
        var result = Run(new() { Method = "diff-sr", Scale = 2.5, Seed = 7 }, Picture("a.png", 6, 4)).Single();

        Assert.Equal((UpscaleStatus.Done, null), (result.Status, result.Reason));
        Assert.Equal((15, 10, 6, 4), (result.Width, result.Height, result.InputWidth, result.InputHeight));
        Assert.Equal(("DiffSR", "test-model", 7ul, 2, 2), (result.Method, result.Model, result.Seed, result.Steps, result.Evaluations));
        Assert.True(result.PeakMemoryBytes > 1 << 20);
        Assert.Equal((15, 10), (result.GetImage().Width, result.GetImage().Height));
        Assert.Equal(["a.png", "a_x2.5.png", "a_x2.5.png.pssr.json"], Folder.Files());
        var record = JsonNode.Parse(File.ReadAllText(Folder.At("a_x2.5.png.pssr.json")))!;
        Assert.Equal("model-hash", (string?)record["model"]!["sha256"]);
        Assert.Equal(2.5, (double)record["options"]!["scale"]!);
        Assert.Equal(0.1, (double)record["decisions"]!["noiseLevel"]!);
        Assert.Equal(64, ((string)record["input"]!["sha256"]!).Length);
        Assert.Equal(Sha256(Folder.At("a_x2.5.png")), (string?)record["output"]!["sha256"]);
        Assert.Equal(((string?)record["output"]!["sha256"], (string?)record["input"]!["sha256"]),
            (result.OutputSha256, result.InputSha256));
        Assert.Equal((long)record["output"]!["bytes"]!, new FileInfo(Folder.At("a_x2.5.png")).Length);
        Assert.Equal(["read", "decode", "network", "encode", "write"], record["timings"]!.AsObject().Select(time => time.Key));
        var times = result.Timings;
        Assert.True(times.Read + times.Decode + times.Network + times.Encode + times.Write <= result.Elapsed);
    }

    [Fact]
    public void Order_name_and_format_of_a_file_do_not_change_its_pixels()
    {
        var (a, b) = (Picture("a.png", 9, 7, seed: 1), Picture("b.png", 9, 7, seed: 2));
        File.Copy(a, Folder.At("copy-of-a.png"));
        ImageCodec.Write(Folder.At("a-as-bmp.bmp"), ImageCodec.Read(a), ImageFormat.Bmp);

        var forward = Run(new() { OutputDirectory = Folder.At("1") }, a, b, Folder.At("copy-of-a.png"), Folder.At("a-as-bmp.bmp"));
        var backward = Run(new() { OutputDirectory = Folder.At("2") }, b, a);

        var samples = forward.Select(r => (byte[])r.GetImage().Samples).ToList();
        Assert.Equal(File.ReadAllBytes(forward[0].Output!), File.ReadAllBytes(backward[1].Output!));
        Assert.Equal(File.ReadAllBytes(forward[1].Output!), File.ReadAllBytes(backward[0].Output!));
        Assert.Equal(samples[0], samples[2]);
        Assert.Equal(samples[0], samples[3]);
        Assert.NotEqual(samples[0], samples[1]);
    }

    [Fact]
    public void A_quality_is_for_pictures_that_have_one_and_is_never_ignored_in_silence()
    {
        ImageCodec.Write(Folder.At("b.jpg"), TestPictures.Gradient(9, 7, 3), ImageFormat.Jpeg);

        var results = Run(new() { OutputDirectory = Folder.At("out"), Quality = 40 }, Picture("a.png"), Folder.At("b.jpg"));

        Assert.Equal([UpscaleStatus.Done, UpscaleStatus.Done], results.Select(r => r.Status));
        Assert.Contains("\"quality\": null", File.ReadAllText(RunRecord.PathFor(results[0].Output!)));
        Assert.Contains("\"quality\": 40", File.ReadAllText(RunRecord.PathFor(results[1].Output!)));
        var error = Assert.Throws<PssrException>(
            () => Run(new() { OutputDirectory = Folder.At("none"), Quality = 40 }, Folder.At("a.png")));
        Assert.Equal((PssrErrorKind.Option, "Quality: 40 was given, and no result has one, for all are Png: give Format Jpeg or Webp, or "
            + "no Quality."), (error.Kind, error.Message));
        Assert.False(Directory.Exists(Folder.At("none")));
        using var more = new UpscaleRun(new() { Quality = 40 }, Load, Models);
        Assert.Single(more.Select([new InputFile(Folder.At("a.png"))], isAll: false)); // a JPEG may follow
        var standard = Run(new() { OutputDirectory = Folder.At("standard") }, Folder.At("b.jpg")).Single();
        Assert.Contains("\"quality\": 95", File.ReadAllText(RunRecord.PathFor(standard.Output!)));
        Assert.True(standard.OutputBytes > results[1].OutputBytes);
    }

    [Fact]
    public void What_is_no_picture_by_its_content_is_skipped_and_what_is_one_is_done_whatever_their_names()
    {
        File.WriteAllText(Folder.At("notes.txt"), "no picture");
        File.WriteAllText(Folder.At("liar.png"), "no picture either");
        File.Move(Picture("a.png"), Folder.At("a.dat"));

        var results = Run(new(), Folder.At("notes.txt"), Folder.At("liar.png"), Folder.At("a.dat"));

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
        Assert.Equal(["a.png"], Folder.Files());
    }

    [Fact]
    public void A_degraded_picture_gets_its_size_back_by_its_record()
    {
        Directory.CreateDirectory(Folder.At("out"));
        Directory.CreateDirectory(Folder.At("small"));
        Picture("a.png", 160, 120);
        var degrade = new DegradeRun(new() { Scale = 2.7, OutputDirectory = Folder.At("small") });
        var small = degrade.Degrade(degrade.Plan(new InputFile(Folder.At("a.png"))), Cancellation);

        var same = Run(new() { Scale = 2.7, OutputDirectory = Folder.At("out") }, small.Output).Single();
        var other = Run(new() { Scale = 3 }, small.Output).Single();

        Assert.Equal((59, 44), (small.Width, small.Height));
        Assert.Equal((160, 120), (same.Width, same.Height));
        Assert.Equal("degradation record", same.Decisions["sizeFrom"]);
        Assert.Equal((177, 132, false), (other.Width, other.Height, other.Decisions.ContainsKey("sizeFrom")));
    }

    [Fact]
    public void Transparency_is_enlarged_apart_and_hidden_colour_does_not_bleed()
    {
        // Left half: opaque black. Right half: transparent, with white under it.
        var samples = new byte[8 * 8 * 4];
        for (var i = 0; i < 64; i++)
            (i % 8 < 4 ? new byte[] { 0, 0, 0, 255 } : [255, 255, 255, 0]).CopyTo(samples, 4 * i);
        ImageCodec.Write(Folder.At("a.png"), new RasterImage(8, 8, 4, samples), ImageFormat.Png);

        var image = RunPlain(Folder.At("a.png")).GetImage();

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
        ImageCodec.Write(Folder.At("a.png"), new RasterImage(6, 6, 1, samples), ImageFormat.Png);

        var image = RunPlain(Folder.At("a.png")).GetImage();

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

        Assert.Equal([new(picture, 0, null, 1, default), new(picture, 1, 2, 1, default), new(picture, 2, 2, 1, default)],
            reports.Select(report => report with { Elapsed = default }));
        Assert.Equal(default, reports[0].Elapsed);
        Assert.True(reports[1].Elapsed <= reports[2].Elapsed);
    }

    [Theory]
    [InlineData(0, null, null)]
    [InlineData(1, 4, null)] // nothing is done by which to tell
    [InlineData(2, 4, 27.0)]
    [InlineData(4, 4, 3.0)]
    [InlineData(5, 4, null)] // the method was mistaken
    public void The_time_left_is_told_by_the_evaluations_that_are_done(int evaluation, int? expected, double? seconds) =>
        Assert.Equal(seconds, new UpscaleProgress("a.png", evaluation, expected, 1, TimeSpan.FromSeconds(9)).Left?.TotalSeconds);

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
}
