using System.Text.Json.Nodes;
using PSSR.DiffSr.Field;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks.Features;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Tests.Host;
using PSSR.Tests.Pictures;
using PSSR.Tests.Sets;

namespace PSSR.Tests.Measuring;

public sealed class MeasurementTests : IDisposable
{
    private readonly SetFolder _folder = new();

    public MeasurementTests() => Directory.CreateDirectory(_folder.At("ref"));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_is_measured_by_its_record_and_as_an_object_alike()
    {
        var result = Upscaled("a.png", 20, 16);
        var run = Quality("BasicSR-Y");

        var (byPath, byObject) = (run.Measure(result.Output!, null, Cancellation), run.Measure(result.Output!, result, Cancellation));

        Assert.Equal(byPath.Values, byObject.Values);
        Assert.Equal((2.0, _folder.At("ref/a.png"), "BasicSR-Y"), (byPath.Scale, byPath.Reference, byPath.Preset));
        Assert.Equal(
            Psnr.Compute(result.GetImage(), ImageCodec.Read(_folder.At("ref/a.png")), MetricChannel.Y, 2, Cancellation), byPath.Psnr);
        Assert.All(byPath.Values, v => Assert.True(v.Preset == "BasicSR-Y" && v.Settings.Contains("border 2")));
    }

    [Fact]
    public void A_preset_with_a_border_wants_a_scale_and_the_others_do_not()
    {
        Save("a.png", 40, 32, 1);
        Save("ref/a.png", 40, 32, 2);
        Assert.Contains("Give Scale",
            Assert.Throws<PssrException>(() => Quality("BasicSR-Y").Measure(_folder.At("a.png"), null, Cancellation)).Message);
        Assert.Contains("border 4", Quality("BasicSR-Y", 4).Measure(_folder.At("a.png"), null, Cancellation).Values[0].Settings);
        Assert.Null(Quality("PyIqa").Measure(_folder.At("a.png"), null, Cancellation).Scale);
    }

    [Fact]
    public void Pictures_that_cannot_be_measured_are_errors_of_the_picture()
    {
        Save("ref/a.png", 40, 32, 1);
        Save("a.png", 20, 16, 1);
        Save("ref/tiny.png", 8, 8, 1);
        Save("tiny.png", 8, 8, 1);
        foreach (var (run, name) in new[]
        {
            (Quality("PyIqa"), "a.png"), (Quality("PyIqa"), "missing.png"), (Quality("BasicSR-Y", 4), "tiny.png"),
        })
            Assert.Equal(PssrErrorKind.Image, Assert.Throws<PssrException>(() => run.Measure(_folder.At(name), null, Cancellation)).Kind);
    }

