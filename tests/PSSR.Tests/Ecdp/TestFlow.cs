using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Tests.Ecdp;

/// <summary>The small flow of the golden ecdp cases, installed as a model: ×4, three levels, random weights.</summary>
internal static class TestFlow
{
    public static InstalledModel Install(TemporaryFolder folder, Func<ModelCard, ModelCard>? change = null)
    {
        const string Weights = "ecdp_weights.pt";
        File.Copy(Golden.Case($"_shared/{Weights}"), folder.File(Weights), overwrite: true);
        var golden = JsonNode.Parse(File.ReadAllText(Golden.Case("ecdp-ode-8x8/case.json")))!;
        var card = new ModelCard
        {
            Name = "golden-flow",
            Kind = "flow",
            Architecture = "ecdp-unet",
            Options = (JsonObject)golden["config"]!["model"]!.DeepClone(),
            Prediction = "both",
            ValueRange = [0, 1],
            Weights = Weights,
            Sha256 = ModelCards.Sha256(folder.File(Weights)),
        };
        card = change?.Invoke(card) ?? card;
        ModelCards.Write(folder.Path, card);
        return ModelStore.Find(folder.Path);
    }

    /// <summary>The model at work on the CPU; the caller disposes it.</summary>
    public static LoadedFlow Load(Func<ModelCard, ModelCard>? change = null, Precision precision = Precision.Float32)
    {
        using var folder = new TemporaryFolder();
        return ModelLoader.LoadFlow(Install(folder, change), new NetworkPlacement(torch.CPU, precision));
    }
}
