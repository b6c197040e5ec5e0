using System.Text.Json.Nodes;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Tests.Faces;
using PSSR.Tests.Pictures;

namespace PSSR.Tests.Metrics;

public sealed class NoReferenceMetricTests : IDisposable
{
    /// <summary>Of a dark picture 2^52 numbers.</summary>
    private const string Hungry = "torch.mean(torch.ones([1 + (int(torch.lt(torch.max(x), 0.5)) * 4503599627370496)]))";

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_picture_is_shown_as_the_card_says_and_scored_with_one_number()
    {
        var options = new JsonObject { ["mean"] = new JsonArray(5, 5, 5), ["std"] = new JsonArray(2, 2, 2) };
        var model = Import("bright", "torch.mean(x)", options, [0, 255]);
        using var metric = NoReferenceMetric.Load(model, null, Stop);

        var value = metric.Measure(Flat(40));

        Assert.Equal(("quality", "torchscript", "score"), (model.Card.Kind, model.Card.Architecture, model.Card.Prediction));
        Assert.Equal((40 - 5) / 2.0, value.Value, 1e-4);
        Assert.Equal(("bright", "any", false), (value.Metric, value.Preset, value.LowerIsBetter));
        Assert.StartsWith("bright (SHA-256 ", value.Settings);
        Assert.EndsWith("pictures as they are, values 0 to 255 less 5 5 5 over 2 2 2", value.Settings);
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Fact]
    public void Its_name_and_which_way_is_better_come_from_the_card()
    {
        var model = Import("n", "torch.mean(x)", new() { ["metric"] = "NIQE", ["better"] = "lower", ["input_size"] = 8 });
        using var metric = NoReferenceMetric.Load(model, null, Stop);

        Assert.Equal(("NIQE", true), (metric.Name, metric.Measure(Flat(40)).LowerIsBetter));
        Assert.Contains("8×8 by pil-bicubic", metric.Settings);
    }

    [Theory]
    [InlineData("x", "not with one number")]
    [InlineData("torch.log(torch.sum(x) * 0)", "infinities or NaN")]
    public void A_module_that_gives_no_score_is_refused_when_it_is_imported(string answer, string says) =>
        Assert.Contains(says, Assert.Throws<PssrException>(() => Import("bad", answer, [])).Message);

    [Theory]
    [InlineData("metric", "LR-PSNR", "metric must be")]
    [InlineData("metric", "a\nb", "metric must be")]
    [InlineData("better", "more", "better must be")]
    [InlineData("resize", "nearest", "resize must be matlab-bicubic, pil-bicubic")]
    [InlineData("score", "1", "score")]
    public void A_card_that_no_metric_has_is_refused(string option, string value, string says) => Assert.Contains(says,
        Assert.Throws<PssrException>(() => Import("bad", "torch.mean(x)", new() { [option] = value })).Message);

    [Fact]
    public void Two_metrics_of_one_name_and_other_kinds_of_models_are_refused_beforehand()
    {
        var first = Import("a", "torch.mean(x)", new() { ["metric"] = "Q" });
        var second = Import("b", "torch.mean(x)", new() { ["metric"] = "q" });

        Assert.Contains("'a' and 'b'",
            Assert.Throws<PssrException>(() => NoReferenceMetric.Find([first.Folder, second.Folder])).Message);
        Assert.Contains("quality-metric", Assert.Throws<PssrException>(() => NoReferenceMetric.Find(["pssr-prior"])).Message);
    }

    [Fact]
    public void Pictures_are_scored_without_a_reference_and_the_rest_is_left_empty()
    {
        var model = Import("bright", "torch.mean(x)", [], [0, 255]);
        var (dark, light) = (Save("dark.png", 40), Save("light.png", 60));
        using var run = new QualityRun(new() { QualityModels = [model.Folder] });

        var quality = run.Measure(dark, null, Stop);

        Assert.Equal((null, null, null, null), (quality.Reference, quality.Psnr, quality.Lpips, quality.LrPsnr));
        Assert.Equal(40, quality.Scores!["bright"], 1e-4);
        Assert.Equal("bright 40", $"{new MetricScores([new("bright", 40, "any", "s")])}");
        Assert.Equal(50, ImageQuality.Summaries([quality, run.Measure(light, null, Stop)]).Single().Mean, 1e-4);
        Assert.Equal(40, (double)JsonNode.Parse(MeasurementLine.Json(quality))!["scores"]!["bright"]!, 1e-4);
    }