    [Fact]
    public void A_picture_too_small_for_one_metric_keeps_the_others()
    {
        var result = Upscaled("a.png", 14, 14);
        using var run = new QualityRun(
            new() { Reference = _folder.At("ref"), WithLpips = false, WithLrPsnr = true, WithBaseline = true });

        var quality = run.Measure(result.Output!, result, Cancellation);

        Assert.Equal(["PSNR", "LR-PSNR"], quality.Values.Select(value => value.Metric));
        Assert.Equal(["PSNR", "LR-PSNR"], quality.Baseline!.Select(value => value.Metric));
        Assert.Contains("SSIM isn't measured", run.LeftOut(quality).Single(), StringComparison.Ordinal);
        Assert.Contains("15×15 pixels at least, and there are 14×14", run.LeftOut(quality).Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(41, 33, 2.0, true)]
    [InlineData(42, 32, 2.0, true)]
    [InlineData(43, 32, 2.0, false)]
    [InlineData(39, 32, 2.0, false)]
    [InlineData(41, 33, null, false)]
    public void A_truth_with_a_rest_of_the_scale_is_cropped_as_the_papers_do(int width, int height, double? scale, bool measured)
    {
        Save("ref/a.png", width, height, 1);
        var whole = ImageCodec.Read(_folder.At("ref/a.png"));
        var samples = new byte[40 * 32 * 3];
        for (var y = 0; y < 32; y++)
            for (var x = 0; x < Math.Min(40, width) * 3; x++)
                samples[y * 120 + x] = ((byte[])whole.Samples)[y * width * 3 + x];
        ImageCodec.Write(_folder.At("a.png"), new RasterImage(40, 32, 3, samples), ImageFormat.Png);
        var run = Quality("PyIqa", scale);

        if (measured)
        {
            var quality = run.Measure(_folder.At("a.png"), null, Cancellation);
            Assert.Equal((double.PositiveInfinity, 40, 32, width, height),
                (quality.Psnr, quality.Width, quality.Height, quality.ReferenceWidth, quality.ReferenceHeight));
        }
        else
            Assert.Contains("equal sizes",
                Assert.Throws<PssrException>(() => run.Measure(_folder.At("a.png"), null, Cancellation)).Message);
    }

    [Fact]
    public void Lpips_that_is_not_imported_names_the_commands_that_import_it()
    {
        var missing = InstalledLpips.Missing("alex", []);
        Assert.Contains("Import-SRModel alexnet-owt-7be5be79.pth", missing);
        Assert.Contains("pssr model import alex.pth --name lpips-alex", missing);
    }

    [Fact]
    public void Imported_backbone_and_heads_are_found_and_measure_what_the_files_do()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(1);
        var (net, lin) = (_folder.At("net.safetensors"), _folder.At("lin.safetensors"));
        SafeTensors.Save(net,
            new FeatureStack("squeeze", KnownFeatureStacks.SqueezeNet11).state_dict().ToDictionary(w => $"features.{w.Key}", w => w.Value));
        SafeTensors.Save(lin, LpipsHeads.Channels["squeeze"].Select((channels, k) => (channels, k))
            .ToDictionary(l => $"lin{l.k}.model.1.weight", l => torch.rand(new long[] { 1, l.channels, 1, 1 })));
        var backbone = ModelImporter.Import(net, new() { Name = "net" }, _folder.At("models"), null, Cancellation).Model;
        var heads = ModelImporter.Import(lin, new() { Name = "heads" }, _folder.At("models"), null, Cancellation);

        Assert.Equal(("lpips", "lpips-v0.1-squeeze", "BSD-2-Clause"),
            (heads.Model.Card.Architecture, heads.Known, heads.Model.Card.License));
        Assert.True(ModelTester.Test(heads.Model).Passed);
        Assert.Null(InstalledLpips.Missing("squeeze", [backbone, heads.Model]));
        Assert.Equal($"{backbone.Sha256} {heads.Model.Sha256}", InstalledLpips.Weights("squeeze", [backbone, heads.Model]));
        Assert.Null(InstalledLpips.Weights("squeeze", [backbone]));
        Assert.DoesNotContain("squeezenet1_1-b8a52dc0", InstalledLpips.Missing("squeeze", [backbone]));
        using Lpips installed = InstalledLpips.Load("squeeze", [backbone, heads.Model]), files = Lpips.Load("squeeze", net, lin);
        Tensor a = torch.rand(new long[] { 1, 3, 40, 48 }), b = torch.rand(new long[] { 1, 3, 40, 48 });
        Assert.Equal(files.Compute(a, b).Distance, installed.Compute(a, b).Distance);
    }

    [Fact]
    public void Values_of_different_presets_are_compared_only_when_forced()
    {
        Save("ref/a.png", 40, 32, 1);
        Save("a.png", 40, 32, 2);
        Save("better/a.png", 40, 32, 1);
        var (dpi, iqa) = (Quality("Paper-DPI"), Quality("PyIqa"));
        ImageQuality[] baseline = [dpi.Measure(_folder.At("a.png"), null, Cancellation)], better =
            [dpi.Measure(_folder.At("better/a.png"), null, Cancellation)], other = [iqa.Measure(_folder.At("a.png"), null, Cancellation)];

        var psnr = QualityComparison.Compare(baseline, better).Single(d => d.Metric == "PSNR");
        Assert.Equal((1, 1, 0, "Paper-DPI", double.PositiveInfinity), (psnr.Pictures, psnr.Better, psnr.Worse, psnr.Preset, psnr.Mean));
        var refusal = Assert.Throws<PssrException>(() => QualityComparison.Compare(baseline, other));
        Assert.Contains("Force", refusal.Message);
        Assert.Equal("Paper-DPI / PyIqa", QualityComparison.Compare(baseline, other, force: true)[0].Preset);
    }

