using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;
using PSSR.Tests.Ecdp;
using PSSR.Tests.Host;

namespace PSSR.Tests.Models;

/// <summary>What is exported and imported again is the same model; and what a file without a card tells by its shapes.</summary>
public sealed class ModelRoundTripTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("pssr-flow-x2")]
    [InlineData("pssr-flow-x4")]
    [InlineData("pssr-flow-x4-fast")]
    [InlineData("pssr-corrector-x4")]
    [InlineData("pssr-corrector-x8")]
    [InlineData("pssr-corrector-real")]
    [InlineData("pssr-prior")]
    public void An_embedded_model_comes_back_as_it_was(string name) => AssertComesBack(ModelStore.Find(name));

    [Theory]
    [InlineData("flow", "")]
    [InlineData("corrector", "")]
    [InlineData("prior", "")]
    [InlineData("prior", "module.")]
    public void A_small_model_comes_back_as_it_was(string kind, string prefix)
    {
        ModelCard Changed(ModelCard card) => card with
        {
            Schedule = kind == "flow" ? null : new("sigmoid", 500),
            License = "CC0-1.0",
            NoiseLevels = [new(2, 0.1, 3)],
            Sampling = new("dpm-solver", 3, 0.7, 2),
        };
        AssertComesBack(kind switch
        {
            "flow" => TestFlow.Install(_folder, Changed),
            "corrector" => TestCorrector.Install(_folder, Changed),
            _ => TestPrior.Install(_folder, Changed),
        }, prefix);
    }

    [Theory]
    [InlineData("weights.safetensors")]
    [InlineData("card.json")]
    public void An_export_takes_no_place_among_a_models_files(string name)
    {
        var model = TestCorrector.Install(_folder);
        string[] before = [.. Directory.GetFiles(model.Folder).Select(ModelCards.Sha256)];

        var error = Assert.Throws<PssrException>(() => ModelExporter.Export(model, Path.Join(model.Folder, name), overwrite: true));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Equal(before, Directory.GetFiles(model.Folder).Select(ModelCards.Sha256));
    }

    [Fact]
    public void Weights_that_are_not_the_cards_are_not_exported()
    {
        var (model, other) = (TestCorrector.Install(_folder), _folder.File("other.safetensors"));
        SafeTensors.Save(other, SafeTensors.Load(model.WeightsPath).ToDictionary(w => w.Key, w => w.Value + 1));
        File.Copy(other, model.WeightsPath, overwrite: true);

        var error = Assert.Throws<PssrException>(() => ModelExporter.Export(model, _folder.File("out.safetensors")));

        Assert.Contains("isn't the file that the card was written for", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out.safetensors")));
    }

    [Theory]
    [InlineData("a.safetensors", true)]
    [InlineData("mine/sub/a.safetensors", true)]
    [InlineData("../models-2/a.safetensors", false)]
    public void An_export_takes_no_place_below_the_folder_of_models(string name, bool isBelow)
    {
        var error = Record.Exception(() => ModelExporter.RequireOutside(_folder.File($"models/{name}"), [null, _folder.File("models")]));

        Assert.Equal(isBelow, error is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_folder_of_models_in_other_letters_is_the_same_where_names_have_no_case(bool ignored)
    {
        using var system = new NameCase(ignored);
        var error = Record.Exception(() => ModelExporter.RequireOutside(_folder.File("MODELS/a.safetensors"), [_folder.File("models")]));

        Assert.Equal(ignored, error is PssrException);
    }

    [Fact]
    public void Weights_with_their_card_beside_them_need_no_export()
    {
        var model = TestCorrector.Install(_folder);

        Assert.Equal("corrector", Import(model.WeightsPath).Model.Card.Kind);
    }

    [Fact]
    public void What_the_user_says_wins_over_the_card()
    {
        ModelExporter.Export(TestPrior.Install(_folder), _folder.File("out.safetensors"));

        var card = Import(_folder.File("out.safetensors"), new() { Schedule = new("cosine", 300), License = "mine" }).Model.Card;

        Assert.Equal((new ScheduleCard("cosine", 300), "mine"), (card.Schedule, card.License));
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"name":"\ud800"}""")]
    [InlineData("""
        {"name":"a","kind":"prior","architecture":"from-next-year","weights":"w","license":"x","options":{},
         "sha256":"0000000000000000000000000000000000000000000000000000000000000000"}
        """)]
    [InlineData("""
        {"name":"a","kind":"encoder","architecture":"rrdbnet","weights":"w","license":"x","options":{"rrdb_num_blocks":9},
         "sha256":"0000000000000000000000000000000000000000000000000000000000000000"}
        """)]
    public void A_card_that_cannot_be_used_is_said_and_the_shapes_are_read(string card)
    {
        SafeTensors.Save(_folder.File("a.safetensors"), Weights.Load(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt")),
            new Dictionary<string, string> { ["pssr.card"] = card });

        var result = Import(_folder.File("a.safetensors"));

        Assert.Contains(result.Assumptions, a => a.Contains("the card that came with the file can't be used", StringComparison.Ordinal));
        Assert.Equal(4, (int)result.Model.Card.Options["sr_factor"]!);
    }

    /// <summary>A flow of ours whose header was lost, by another program say.</summary>
    [Theory]
    [InlineData("pssr-flow-x2", 2)]
    [InlineData("pssr-flow-x4", 4)]
    public void The_scale_is_read_off_the_heads_layers(string name, int scale)
    {
        SafeTensors.Save(_folder.File("bare.safetensors"), SafeTensors.Load(ModelStore.Find(name).WeightsPath));

        var result = Import(_folder.File("bare.safetensors"));

        Assert.Equal(scale, (int)result.Model.Card.Options["sr_factor"]!);
        Assert.True((bool)result.Model.Card.Options["rrdb_head_residual"]!);
        Assert.Contains(result.Assumptions, a => a.Contains("sigma", StringComparison.Ordinal));
    }

    /// <summary>The authors' code keeps the features' width through the head; PSSR's own networks narrow it.</summary>
    [Theory]
    [InlineData(16)]
    [InlineData(8)]
    public void A_heads_width_is_read_off_its_weights(int width)
    {
        var options = new RrdbOptions { Blocks = 2, Selection = [0, 1], Features = 8, Growth = 4, HeadFeatures = width };
        using (var network = new RrdbNet(options))
            SafeTensors.Save(_folder.File("head.safetensors"), network.state_dict());

        var model = Import(_folder.File("head.safetensors")).Model;

        Assert.Equal(width, (int)model.Card.Options["rrdb_head_features"]!);
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Theory]
    [InlineData(12)]
    [InlineData(8)]
    public void A_flows_heads_width_is_read_off_its_weights(int width)
    {
        var options = new EcdpOptions
        {
            Scale = 2, Blocks = 2, Selection = [0, 1], Features = 8, Growth = 4, HeadFeatures = width, Mean = FlowMean.Encoder,
            Base = 32, LevelChannels = [32, 32], LevelBlocks = [1, 1], TimeChannels = 16,
        };
        using (var network = new EcdpNetwork(options))
            SafeTensors.Save(_folder.File("flow.safetensors"), network.state_dict());

        var model = Import(_folder.File("flow.safetensors")).Model;

        Assert.Equal((width, 2), ((int)model.Card.Options["rrdb_head_features"]!, (int)model.Card.Options["sr_factor"]!));
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Theory]
    [InlineData("pssr-flow-x2")]
    [InlineData("pssr-flow-x4")]
    public void The_embedded_flows_name_their_heads_width(string name) =>
        Assert.Equal(32, (int?)ModelStore.Find(name).Card.Options["rrdb_head_features"]);

    [Fact]
    public void A_misfit_says_what_was_assumed()
    {
        var weights = SafeTensors.Load(ModelStore.Find("pssr-flow-x2").WeightsPath).ToDictionary();
        weights.Add("lr_head.9.weight", torch.zeros(new long[] { 1 }));
        SafeTensors.Save(_folder.File("odd.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("odd.safetensors")));

        Assert.Contains("option sigma", error.Message, StringComparison.Ordinal);
        Assert.Contains("name the options that are otherwise", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_that_are_none_are_refused_with_the_way_out()
    {
        var weights = Weights.Load(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt")).ToDictionary();
        weights["final.8.bias"] = torch.full(new long[] { 3 }, double.NaN);
        SafeTensors.Save(_folder.File("nan.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("nan.safetensors")));

        Assert.Equal($"'{_folder.File("nan.safetensors")}' can't be used: its weight 'final.8.bias' holds NaN or infinities, as when a "
            + "training diverged; take an earlier or the averaged checkpoint.", error.Message);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.File("models")));
    }

    [Theory]
    [InlineData(ScalarType.Int64)]
    [InlineData(ScalarType.Byte)]
    [InlineData(ScalarType.Bool)]
    public void Whole_numbers_are_no_weights(ScalarType type)
    {
        var weights = Weights.Load(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt")).ToDictionary();
        weights["final.8.bias"] = torch.ones(new long[] { 3 }, type);
        SafeTensors.Save(_folder.File("whole.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("whole.safetensors")));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.StartsWith($"'{_folder.File("whole.safetensors")}' can't be used: its weight 'final.8.bias' holds whole numbers ({type})",
            error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("models")));
    }

    [Fact]
    public void Numbers_too_large_for_a_narrow_type_are_refused_with_the_way_out()
    {
        var weights = Weights.Load(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt")).ToDictionary();
        weights["final.8.weight"] = torch.full(weights["final.8.weight"].shape, 1e6);
        SafeTensors.Save(_folder.File("large.safetensors"), weights);

        var error = Assert.Throws<PssrException>(() => Import(_folder.File("large.safetensors"), new() { Precision = "fp16" }));

        Assert.Contains("take Precision bf16 or fp32", error.Message, StringComparison.Ordinal);
        Assert.Equal("large", Import(_folder.File("large.safetensors"), new() { Precision = "bf16" }).Model.Name);
    }

    private void AssertComesBack(InstalledModel model, string prefix = "")
    {
        ModelExporter.Export(model, _folder.File("out.safetensors"), prefix);

        var result = Import(_folder.File("out.safetensors"), new() { Name = "back" });

        var (was, back) = (model.Card, result.Model.Card);
        Assert.Empty(result.Assumptions);
        Assert.Equal((was.Kind, was.Architecture, was.Prediction, was.License, was.Schedule, was.Sampling, was.Dpi),
            (back.Kind, back.Architecture, back.Prediction, back.License, back.Schedule, back.Sampling, back.Dpi));
        Assert.True(JsonNode.DeepEquals(was.Options, back.Options));
        Assert.Equal(was.ValueRange, back.ValueRange);
        Assert.Equal(was.NoiseLevels, back.NoiseLevels);
        Assert.True(JsonNode.DeepEquals(was.Training?["options"], back.Training?["options"]));
        ModelImporterTests.AssertSame(Weights.Load(model.WeightsPath, floatsAs: ScalarType.Float32),
            SafeTensors.Load(result.Model.WeightsPath, ScalarType.Float32));
    }

    private ModelImportResult Import(string path, ModelImportOptions? options = null) => ModelImporter.Import(
        path, options ?? new(), _folder.File("models"), null, TestContext.Current.CancellationToken);
}
