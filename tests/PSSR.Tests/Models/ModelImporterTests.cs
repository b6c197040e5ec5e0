using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Features;

namespace PSSR.Tests.Models;

public sealed class ModelImporterTests : IDisposable
{
    private static readonly string Rrdb = Golden.Case("rrdbnet-x4");

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private string Models => _folder.File("models");

    private ModelImportResult Import(string path, ModelImportOptions? options = null) =>
        ModelImporter.Import(path, options ?? new(), Models);

    [Theory]
    [InlineData("weights.pt")]
    [InlineData("weights_legacy.pt")]
    [InlineData("trainer_checkpoint.pt")]
    public void Every_file_with_the_same_weights_becomes_the_same_model(string file)
    {
        var result = Import(Path.Combine(Rrdb, file));

        Assert.Equal("rrdbnet", result.Model.Card.Architecture);
        Assert.Equal(
            """{"input_channels":3,"rrdb_num_blocks":2,"rrdb_network_features":8,"rrdb_intermediate_features":4"""
            + ""","sr_factor":4,"rrdb_block_selection":[1]}""",
            result.Model.Card.Options.ToJsonString());
        var expected = Weights.Load(Path.Combine(Rrdb, "weights.pt"));
        AssertSame(expected, SafeTensors.Load(result.Model.WeightsPath));
    }

    [Theory]
    [InlineData("nonsense", "4", "there is no 'nonsense', only input_channels, sr_factor")]
    [InlineData("sr_factor", "\"abc\"", "sr_factor is \"abc\"; it must be a whole number")]
    [InlineData("rrdb_block_selection", "[\"x\"]", "rrdb_block_selection is [\"x\"]; it must be a list")]
    public void An_option_that_does_not_fit_is_named_with_its_value_and_what_it_may_be(string name, string value, string told)
    {
        var error = Assert.Throws<PssrException>(() => Import(Path.Combine(Rrdb, "weights.pt"),
            new() { Options = new() { [name] = JsonNode.Parse(value) } }));

        Assert.Contains(told, error.Message);
        Assert.EndsWith(".", error.Message);
        Assert.DoesNotContain("System.", error.Message);
        Assert.DoesNotContain("BytesPerPixel", error.Message);
    }

    /// <summary>As PowerShell's sets of values take them.</summary>
    [Fact]
    public void Words_are_taken_in_upper_and_lower_case()
    {
        var card = Import(Path.Combine(Golden.Case("unet-oldstyle"), "weights.pt"),
            new() { Architecture = "AUTO", Precision = "BF16", Schedule = new("Cosine", 100) }).Model.Card;

        Assert.Equal(("guided-unet", "cosine"), (card.Architecture, card.Schedule!.Name));
    }

    [Fact]
    public void Steps_alone_are_those_of_the_schedule_that_it_gets_without()
    {
        var path = Path.Combine(Golden.Case("unet-oldstyle"), "weights.pt");

        var result = Import(path, new ModelImportOptions { Name = "a" }.WithSchedule(null, 250));
        var both = Import(path, new ModelImportOptions { Name = "b" }.WithSchedule("cosine", 500));
        var name = Import(path, new ModelImportOptions { Name = "c" }.WithSchedule("cosine", null));
        var again = Import(both.Model.WeightsPath, new ModelImportOptions { Name = "d" }.WithSchedule(null, 250));

        Assert.Equal(new ScheduleCard("linear", 250), result.Model.Card.Schedule);
        Assert.Contains(result.Assumptions, a => a.Contains("linear noise schedule of 250 steps", StringComparison.Ordinal));
        Assert.Equal([new("cosine", 500), new("cosine", 1000), new("cosine", 250)],
            new[] { both, name, again }.Select(r => r.Model.Card.Schedule!));
    }

