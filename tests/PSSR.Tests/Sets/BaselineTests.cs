using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tiles;

namespace PSSR.Tests.Sets;

/// <summary>Bicubic and nearest neighbour as methods, and what a run writes beside its results.</summary>
public sealed class BaselineTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(2, 2)]
    [InlineData(3, 5)]
    [InlineData(7, 3)]
    public void Nearest_takes_the_pixel_under_the_new_ones_centre(int width, int height)
    {
        using var scope = torch.NewDisposeScope();
        var low = torch.arange(0, 6, torch.float32).reshape(1, 1, 2, 3).expand(1, 3, -1, -1).contiguous();

        var picture = Baseline(UpscaleMethods.Nearest, low, 3 * width, 2 * height).Image;

        var expected = low.repeat_interleave(height, 2).repeat_interleave(width, 3);
        Assert.True(picture.allclose(expected, 0, 0));
    }

    [Fact]
    public void Nearest_serves_any_scale()
    {
        using var scope = torch.NewDisposeScope();
        var low = torch.arange(0, 3, torch.float32).reshape(1, 1, 1, 3).expand(1, 3, -1, -1).contiguous();

        // Centres lie at .3, .9, 1.5, 2.1 and 2.7.
        Assert.Equal([0f, 0, 1, 2, 2], Baseline(UpscaleMethods.Nearest, low, 5, 1).Image[0, 0, 0].data<float>().ToArray());
    }

    [Fact]
    public void Bicubic_is_what_diff_sr_makes_without_noise()
    {
        var picture = Picture("a.png");
        var options = new UpscaleOptions { Method = "bicubic", Scale = 2.5 };

        var (bicubic, noiseless) = (Run(options, picture, "b"), Run(options with { Method = "diff-sr", NoiseLevel = 0 }, picture, "d"));

        Assert.Equal(noiseless.OutputSha256, bicubic.OutputSha256);
        Assert.Equal(("Bicubic", null, 0), (bicubic.Method, bicubic.Model, bicubic.Evaluations));
    }

    [Fact]
    public void A_baselines_record_names_no_model_and_a_second_run_knows_it()
    {
        var picture = Picture("a.png");
        var options = new UpscaleOptions { Method = "nearest", Scale = 2, NameTemplate = "{name}_{method}_{model}" };

        var first = Run(options, picture, "out");

        var record = JsonNode.Parse(File.ReadAllText(first.Record!))!;
        Assert.Null(record["model"]);
        Assert.Equal("nearest", (string?)record["options"]!["method"]);
        Assert.Equal("a_Nearest_none.png", Path.GetFileName(first.Output));
        var again = Run(options, picture, "out");
        Assert.Equal((UpscaleStatus.Skipped, EarlierResult.DoneBefore, "Nearest"), (again.Status, again.Reason, again.Method));
        Assert.StartsWith("Consistency is 3 now", Run(options with { Consistency = 3 }, picture, "out").Reason);
    }

    [Theory]
    [InlineData("Model")]
    [InlineData("Steps")]
    [InlineData("Samples")]
    [InlineData("Trace")]
    [InlineData("TileSize")]
    [InlineData("Initial")]
    public void A_baseline_refuses_what_it_has_no_use_for(string name)
    {
        var options = new UpscaleOptions { Method = "bicubic" };
        options = name switch
        {
            "Model" => options with { Model = "pssr-prior" },
            "Steps" => options with { Steps = 3 },
            "Samples" => options with { Samples = 2 },
            "Trace" => options with { Trace = [0.5] },
            "TileSize" => options with { TileSize = 64 },
            _ => options with { Initial = "pssr-flow-x4" },
        };

        Assert.Equal(name, Assert.Throws<PssrException>(options.Checked).Target);
    }

    [Fact]
    public void A_run_writes_samples_moments_and_their_sheet_each_with_a_record()
    {
        var result = Run(new() { Method = "diff-sr", Scale = 2, NoiseLevel = 0.05, Steps = 2, Samples = 2, Trace = [1, 0.25, 0.25] },
            Picture("a.png"), "out");

        Assert.Equal((UpscaleStatus.Done, null), (result.Status, result.Reason));
        string[] names = ["mean", "sample2", "std", "t0.25_x", "t0.25_x0", "t1_x", "t1_x0", "trace"];
        Assert.Equal(names, result.Others.Keys.Order(StringComparer.Ordinal));
        Assert.Equal(names.SelectMany(name => new[] { $"out/a_{name}.png", $"out/a_{name}.png.pssr.json" })
            .Concat(["a.png", "out/a.png", "out/a.png.pssr.json"]).Order(StringComparer.Ordinal), _folder.Files());
        var sheet = ImageCodec.Read(result.Others["trace"]);
        var record = RunRecord.Beside(result.Others["trace"])!;
        Assert.Equal((sheet.Width, sheet.Height), (record.Output.Width, record.Output.Height));
        Assert.True(sheet.Width > 2 * result.Width && sheet.Height > 2 * result.Height);
        Assert.Equal("[1,0.25]", record.Options["trace"]!.ToJsonString());
        Assert.Equal(2, (int)record.Options["samples"]!);
        // What measures the folder finds the pictures, and not what shows something of them.
        Assert.Equal(("trace", null), (record.Shows, RunRecord.Beside(result.Others["sample2"])!.Shows));
        string[] measured = ["a.png", "a_mean.png", "a_sample2.png"];
        Assert.Equal(measured, FileSet.Literal(_folder.At("out"), false, results: true).Select(file => Path.GetFileName(file.Path)));
        Assert.Equal(measured, FileSet.Expand(_folder.At("out/*.png"), false, true).Select(file => Path.GetFileName(file.Path)));
        File.Copy(result.Output!, _folder.At("out/own_trace.png")); // a picture of the user's, whatever its name
        Assert.Contains(FileSet.Literal(_folder.At("out"), false, results: true), file => file.Path.EndsWith("own_trace.png"));
    }

    [Fact]
    public void What_was_not_asked_for_is_in_no_record_and_what_ecdp_has_stands_where_it_stood()
    {
        var plain = RecordedOptions.Of(new UpscaleOptions { Samples = 1, Consistency = 0, Trace = [] }.Checked() with
        {
            Method = UpscaleMethods.DiffSr,
        }, ImageFormat.Png);
        var flow = RecordedOptions.Of(new UpscaleOptions { Samples = 4, Consistency = 2 }.Checked(), ImageFormat.Png);

        Assert.DoesNotContain(plain, option => option.Key is "samples" or "consistency" or "trace" or "initial");
        Assert.DoesNotContain(flow, option => option.Key is "samples" or "consistency" or "trace" or "initial");
        Assert.Equal((4, 2), ((int)flow["flow"]!["samples"]!, (int)flow["flow"]!["consistency"]!));
        var asBefore = new UpscaleOptions { Flow = new() { Samples = 4, Consistency = 2 } }.Checked();
        Assert.Equal(flow.ToJsonString(), RecordedOptions.Of(asBefore, ImageFormat.Png).ToJsonString());
    }

    [Fact]
    public void More_moments_than_a_sheet_holds_and_faces_with_moments_are_refused()
    {
        double[] many = [.. Enumerable.Range(0, 17).Select(i => i / 20.0)];

        Assert.Equal("Trace", Assert.Throws<PssrException>(new UpscaleOptions { Trace = many }.Checked).Target);
        Assert.Equal("Trace", Assert.Throws<PssrException>(new UpscaleOptions { Trace = [1.5] }.Checked).Target);
        var faces = new UpscaleOptions { Trace = [0], Faces = new() { Faces = "x" } };
        Assert.Equal("Trace", Assert.Throws<PssrException>(faces.Checked).Target);
    }

    private string Picture(string name)
    {
        byte[] samples = [.. Enumerable.Range(0, 6 * 5 * 3).Select(i => (byte)(i * 37))];
        ImageCodec.Write(_folder.At(name), new RasterImage(6, 5, 3, samples), ImageFormat.Png);
        return _folder.At(name);
    }

    private UpscaleResult Run(UpscaleOptions options, string picture, string folder)
    {
        using var run = new UpscaleRun(options with { OutputDirectory = _folder.At(folder), Precision = "fp32" });
        return run.Upscale(new InputFile(picture));
    }

    private static UpscaleOutcome Baseline(string method, Tensor low, int width, int height) =>
        new ResampledUpscaler(method, method == UpscaleMethods.Nearest, 0).Upscale(new(low, width, height, 1, 2), new EvaluationMonitor());
}