    [Fact]
    public void A_picture_that_there_is_no_memory_for_is_one_error_and_the_others_are_measured()
    {
        var model = Import("hungry", Hungry, []);
        var (dark, light) = (Save("dark.png", 40), Save("light.png", 200));
        using var run = new QualityRun(new() { QualityModels = [model.Folder] });

        var error = Assert.Throws<PssrException>(() => run.Measure(dark, null, Stop));

        Assert.Equal((PssrErrorKind.Image, dark), (error.Kind, error.Target));
        Assert.Contains("not enough memory", error.Message);
        Assert.Equal(1, run.Measure(light, null, Stop).Scores!["hungry"], 1e-6);
    }

    [Fact]
    public void A_set_is_measured_without_the_picture_that_there_is_no_memory_for()
    {
        var model = Import("hungry", Hungry, []);
        var (dark, light) = (Save("dark.png", 40), Save("light.png", 200));
        var bad = new List<PssrException>();

        var value = new SetQualityRun(new() { QualityModels = [model.Folder] })
            .Measure([dark, light], [], bad.Add, cancellation: Stop).Single();

        Assert.Equal((PssrErrorKind.Image, dark), (bad.Single().Kind, bad[0].Target));
        Assert.Contains("not enough memory", bad[0].Message);
        Assert.Equal((1, 1.0), (value.Pictures, Math.Round(value.Value, 6)));
    }

    [Fact]
    public void A_set_has_the_mean_of_its_pictures_scores()
    {
        var model = Import("bright", "torch.mean(x)", new() { ["better"] = "lower" }, [0, 255]);
        string[] pictures = [Save("a.png", 40), Save("b.png", 60), _folder.File("gone.png")];
        var bad = new List<string?>();

        var value = new SetQualityRun(new() { QualityModels = [model.Folder] })
            .Measure(pictures, [], e => bad.Add(e.Target), cancellation: Stop).Single();

        Assert.Equal([pictures[2]], bad);
        Assert.Equal(("bright", 2, 0, true), (value.Metric, value.Pictures, value.References, value.LowerIsBetter));
        Assert.Equal((50, 10), (Math.Round(value.Value, 3), Math.Round(value.StandardDeviation!.Value, 3)));
    }

    [Fact]
    public void Nothing_to_measure_is_one_sentence_with_what_could_be()
    {
        Assert.Contains("--lr-psnr", Assert.Throws<PssrException>(() => new QualityRun(new())).Message);
        Assert.Contains("compares with a truth",
            Assert.Throws<PssrException>(() => new QualityRun(new() { WithLrPsnr = true, WithLpips = true })).Message);
        using var run = new QualityRun(new() { WithLrPsnr = true });
        Assert.Contains("no record says what it was made from",
            Assert.Throws<PssrException>(() => run.Measure(Save("a.png", 4), null, Stop)).Message);
        Assert.Contains("resize = 'torch-bilinear'", Assert.Throws<PssrException>(() => new SetQualityRun(new())).Message);
    }

    private InstalledModel Import(string name, string answer, JsonObject options, double[]? range = null) => ModelImporter.Import(
        ScriptArchive.Write(_folder.File($"{Guid.NewGuid()}.pt"), ScriptArchive.Answering(answer)),
        new() { Name = name, Architecture = ModelImportOptions.QualityMetric, Options = options, ValueRange = range },
        _folder.File("models"), null, Stop).Model;

    private string Save(string name, byte level)
    {
        ImageCodec.Write(_folder.File(name), Flat(level), ImageFormat.Png);
        return _folder.File(name);
    }

    private static RasterImage Flat(byte level) =>
        TestPictures.Gradient(24, 16, 3) with { Samples = Enumerable.Repeat(level, 24 * 16 * 3).ToArray() };
}