    [Theory]
    [InlineData("cosine", null, "Schedule")]
    [InlineData(null, 500, "DiffusionSteps")]
    public void A_schedule_for_what_has_none_is_refused(string? name, int? steps, string named)
    {
        var error = Assert.Throws<PssrException>(
            () => Import(Path.Combine(Rrdb, "weights.pt"), new ModelImportOptions().WithSchedule(name, steps)));

        Assert.Equal((PssrErrorKind.Option, named), (error.Kind, error.Target));
        Assert.Contains("'rrdbnet' has no noise schedule", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Averaged_weights_are_taken_and_it_is_said()
    {
        var result = Import(Path.Combine(Rrdb, "trainer_checkpoint.pt"));

        Assert.Contains(result.Assumptions, a => a.Contains("model_avg", StringComparison.Ordinal));
        Assert.Equal("model_avg", (string?)result.Model.Card.Training!["sourceDict"]);
        Assert.Equal("model.", (string?)result.Model.Card.Training["sourcePrefix"]);
        Assert.Equal(ModelCards.Sha256(Path.Combine(Rrdb, "trainer_checkpoint.pt")), (string?)result.Model.Card.Training["sourceSha256"]);
    }

    [Fact]
    public void No_model_takes_the_place_of_an_embedded_one_by_its_files_name_alone()
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("PSSR-Prior.pt");
        File.Copy(Path.Combine(Rrdb, "trainer_checkpoint.pt"), file);

        Assert.Contains("PSSR's own model", Assert.Throws<PssrException>(() => Import(file)).Message, StringComparison.Ordinal);
        Assert.Equal("pssr-prior", Import(file, new() { Name = "pssr-prior" }).Model.Name);
    }

    [Fact]
    public void Another_dict_can_be_named()
    {
        var averaged = SafeTensors.Load(Import(Path.Combine(Rrdb, "trainer_checkpoint.pt"), new() { Name = "a" }).Model.WeightsPath);
        var raw =
            SafeTensors.Load(Import(Path.Combine(Rrdb, "trainer_checkpoint.pt"), new() { Name = "b", Under = "model" }).Model.WeightsPath);

        Assert.False(averaged["final.8.weight"].bytes.SequenceEqual(raw["final.8.weight"].bytes));
    }

    [Theory]
    [InlineData("unet-ffhq-like")]
    [InlineData("unet-neworder-nonsquare")]
    [InlineData("unet-oldstyle")]
    [InlineData("crt-tiny")]
    public void A_unets_layout_is_read_off_its_shapes(string name)
    {
        var flags = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Case(name), "case.json")))!["config"]!.AsObject();
        flags.Remove("weights");
        flags.Remove("state_dict_prefix");
        var truth = GuidedUNetOptions.FromJson(flags);
        using var file = WeightsFile.Open(Path.Combine(Golden.Case(name), "weights.pt"));

        var read = GuidedUNetOptions.FromJson(ModelImportPlan.Make(file, new()).Options);

        Assert.Equal((truth.NumChannels, truth.NumResBlocks, truth.LearnSigma, truth.UseScaleShiftNorm, truth.ResblockUpdown),
            (read.NumChannels, read.NumResBlocks, read.LearnSigma, read.UseScaleShiftNorm, read.ResblockUpdown));
        Assert.Equal(truth.LevelChannels, read.LevelChannels);
        Assert.Equal(truth.AttentionFactors.Where(f => f < 1 << truth.LevelChannels.Count).Order(), read.AttentionFactors.Order());
    }

    [Fact]
    public void Ecdps_layout_is_read_off_its_shapes()
    {
        var names = JsonNode.Parse(File.ReadAllText(Path.Combine(Golden.Case("ecdp-net-odd"), "case.json")))!["config"]!.AsObject();
        names.Remove("weights");
        var card = Import(Path.Combine(Golden.Case("ecdp-net-odd"), "weights.pt")).Model.Card;

        Assert.Equal(EcdpOptions.FromJson(names).ToJson().ToJsonString(), EcdpOptions.FromJson(card.Options).ToJson().ToJsonString());
        Assert.Equal(("flow", "both"), (card.Kind, card.Prediction));
    }

    [Fact]
    public void What_weights_cannot_tell_is_assumed_aloud_or_told_by_the_user()
    {
        var path = Path.Combine(Golden.Case("unet-oldstyle"), "weights.pt");

        Assert.Contains(Import(path, new() { Name = "a" }).Assumptions, a => a.Contains("4 attention heads", StringComparison.Ordinal));
        var told =
            Import(path, new() { Name = "b", Options = new() { ["num_heads"] = 4 }, Schedule = new("cosine", 500), License = "CC0-1.0" });

        Assert.DoesNotContain(told.Assumptions, a => a.Contains("num_head", StringComparison.Ordinal));
        Assert.Equal((4, new ScheduleCard("cosine", 500), "CC0-1.0"),
            ((int)told.Model.Card.Options["num_heads"]!, told.Model.Card.Schedule, told.Model.Card.License));
    }

    public static TheoryData<string> KnownNames => new(KnownModels.All.Select(m => m.Name));

    [Theory]
    [MemberData(nameof(KnownNames))]
    public void The_shapes_of_a_known_model_lead_back_to_it(string name)
    {
        var known = KnownModels.All.Single(m => m.Name == name);
        var family = NetworkFamilies.Find(known.Architecture);
        using var network = family.Build(known.Options, NetworkPlacement.ShapesOnly);
        var prefix = family.Kind == "features" ? "features." : "";
        var shapes = new WeightShapes(network.state_dict().ToDictionary(w => prefix + w.Key, w => w.Value.shape), "memory");

        var recognised = NetworkFamilies.All.First(f => f.Recognises(shapes));

        Assert.True(recognised == family || recognised.Architecture == "guided-unet");
        Assert.Equal(known, KnownModels.Find(null, family.ReadOptions(shapes)) is { Architecture: var a } found && a == known.Architecture
            ? found : KnownModels.Find(known.Architecture, family.ReadOptions(shapes)));
    }

    [Theory]
    [InlineData("ffhq-256", 93.56)]
    [InlineData("imagenet-256-unconditional", 552.81)]
    [InlineData("dpi-corrector", 5.86)]
    public void Known_models_have_the_published_number_of_parameters(string name, double millions)
    {
        var known = KnownModels.All.Single(m => m.Name == name);
        var options = (JsonObject)known.Options.DeepClone();
        options.TryAdd("attention_resolutions", "16");
        using var network = NetworkFamilies.Find(known.Architecture).Build(options, NetworkPlacement.ShapesOnly);

        Assert.Equal(millions, network.parameters().Sum(p => p.numel()) / 1e6, 0.01);
    }

    [Theory]
    [InlineData("fp16", ScalarType.Float16)]
    [InlineData("bf16", ScalarType.BFloat16)]
    [InlineData("fp32", ScalarType.Float32)]
    public void Precision_narrows_weights_and_leaves_biases(string precision, ScalarType type)
    {
        using var file = WeightsFile.Open(Import(Path.Combine(Rrdb, "weights.pt"), new() { Precision = precision }).Model.WeightsPath);

        Assert.All(file.Layouts,
            entry => Assert.Equal(entry.Key.EndsWith(".bias", StringComparison.Ordinal) ? ScalarType.Float32 : type, entry.Value.Type));
    }

    [Theory]
    [InlineData("fp16", 1e5, "take Precision bf16 or fp32.")]
    [InlineData("fp16", 3.4028e38, "take Precision fp32.")]
    [InlineData("bf16", 3.4028e38, "take Precision fp32.")]
    [InlineData("bf16", 1e300, "beyond float32's largest, as when a training diverged; take an earlier or the averaged checkpoint.")]
    [InlineData("fp32", 1e300, "beyond float32's largest, as when a training diverged; take an earlier or the averaged checkpoint.")]
    public void Of_precisions_those_are_told_that_hold_the_weights(string precision, double value, string remedy)
    {
        var weights = Weights.Load(Path.Combine(Rrdb, "weights.pt")).ToDictionary();
        weights["final.8.weight"] = torch.full(weights["final.8.weight"].shape, value, torch.float64);
        SafeTensors.Save(_folder.File("large.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("large.safetensors"), new() { Precision = precision }));

        Assert.EndsWith(remedy, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_a_strange_and_a_misshapen_key_are_all_named()
    {
        var weights = Weights.Load(Path.Combine(Rrdb, "weights.pt")).ToDictionary();
        weights.Remove("final.6.bias");
        weights.Add("final.9.weight", torch.zeros(new long[] { 1 }));
        weights["final.8.bias"] = torch.zeros(new long[] { 4 });
        SafeTensors.Save(_folder.File("a.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("a.safetensors")));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.All(new[] { "final.6.bias", "final.9.weight", "final.8.bias [4] in place of [3]" },
            n => Assert.Contains(n, error.Message, StringComparison.Ordinal));
        Assert.False(Directory.Exists(Models) && Directory.EnumerateFileSystemEntries(Models).Any());
    }

    [Theory]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("-rf")]
    [InlineData(".hidden")]
    [InlineData("a:b")]
    public void Names_that_are_no_folder_names_are_refused(string name) =>
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => Import(Path.Combine(Rrdb, "weights.pt"), new() { Name = name })).Kind);

    /// <summary>What the user says goes onto the card, which must be readable afterwards.</summary>
    [Fact]
    public void What_no_card_can_say_is_refused()
    {
        ModelImportOptions[] bad =
        [
            new() { License = "a\u001b[31m" }, new() { License = new string('a', 5000) }, new() { Schedule = new("linear", 5) },
            new() { Schedule = new("quadratic", 1000) }, new() { DiffusionSteps = 5 }, new() { ValueRange = [1, 0] },
        ];

        Assert.All(bad, options => Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => Import(Path.Combine(Golden.Case("unet-oldstyle"), "weights.pt"), options)).Kind));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Models));
    }

    [Fact]
    public void A_model_is_replaced_only_when_told()
    {
        Import(Path.Combine(Rrdb, "weights.pt"), new() { Name = "a" });
        Assert.Contains("Force", Assert.Throws<PssrException>(() => Import(Path.Combine(Rrdb, "weights.pt"), new() { Name = "a" })).Message,
            StringComparison.Ordinal);

        Assert.Equal("mine",
            Import(Path.Combine(Rrdb, "weights.pt"), new() { Name = "a", Force = true, License = "mine" }).Model.Card.License);
        Assert.Equal(["a"], Directory.GetDirectories(Models).Select(Path.GetFileName));
    }

    [Fact]
    public void A_classifiers_head_is_left_out()
    {
        using var stack = new FeatureStack("squeeze", KnownFeatureStacks.SqueezeNet11);
        var weights = stack.state_dict().ToDictionary(w => "module.features." + w.Key, w => w.Value);
        weights.Add("module.classifier.1.weight", torch.zeros(new long[] { 10, 512, 1, 1 }));
        SafeTensors.Save(_folder.File("squeeze.safetensors"), weights);

        var result = Import(_folder.File("squeeze.safetensors"));

        Assert.Equal(("squeezenet1_1", "features"), (result.Model.Card.Architecture, result.Model.Card.Kind));
        Assert.Equal(["classifier.1.weight"], result.LeftOut);
        Assert.True(ModelTester.Test(result.Model).Passed);
    }

    [Fact]
    public void Stopping_leaves_nothing_behind()
    {
        using var stop = new CancellationTokenSource();
        stop.Cancel();

        Assert.Throws<OperationCanceledException>(
            () => ModelImporter.Import(Path.Combine(Rrdb, "weights.pt"), new(), Models, null, stop.Token));
        Assert.Empty(Directory.EnumerateFileSystemEntries(Models));
    }

    internal static void AssertSame(IReadOnlyDictionary<string, Tensor> expected, IReadOnlyDictionary<string, Tensor> actual)
    {
        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), actual.Keys.Order(StringComparer.Ordinal));
        Assert.All(expected, w => Assert.True(w.Value.bytes.SequenceEqual(actual[w.Key].bytes), w.Key));
    }
}
