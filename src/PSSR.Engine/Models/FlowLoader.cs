using PSSR.Diffusion;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>ECDP's network at work. Disposing it frees the weights.</summary>
public sealed record LoadedFlow(ModelCard Card, EcdpNetwork Network, FlowParametrization Parametrization, NetworkPlacement Placement) : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>Card and weights file to ECDP's network.</summary>
public static class FlowLoader
{
    private const string Architecture = "ecdp-unet";

    /// <summary>Loads a flow. Call it outside dispose scopes: the weights belong to it.</summary>
    /// <inheritdoc cref="ModelLoader.LoadPrior"/>
    public static LoadedFlow Load(InstalledModel model, NetworkPlacement placement)
    {
        var card = model.Card;
        Require(card.Architecture == Architecture, model, $"its architecture is '{card.Architecture}', and ECDP takes an '{Architecture}'");
        Require(card.ValueRange is [0, 1], model, $"it works on values in [{string.Join(", ", card.ValueRange)}], and ECDP on [0, 1]");
        var parametrization = card.Prediction switch
        {
            "both" => FlowParametrization.Hybrid,
            "epsilon" => FlowParametrization.Epsilon,
            "x0" => FlowParametrization.X0,
            var other => throw Bad(model, $"it predicts '{other}', and ECDP takes both, epsilon or x0"),
        };
        Require(ModelCards.Sha256(model.WeightsPath) == card.Sha256, model, $"'{model.WeightsPath}' isn't the file that the card was written for: its SHA-256 differs");

        var network = new EcdpNetwork(EcdpOptions.FromJson(card.Options), placement);
        try
        {
            using var file = WeightsFile.Open(model.WeightsPath);
            StateDict.LoadInto(network, file);
            network.PackForInference();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return new LoadedFlow(card, network, parametrization, placement);
    }

    private static void Require(bool holds, InstalledModel model, string why)
    {
        if (!holds)
            throw Bad(model, why);
    }

    private static PssrException Bad(InstalledModel model, string why) =>
        new(PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't be used for ECDP: {why}.", model.Folder);
}
