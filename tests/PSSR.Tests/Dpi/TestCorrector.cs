using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Tests.Dpi;

/// <summary>The small corrector of the golden dpi cases, installed as a model: 32 channels, one level, random weights.</summary>
internal static class TestCorrector
{
    public static InstalledModel Install(TemporaryFolder folder, Func<ModelCard, ModelCard>? change = null)
    {
        const string Name = "golden-corrector", Weights = "weights.safetensors";
        var target = Directory.CreateDirectory(folder.File(Name)).FullName;
        var golden = JsonNode.Parse(File.ReadAllText(Golden.Case("dpi-ddim-eta01/case.json")))!;
        var tensors = PSSR.Models.Files.Weights.Load(Golden.Case("_shared/crt_crt.pt"));
        SafeTensors.Save(Path.Combine(target, Weights), tensors);
        foreach (var tensor in tensors.Values)
            tensor.Dispose();
        var card = new ModelCard
        {
            Name = Name,
            Kind = "corrector",
            Architecture = "condition-corrector",
            Options = (JsonObject)golden["config"]!["crt"]!.DeepClone(),
            Schedule = new ScheduleCard("linear", 1000),
            Prediction = "x0",
            Weights = Weights,
            Sha256 = ModelCards.Sha256(Path.Combine(target, Weights)),
        };
        ModelCards.Write(target, change?.Invoke(card) ?? card);
        return ModelStore.Find(target);
    }

    /// <summary>The corrector at work; the caller disposes it.</summary>
    public static LoadedCorrector Load(Func<ModelCard, ModelCard>? change = null, NetworkPlacement? placement = null)
    {
        using var folder = new TemporaryFolder();
        return ModelLoader.LoadCorrector(Install(folder, change), placement ?? NetworkPlacement.Cpu);
    }
}