    [Fact]
    public void A_summary_keeps_presets_apart()
    {
        MetricValue[] values = [new("PSNR", 30, "PyIqa", "s"), new("PSNR", 34, "PyIqa", "s"), new("PSNR", 20, "Paper-DPI", "t")];
        var summaries = MetricSummary.Of(values);
        Assert.Equal([("PyIqa", 2, 32.0, 2.0), ("Paper-DPI", 1, 20.0, 0.0)],
            summaries.Select(s => (s.Preset, s.Pictures, s.Mean, s.StandardDeviation)));
    }

    [Fact]
    public void A_set_has_a_distance_and_a_score_with_a_caution_where_pictures_are_few()
    {
        var script = Path.Combine(Golden.Root, "..", "PSSR.Tests", "Models", "Scripts", "features.torchscript.pt");
        var model = ModelImporter.Import(script,
            new() { Name = "script", Architecture = "torchscript", Options = new() { ["input_size"] = 16 } }, _folder.At("models"), null,
            Cancellation).Model;
        string[] a = [.. Enumerable.Range(0, 3).Select(i => Save($"a{i}.png", 20, 20, i))],
            b = [.. Enumerable.Range(0, 3).Select(i => Save($"b{i}.png", 24, 18, i + 9))];
        File.WriteAllText(_folder.At("bad.png"), "no picture");
        var bad = new List<string>();
        var run = new SetQualityRun(new() { Model = model.Folder, Classifier = model.Folder, Splits = 1 });

        var values = run.Measure([.. a, _folder.At("bad.png")], b, e => bad.Add(e.Target!), cancellation: Cancellation);

        Assert.Equal([_folder.At("bad.png"), _folder.At("bad.png")], bad);
        Assert.Equal([("FrechetDistance", 3, 3, 4), ("InceptionScore", 3, 0, 4)],
            values.Select(v => (v.Metric, v.Pictures, v.References, v.Dimensions)));
        Assert.All(values, v => Assert.NotNull(v.Caution));
        Assert.True(values[0].Value > 0 && values[1].Value >= 1);
        Assert.Equal(0, run.Measure(a, a, _ => { }, cancellation: Cancellation)[0].Value, 1e-9);

        // A value that can't be had takes no other with it.
        var told = new List<PssrException>();
        Assert.Equal(["FrechetDistance"], new SetQualityRun(new() { Model = model.Folder, Classifier = model.Folder, Splits = 4 })
            .Measure(a, b, told.Add, cancellation: Cancellation).Select(value => value.Metric));
        Assert.Contains("3 pictures can't be cut into 4 splits", told.Single().Message, StringComparison.Ordinal);
        Assert.Throws<PssrException>(() => new SetQualityRun(new() { Classifier = model.Folder, Splits = 4 })
            .Measure(a, b, told.Add, cancellation: Cancellation));
        Assert.Single(told);
    }

