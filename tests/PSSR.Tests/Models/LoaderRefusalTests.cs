using System.Text.Json.Nodes;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;
using PSSR.Tests.Ecdp;

namespace PSSR.Tests.Models;

/// <summary>What every way of loading a model refuses, and in which words.</summary>
public sealed class LoaderRefusalTests : IDisposable
{
    private const string Foreign = "isn't the file that the card was written for: its SHA-256 differs.";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("prior", "Model 'm' can't be used: its architecture is 'alexnet', and a prior must be a 'guided-unet'.")]
    [InlineData("corrector",
        "Model 'm' can't be used as a corrector: its architecture is 'alexnet', and a corrector must be a 'condition-corrector'. "
        + "If the file is one, import it again with that architecture.")]
    [InlineData("flow", "Model 'm' can't be used for ECDP: its architecture is 'alexnet', and ECDP takes an 'ecdp-unet'.")]
    [InlineData("features", "Model 'm' can't give features: its kind is 'lpips'.")]
    [InlineData("encoder", "Model 'm' can't be used as an encoder: its architecture is 'alexnet', and an encoder must be an 'rrdbnet'.")]
    public void A_card_of_another_kind(string kind, string message)
    {
        var model = Install(kind, card => card with { Name = "m", Kind = "lpips", Architecture = "alexnet" });

        Assert.Equal(message, Refusal(kind, model));
    }

    [Theory]
    [InlineData("prior", "Model 'm' can't be used: ")]
    [InlineData("corrector", "Model 'm' can't be used: ")]
    [InlineData("flow", "Model 'm' can't be used for ECDP: ")]
    [InlineData("flow to train on", "Model 'm' can't be used for ECDP: ")]
    [InlineData("features", "")]
    [InlineData("encoder", "Model 'm' can't be used as an encoder: ")]
    public void A_file_that_is_not_the_cards(string kind, string before)
    {
        var model = Install(kind, card => card with { Name = "m" });
        File.WriteAllBytes(model.WeightsPath, File.ReadAllBytes(model.WeightsPath)[..^1]);

        Assert.Equal($"{before}'{model.WeightsPath}' {Foreign}", Refusal(kind, model));
    }

    /// <summary>A card that was written for the damaged file.</summary>
    [Theory]
    [InlineData("prior")]
    [InlineData("corrector")]
    [InlineData("flow")]
    [InlineData("flow to train on")]
    [InlineData("features")]
    [InlineData("encoder")]
    public void A_truncated_file(string kind)
    {
        var model = Install(kind);
        File.WriteAllBytes(model.WeightsPath, File.ReadAllBytes(model.WeightsPath)[..^100]);
        model = model with { Card = model.Card with { Sha256 = ModelCards.Sha256(model.WeightsPath) } };

        var start = $"'{model.WeightsPath}' is not a valid safetensors file: tensor '";
        Assert.StartsWith(start, Refusal(kind, model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prior")]
    [InlineData("corrector")]
    [InlineData("flow")]
    [InlineData("flow to train on")]
    [InlineData("features")]
    [InlineData("encoder")]
    public void Weights_of_another_layout(string kind)
    {
        var model = Install(kind);
        SafeTensors.Save(model.WeightsPath, new Dictionary<string, Tensor> { ["a.weight"] = torch.zeros(1) });
        model = model with { Card = model.Card with { Sha256 = ModelCards.Sha256(model.WeightsPath) } };

        Assert.StartsWith($"'{model.WeightsPath}' does not fit a ", Refusal(kind, model), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("prior")]
    [InlineData("corrector")]
    [InlineData("flow")]
    [InlineData("flow to train on")]
    [InlineData("features")]
    [InlineData("encoder")]
    public void Nothing_of_a_whole_model(string kind) => Load(kind, Install(kind)).Dispose();

    [Theory]
    [InlineData("flow", "sigma", "0", "Model 'm' can't be used for what its card says: ECDP options: sigma must be positive, not 0.")]
    [InlineData("flow", "sr_factor", "0", "Model 'm' can't be used for what its card says: ECDP options: input_channels must be")]
    [InlineData("encoder", "sr_factor", "0", "Model 'm' can't be used for what its card says: RRDB options: input_channels must be")]
    [InlineData("prior", "num_channels", "48", "Model 'm' can't be used for what its card says: U-Net options: ")]
    [InlineData("features", "mean", "[1]", "Model 'm' can't be used for what its card says: Feature extractor's options: ")]
    public void Options_of_a_card_that_can_not_be_by_its_name(string kind, string option, string value, string message)
    {
        var model = Install(kind, card => card with { Name = "m" });
        model.Card.Options[option] = JsonNode.Parse(value);

        Assert.StartsWith(message, Refusal(kind, model), StringComparison.Ordinal);
        if (kind == "flow" && option == "sigma")
            Assert.StartsWith(message, Assert.Throws<PssrException>(() => new FlowOptions { Look = FlowLook.Faithful }.Resolved(model.Card))
                .Message, StringComparison.Ordinal);
    }

    private static string Refusal(string kind, InstalledModel model)
    {
        var error = Assert.Throws<PssrException>(() => Load(kind, model));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        return error.Message;
    }

    private static IDisposable Load(string kind, InstalledModel model) => kind switch
    {
        "prior" => ModelLoader.LoadPrior(model, NetworkPlacement.Cpu),
        "corrector" => ModelLoader.LoadCorrector(model, NetworkPlacement.Cpu),
        "flow" => ModelLoader.LoadFlow(model, NetworkPlacement.Cpu),
        "flow to train on" => ModelLoader.LoadInto(new EcdpNetwork(EcdpOptions.FromJson(model.Card.Options)), model),
        "features" => ModelLoader.LoadFeatures(model, torch.CPU),
        _ => ModelLoader.LoadEncoder(model, NetworkPlacement.Cpu),
    };

    /// <summary>A small model of the kind with its weights as safetensors.</summary>
    private InstalledModel Install(string kind, Func<ModelCard, ModelCard>? change = null)
    {
        var model = kind switch
        {
            "prior" => TestPrior.Install(_folder),
            "corrector" => TestCorrector.Install(_folder),
            "flow" or "flow to train on" => TestFlow.Install(_folder),
            "features" => Features(),
            _ => Encoder(),
        };
        if (!Weights.IsSafeTensors(model.WeightsPath))
        {
            var path = Path.Combine(model.Folder, "weights.safetensors");
            SafeTensors.Save(path, Weights.Load(model.WeightsPath));
            model = model with { Card = model.Card with { Weights = "weights.safetensors", Sha256 = ModelCards.Sha256(path) } };
        }

        return model with { Card = change?.Invoke(model.Card) ?? model.Card };
    }

    private InstalledModel Encoder() => ModelImporter.Import(Path.Combine(Golden.Case("rrdbnet-x4"), "weights.pt"),
        new() { Name = "encoder" }, _folder.Path, null, TestContext.Current.CancellationToken).Model;

    private InstalledModel Features()
    {
        var path = _folder.File("weights.safetensors");
        using (var network = new FeatureStack("squeezenet1_1", KnownFeatureStacks.SqueezeNet11))
            SafeTensors.Save(path, network.state_dict().ToDictionary(w => "features." + w.Key, w => w.Value));
        return new InstalledModel(_folder.Path, new ModelCard
        {
            Name = "features", Kind = "features", Architecture = "squeezenet1_1", Prediction = "features", ValueRange = [0, 1],
            Weights = "weights.safetensors", Sha256 = ModelCards.Sha256(path),
        }, false);
    }
}
