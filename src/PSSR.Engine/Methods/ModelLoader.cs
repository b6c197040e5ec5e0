using PSSR.Checkpoints;
using PSSR.Diffusion;
using PSSR.Networks;

namespace PSSR.Methods;

/// <summary>A prior at work: its card, its network with the weights in place, and the process that it was trained for. Disposing it frees the weights.</summary>
public sealed record LoadedModel(ModelCard Card, GuidedUNet Network, NoiseSchedule Schedule, NetworkPlacement Placement) : IDisposable
{
    /// <summary>What was calibrated for these weights; null: nothing was saved.</summary>
    public SavedField? Field { get; init; }

    public void Dispose() => Network.Dispose();
}

/// <summary>Card and weights file to network.</summary>
public static class ModelLoader
{
    private const string GuidedUNetArchitecture = "guided-unet";

    /// <summary>Loads an ε-predicting prior. Call it outside dispose scopes: the weights belong to the model.</summary>
    /// <param name="model">See <see cref="ModelStore"/>.</param>
    /// <param name="placement">See <see cref="ComputeDevice"/>; the weights are cast to its precision once, here.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model, the file isn't the card's, or its weights don't fit.</exception>
    public static LoadedModel LoadPrior(InstalledModel model, NetworkPlacement placement)
    {
        var card = model.Card;
        Require(card.Architecture == GuidedUNetArchitecture, model, $"its architecture is '{card.Architecture}', and a prior must be a '{GuidedUNetArchitecture}'");
        Require(card.Prediction == "epsilon", model, $"it predicts '{card.Prediction}', and a prior must predict 'epsilon'");
        Require(card.ValueRange is [-1, 1], model, $"it works on values in [{string.Join(", ", card.ValueRange)}], and a prior must on [-1, 1]");
        var schedule = ScheduleOf(model);
        var path = model.WeightsPath;
        Require(ModelCards.Sha256(path) == card.Sha256, model, $"'{path}' isn't the file that the card was written for: its SHA-256 differs");

        var field = FieldStore.Read(model, out _);
        var network = new GuidedUNet(GuidedUNetOptions.FromJson(card.Options), placement);
        try
        {
            using var file = WeightsFile.Open(path);
            StateDict.LoadInto(network, file);
            network.PackForInference();
        }
        catch
        {
            network.Dispose();
            throw;
        }
        return new LoadedModel(card, network, schedule, placement) { Field = field };
    }

    /// <summary>The process that a prior was trained for, from its card alone.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card names none.</exception>
    public static NoiseSchedule ScheduleOf(InstalledModel model)
    {
        Require(model.Card.Schedule is not null, model, "its card names no noise schedule");
        return KnownSchedules.Create(model.Card.Schedule!.Name, model.Card.Schedule.Steps);
    }

    private static void Require(bool holds, InstalledModel model, string why)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't be used as a prior: {why}.", model.Folder);
    }
}