    [Fact]
    public void Frequencies_are_inspected_with_and_without_the_results_own_noise()
    {
        var result = Upscaled("a.png", 24, 18);
        var inspection = new FrequencyRun(new() { Reference = _folder.At("ref"), Model = "pssr-prior" })
            .Inspect(result.Output!, null, Cancellation);

        Assert.Equal([("Bicubic", 0), ("Result", 0), ("Bicubic", 0.1), ("Result", 0.1)],
            inspection.Measurements.Select(m => (m.Subject, m.NoiseLevel)));
        Assert.All(inspection.Measurements, m => Assert.Equal(0.5, m.BoxSize));
        var (bicubic, drowned) = (inspection.Measurements[0].Error, inspection.Measurements[2].Error);
        Assert.True(bicubic.High > bicubic.Low);
        Assert.True(drowned.HighMap < bicubic.HighMap);
        Assert.Equal(6, inspection.Views.Count);
        var sheet = FrequencySheet.PathFor(_folder.At("sheets"), result.Output!);
        FrequencySheet.Write(sheet, inspection, overwrite: false);
        Assert.True(ImageCodec.Read(sheet).Height > 4 * 18);
    }

    [Fact]
    public void Sheets_of_frequencies_don_t_go_among_the_results_that_they_show()
    {
        var picture = Save("a.png", 8, 8, 1);

        var refused = Assert.Throws<PssrException>(() => FrequencySheet.PathFor(Path.GetDirectoryName(picture) + "/.", picture));

        Assert.Equal(PssrErrorKind.Option, refused.Kind);
        Assert.Contains(picture, refused.Message, StringComparison.Ordinal);
        Assert.Equal(_folder.At("sheets/a.frequency.png"), FrequencySheet.PathFor(_folder.At("sheets"), picture));
    }

