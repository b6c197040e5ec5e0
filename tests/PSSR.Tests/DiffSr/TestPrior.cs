using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Tests.DiffSr;

/// <summary>The small prior of the golden diffsr cases, installed as a model: 32 channels, two levels, random weights.</summary>
internal static class TestPrior
{
    public static InstalledModel Install(TemporaryFolder folder, Func<ModelCard, ModelCard>? change = null)
    {
        const string Weights = "diffsr_prior.pt";
        File.Copy(Golden.Case($"_shared/{Weights}"), folder.File(Weights), overwrite: true);
        var golden = JsonNode.Parse(File.ReadAllText(Golden.Case("diffsr-clip/case.json")))!;
        var card = new ModelCard
        {
            Name = "golden-prior",
            Kind = "prior",
            Architecture = "guided-unet",
            Options = (JsonObject)golden["config"]!["prior"]!.DeepClone(),
            Schedule = new ScheduleCard("linear", 1000),
            Weights = Weights,
            Sha256 = ModelCards.Sha256(folder.File(Weights)),
            NoiseLevels = [new(2, 0.1), new(4, 0.2)],
        };
        card = change?.Invoke(card) ?? card;
        ModelCards.Write(folder.Path, card);
        return ModelStore.Find(folder.Path);
    }

    /// <summary>The model at work on the CPU; the caller disposes it.</summary>
    public static LoadedModel Load(Func<ModelCard, ModelCard>? change = null)
    {
        using var folder = new TemporaryFolder();
        return ModelLoader.LoadPrior(Install(folder, change), NetworkPlacement.Cpu);
    }
}
