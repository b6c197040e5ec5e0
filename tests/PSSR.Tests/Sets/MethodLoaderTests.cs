using PSSR.Dpi;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Sets;
using PSSR.Sets.Records;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;
using PSSR.Tests.Ecdp;

namespace PSSR.Tests.Sets;

public sealed class MethodLoaderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TemporaryFolder _other = new();

    public void Dispose()
    {
        _folder.Dispose();
        _other.Dispose();
    }

    [Theory]
    [InlineData(UpscaleMethods.Auto)]
    [InlineData("diff-sr")]
    public void A_model_is_looked_up_once_and_loaded_as_it_was_found(string asked)
    {
        var installed = TestPrior.Install(_folder);
        var loader = MethodLoader.For(new() { Method = asked, Model = installed.Folder });
        File.Delete(Path.Combine(installed.Folder, ModelCards.FileName)); // a second look would find nothing

        using var method = loader.Load();

        Assert.Equal((UpscaleMethods.DiffSr, UpscaleMethods.DiffSr), (loader.Options.Method, method.Method));
        Assert.Equal(new ModelIdentity(installed.Name, installed.Card.Sha256), loader.Identity);
    }

    [Fact]
    public void A_model_that_was_replaced_while_it_was_let_go_is_the_one_that_goes_on()
    {
        var (flow, fast) = (ModelStore.Find("pssr-flow-x4"), ModelStore.Find("pssr-flow-x4-fast"));
        Install(flow);
        using var run = new UpscaleRun(new() { Model = _folder.Path, Scale = 4, OutputDirectory = _other.File("out") });
        var before = Upscale("a.png");
        run.ReleaseModel();
        Install(fast);

        var after = Upscale("b.png");

        Assert.Equal([flow.Sha256, fast.Sha256],
            new[] { before, after }.Select(result => RunRecord.Beside(result.Output ?? result.Reason!)?.Model?.Sha256));
        run.Forget([]);
        Assert.Equal(EarlierResult.DoneBefore, Upscale("b.png").Reason);

        void Install(InstalledModel model)
        {
            foreach (var file in new[] { model.WeightsPath, Path.Join(model.Folder, ModelCards.FileName) })
                File.Copy(file, _folder.File(Path.GetFileName(file)), overwrite: true);
        }

        UpscaleResult Upscale(string name)
        {
            ImageCodec.Write(_other.File(name), new RasterImage(8, 8, 3, new byte[8 * 8 * 3]), ImageFormat.Png, overwrite: true);
            return run.Upscale(new InputFile(_other.File(name)), cancellation: TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public void Models_that_were_not_named_are_looked_up_again_under_the_names_of_those_that_were_found()
    {
        var flow = MethodLoader.For(new() { Method = "ecdp", Scale = 2 });
        var dpi = MethodLoader.For(new() { Method = "dpi", Scale = 4 });
        var none = dpi with { Corrector = null };

        // As though the usual ones had been installed since.
        var renewed = (flow with { Model = ModelStore.Find("pssr-flow-x4") }).Renewed();
        var other = (dpi with { Corrector = ModelStore.Find("pssr-corrector-x8") }).Renewed();

        Assert.Equal(("pssr-flow-x2", "pssr-flow-x4"), (flow.Model!.Name, renewed.Model!.Name));
        Assert.Equal(("pssr-corrector-x4", "pssr-corrector-x8"), (dpi.Corrector!.Name, other.Corrector!.Name));
        Assert.Null(none.Renewed().Corrector);
        Assert.Null(MethodLoader.For(new() { Method = "bicubic" }).Renewed().Model);
    }

    [Fact]
    public void A_corrector_is_looked_up_once_and_only_for_DPI()
    {
        var (prior, corrector) = (TestPrior.Install(_folder), TestCorrector.Install(_other));
        var loader = MethodLoader.For(new() { Method = "dpi", Model = prior.Folder, Dpi = new() { Corrector = corrector.Folder } });
        File.Delete(Path.Combine(prior.Folder, ModelCards.FileName));
        File.Delete(Path.Combine(corrector.Folder, ModelCards.FileName));

        using var method = loader.Load();

        Assert.Equal(UpscaleMethods.Dpi, method.Method);
        Assert.Equal(new ModelIdentity(prior.Name, prior.Card.Sha256, corrector.Name, corrector.Card.Sha256), loader.Identity);
    }

    [Fact]
    public void A_model_of_another_kind_is_refused_before_anything_is_said_of_it()
    {
        Refused(new() { Method = "dpi", Model = "pssr-flow-x4" }, "its architecture is 'ecdp-unet', and a prior");
        Refused(new() { Method = "diff-sr", Model = "pssr-flow-x4" }, "its architecture is 'ecdp-unet', and a prior");
        Refused(new() { Method = "ecdp", Model = "pssr-prior" }, "its architecture is 'guided-unet', and ECDP");
        Refused(new() { Method = "dpi", Dpi = new() { Corrector = "pssr-prior" } }, "its architecture is 'guided-unet', and a corrector");
        Refused(new() { Method = "dpi", Initial = "pssr-prior" }, "its architecture is 'guided-unet', and ECDP");

        static void Refused(UpscaleOptions options, string why) => Assert.Contains(
            why, Assert.Throws<PssrException>(() => MethodLoader.For(options)).Message, StringComparison.Ordinal);
    }

    /// <summary>A card for scale 4, k = 2 and the prior's schedule, and one for none of them.</summary>
    [Theory]
    [InlineData(4, 2, null, null)]
    [InlineData(8, 2, null, "for scale 4 and not 8")]
    [InlineData(4, 4, null, "for k = 2 and not 4")]
    [InlineData(4, 2, "cosine", "for the schedule cosine/1000 and not linear/1000")]
    [InlineData(4, 2, null, "on bicubic pictures and not on unknown degradations", DpiPreset.Real)]
    [InlineData(4, 2, null, null, DpiPreset.X8)]
    [InlineData(4, 2, null, "on the degradation 'real' and not on bicubic pictures", DpiPreset.X4, "real")]
    [InlineData(8, 2, null, null, DpiPreset.Real, "real")]
    public void A_corrector_that_was_made_for_something_else_is_said(
        double scale, int k, string? schedule, string? says, DpiPreset? preset = null, string degradation = "bicubic")
    {
        var prior = TestPrior.Install(_folder);
        var corrector = TestCorrector.Install(_other, card => card with
        {
            Schedule = new(schedule ?? "linear", 1000),
            Training = new()
            {
                ["options"] = new System.Text.Json.Nodes.JsonObject
                {
                    ["Scale"] = 4, ["GridStep"] = 2, ["Degradation"] = degradation,
                },
            },
        });

        using var run = new UpscaleRun(
            new()
            {
                Method = "dpi", Model = prior.Folder, Scale = scale,
                Dpi = new() { Corrector = corrector.Folder, K = k, Preset = preset },
            });

        Assert.Equal(says is not null, run.Caution is not null);
        Assert.Contains(says ?? "", run.Caution ?? "", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("diff-sr")]
    [InlineData("dpi")]
    public void A_flows_mean_takes_bicubics_place_and_its_weights_count(string method)
    {
        var (prior, flow) = (TestPrior.Install(_folder), TestFlow.Install(_other));
        var options = new UpscaleOptions { Method = method, Model = prior.Folder, Scale = 4, Steps = 2, Samples = 2 };
        if (method == "diff-sr")
            options = options with { NoiseLevel = 0.1 };
        var with = MethodLoader.For(options with { Initial = flow.Folder });
        using var scope = torch.NewDisposeScope();
        var low = torch.full(new long[] { 1, 3, 8, 8 }, 0.3f);
        using var plain = MethodLoader.For(options).Load();
        using var hybrid = with.Load();
        var ofFlow = new UpscaleOptions { Model = flow.Folder, Scale = 4, Steps = 1, Flow = new() { Temperature = 0 } };
        using var mean = MethodLoader.For(ofFlow).Load();

        var (ofBicubic, ofMean) = (plain.Upscale(new(low, 32, 32, 1, 1), new()), hybrid.Upscale(new(low, 32, 32, 1, 1), new()));

        Assert.Equal((flow.Name, flow.Card.Sha256), (with.Identity.Initial, with.Identity.InitialSha256));
        // the mean once for both samples; DPI's corrector isn't asked after the last two steps, of which there are two
        Assert.Equal(ofBicubic.Evaluations + 1, ofMean.Evaluations);
        Assert.False(ofBicubic.Image.allclose(ofMean.Image, 0, 1e-3));
        Assert.Null(with.Corrector); // not by itself
        Assert.True(hybrid.NeedFor(8, 8, 32, 32).Picture > plain.NeedFor(8, 8, 32, 32).Picture);
        if (method == "dpi")
        {
            // The grid's places hold what the mean has there.
            using var shown = MethodLoader.For(options with { Initial = flow.Folder, Trace = [1] }).Load();
            var y = shown.Upscale(new(low, 32, 32, 1, 1), new()).Trace.Single(moment => moment.Kind == "y").Image;
            var grid = new ConditionGrid(2);
            Assert.True(grid.Take(y).allclose(grid.Take(mean.Upscale(new(low, 32, 32, 1, 1), new()).Image).clamp(0, 1), 0, 1e-5));
            var forced = MethodLoader.For(options with { Initial = flow.Folder, Dpi = new() { Corrector = "pssr-corrector-x4" } });
            Assert.Contains("not on a flow's mean", forced.Caution, StringComparison.Ordinal);
            return;
        }
        using var noiseless = MethodLoader.For(options with { NoiseLevel = 0, Initial = flow.Folder }).Load();
        Assert.True(noiseless.Upscale(new(low, 32, 32, 1, 1), new()).Image
            .allclose(mean.Upscale(new(low, 32, 32, 1, 1), new()).Image, 0, 1e-6));
    }

    [Theory]
    [InlineData("ecdp")]
    [InlineData("nearest")]
    public void Methods_that_start_from_nothing_refuse_a_flows_mean(string method) =>
        Assert.Equal("Initial", Assert.Throws<PssrException>(() => MethodLoader.For(new() { Method = method, Initial = "x" })).Target);

    [Fact]
    public void The_embedded_corrector_is_said_to_know_other_pictures_than_an_imported_prior()
    {
        var prior = TestPrior.Install(_folder);
        var own = MethodLoader.For(new() { Method = "dpi", Scale = 4 });
        var others = MethodLoader.For(new() { Method = "dpi", Scale = 4, Model = prior.Folder });

        Assert.DoesNotContain("isn't known to have seen", own.Caution, StringComparison.Ordinal);
        Assert.Contains("isn't known to have seen", others.Caution, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, 4.0, "pssr-corrector-x4")]
    [InlineData(null, 2.0, "pssr-corrector-x4")]
    [InlineData(null, 8.0, "pssr-corrector-x8")]
    [InlineData(null, 16.0, "pssr-corrector-x8")]
    [InlineData(DpiPreset.X4, 8.0, "pssr-corrector-x4")]
    [InlineData(DpiPreset.Real, 4.0, "pssr-corrector-real")]
    public void DPI_takes_the_corrector_of_the_degradation_that_is_meant(DpiPreset? preset, double scale, string corrector) =>
        Assert.Equal(corrector,
            MethodLoader.For(new() { Method = "dpi", Scale = scale, Dpi = new() { Preset = preset } }).Corrector!.Name);

    [Fact]
    public void The_embedded_prior_is_said_to_disfigure_by_DPI_and_by_no_other_method()
    {
        var prior = TestPrior.Install(_folder);
        string? Said(string method, string? model) =>
            MethodLoader.For(new() { Method = method, Scale = 4, Model = model, Dpi = new() { Corrector = "none" } }).Caution;

        Assert.Contains("'pssr-prior' is small and knows no faces", Said("dpi", null), StringComparison.Ordinal);
        Assert.Null(Said("dpi", prior.Folder));
        Assert.Null(MethodLoader.For(new() { Method = "diff-sr", Scale = 4 }).Caution);
        Assert.Null(MethodLoader.For(new() { Scale = 4 }).Caution);
    }

    /// <summary>The faces ask for a sampler once, among DPI's settings.</summary>
    [Theory]
    [InlineData(PSSR.Dpi.DpiForm.Ddim, false, "Ddim")]
    [InlineData(PSSR.Dpi.DpiForm.Ddpm, true, "Ddpm")]
    public void DiffSrs_sampler_and_clipping_can_be_chosen(PSSR.Dpi.DpiForm sampler, bool noClipping, string expected)
    {
        var prior = TestPrior.Install(_folder);
        var loader = MethodLoader.For(new()
        {
            Method = "diff-sr", Model = prior.Folder, NoiseLevel = 0.004, Steps = 2, Dpi = new() { Sampler = sampler },
            NoClipping = noClipping,
        });
        using var method = loader.Load();
        using var scope = torch.NewDisposeScope();

        var outcome = method.Upscale(new(torch.full(new long[] { 1, 3, 8, 8 }, 0.99f), 16, 16, 1, 1), new());

        Assert.Equal(expected, outcome.Decisions["sampler"]);
        Assert.Null(loader.Options.Dpi);
        Assert.Equal(noClipping ? true : null, loader.Options.NoClipping);
    }

    [Theory]
    [InlineData("ecdp", "flow")]
    [InlineData("dpi", "prior")]
    [InlineData("auto", "flow prior")]
    public void A_name_that_is_not_there_is_answered_with_models_of_the_right_kind(string method, string kinds)
    {
        var error = Assert.Throws<PssrException>(() => MethodLoader.For(new() { Method = method, Model = "no-such-model" }));

        var offered = error.Message.Split("Known: ")[1].Split(". ")[0].Split(", ");
        Assert.Equal(ModelStore.List().Where(m => kinds.Split(' ').Contains(m.Kind)).Select(m => m.Name), offered);
        Assert.IsType<ModelNotFoundException>(error.InnerException);
    }

    [Fact]
    public void Without_a_corrector_there_is_none()
    {
        var prior = TestPrior.Install(_folder);
        Assert.Null(MethodLoader.For(new() { Method = "dpi", Model = prior.Folder, Dpi = new() { Corrector = "none" } }).Corrector);
        Assert.Null(MethodLoader.For(new() { Method = "diff-sr", Model = prior.Folder }).Corrector);
    }
}