    [Fact]
    public void Sheets_of_pictures_of_one_name_have_names_of_their_own()
    {
        var names = new FrequencySheetNames(_folder.At("sheets"));

        Assert.Equal(["a", "b", "pictures_a", "two_pictures_a", "pictures_b", "three_pictures_a"],
            new[] { "one/pictures/a.png", "one/pictures/b.png", "one/pictures/a.jpg", "two/pictures/a.png", "two/pictures/b.png",
                "three/pictures/a.png" }.Select(name => Path.GetFileName(names.For(_folder.At(name)))[..^".frequency.png".Length]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_in_other_letters_is_that_of_the_results_where_names_have_no_case(bool ignored)
    {
        using var system = new NameCase(ignored);
        var error = Record.Exception(() => FrequencySheet.PathFor(_folder.At("OUT"), _folder.At("out/a.png")));

        Assert.Equal(ignored, error is PssrException);
    }

    [Fact]
    public void A_measurement_is_a_line_of_json_even_when_infinite()
    {
        var line = JsonNode.Parse(
            MeasurementLine.Json(
                new ImageQuality("a", "b", 1, 1, null, "PyIqa",
                    [new("PSNR", double.PositiveInfinity, "PyIqa", "s"), new("SSIM", 1, "PyIqa", "s")])))!;
        Assert.Equal(("Infinity", 1.0, null), ((string?)line["psnr"], (double?)line["ssim"], line["lpips"]));
    }

    [Fact]
    public void A_device_that_is_none_is_refused_before_any_network_is_loaded()
    {
        Action[] begins =
        [
            () => new QualityRun(new() { Reference = _folder.At("ref"), WithLpips = false, Device = "banana" }),
            () => new SetQualityRun(new() { Model = "none", Device = "banana" }),
            () => new FaceConsistencyRun(new() { Reference = _folder.At("ref"), Embedder = "none", Device = "banana" }),
            () => new FieldSearchOptions { Device = "banana" }.Checked(),
        ];

        Assert.All(begins, begin =>
            Assert.Equal("Device: 'banana' is not auto, cpu, cuda or cuda:N.", Assert.Throws<PssrException>(begin).Message));
    }

    [Fact]
    public void A_result_is_measured_against_its_input_by_its_record_alone()
    {
        var result = Upscaled("a.png", 20, 16);
        using var run = new QualityRun(new() { WithLrPsnr = true, WithBaseline = true });

        var quality = run.Measure(result.Output!, null, Cancellation);

        Assert.Equal((null, _folder.At("a.png")), (quality.Reference, quality.Input));
        Assert.Equal(LrPsnr.Compute(result.GetImage(), ImageCodec.Read(_folder.At("a.png")), Cancellation), quality.LrPsnr);
        Assert.True(quality.Baseline!.Single().Value > quality.LrPsnr, "noise was added to what bicubic makes");
        Assert.Empty(run.LeftOut(quality));
        File.Delete(_folder.At("a.png"));
        Assert.Contains("is gone",
            Assert.Throws<PssrException>(() => run.Measure(result.Output!, null, Cancellation)).Message);
        using var beside = new QualityRun(new() { Reference = _folder.At("ref"), WithLpips = false, WithLrPsnr = true });
        Assert.Contains("LR-PSNR isn't measured", beside.LeftOut(beside.Measure(result.Output!, null, Cancellation)).Single());
    }

    [Fact]
    public void A_result_is_measured_against_no_input_that_was_changed_since()
    {
        var result = Upscaled("a.png", 24, 18);
        File.Delete(_folder.At("a.png"));
        Save("a.png", 12, 9, 8);
        using var run = new QualityRun(
            new() { Reference = _folder.At("ref"), WithLpips = false, WithLrPsnr = true, WithBaseline = true });

        foreach (var given in new[] { result, null })
        {
            var quality = run.Measure(result.Output!, given, Cancellation);
            Assert.Equal((null, null), (quality.LrPsnr, quality.Baseline));
            Assert.NotNull(quality.Psnr);
            Assert.Equal(2, run.LeftOut(quality).Count(left => left.Contains("was changed since", StringComparison.Ordinal)));
            var inspection = new FrequencyRun(new() { Reference = _folder.At("ref"), BoxSize = 0.5, NoiseLevel = 0 })
                .Inspect(result.Output!, given, Cancellation);
            Assert.Equal(["Result"], inspection.Measurements.Select(measurement => measurement.Subject));
            Assert.Contains("was changed since", inspection.LeftOut.Single(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Frequencies_are_inspected_without_noise_where_the_results_model_is_not_installed()
    {
        var result = Upscaled("a.png", 24, 18, "of-a-folder");

        var inspection = new FrequencyRun(new() { Reference = _folder.At("ref") }).Inspect(result.Output!, null, Cancellation);

        Assert.Equal([("Bicubic", 0), ("Result", 0)], inspection.Measurements.Select(m => (m.Subject, m.NoiseLevel)));
        Assert.Contains("There is no model 'of-a-folder'", inspection.LeftOut.Single(), StringComparison.Ordinal);
        Assert.Throws<PssrException>(() => new FrequencyRun(new() { Reference = _folder.At("ref"), Model = "of-a-folder" })
            .Inspect(result.Output!, null, Cancellation));
    }

    private QualityRun Quality(string preset, double? scale = null) =>
        new(new() { Reference = _folder.At("ref"), Preset = preset, Scale = scale, WithLpips = false });

    /// <summary>A picture of detail, its half, and a result made from that.</summary>
    private UpscaleResult Upscaled(string name, int width, int height, string model = "pssr-prior")
    {
        var truth = ImageCodec.Read(Save($"ref/{name}", width, height, 3));
        var half = Resampling.Resize((byte[])truth.Samples, height, width, 3, height / 2, width / 2, ResamplingKernel.MatlabBicubic);
        ImageCodec.Write(_folder.At(name), new RasterImage(width / 2, height / 2, 3, half), ImageFormat.Png);
        using var run =
            new UpscaleRun(new() { Scale = 2 }, _ => new NoisyEnlarger(amplitude: 0.02), new ModelIdentity(model, "hash"));
        return run.Upscale(new InputFile(_folder.At(name)));
    }

    private string Save(string name, int width, int height, int seed)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_folder.At(name))!);
        var random = new Random(seed);
        var picture = TestPictures.Gradient(width, height, 3);
        var samples = (byte[])picture.Samples;
        for (var i = 0; i < samples.Length; i++)
            samples[i] = (byte)Math.Clamp(samples[i] + random.Next(-25, 25), 0, 255);
        ImageCodec.Write(_folder.At(name), picture, ImageFormat.Png);
        return _folder.At(name);
    }
}
