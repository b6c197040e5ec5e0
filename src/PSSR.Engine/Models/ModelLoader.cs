using PSSR.Diffusion;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>A prior at work: its card, its network with the weights in place, and the process that it was trained for. Disposing it frees the weights.</summary>
public sealed record LoadedModel(ModelCard Card, GuidedUNet Network, NoiseSchedule Schedule, NetworkPlacement Placement) : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>DPI's condition corrector at work. Disposing it frees the weights.</summary>
public sealed record LoadedCorrector(ModelCard Card, ConditionCorrector Network) : IDisposable
{
    public void Dispose() => Network.Dispose();
}

/// <summary>Card and weights file to network.</summary>
public static class ModelLoader
{
    private const string GuidedUNetArchitecture = "guided-unet", CorrectorArchitecture = "condition-corrector";

    /// <summary>Loads an ε-predicting prior. Call it outside dispose scopes: the weights belong to the model.</summary>
    /// <param name="model">See <see cref="ModelStore"/>.</param>
    /// <param name="placement">See <see cref="ComputeDevice"/>; the weights are cast to its precision once, here.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the card describes another kind of model, the file isn't the card's, or its weights don't fit.</exception>
    public static LoadedModel LoadPrior(InstalledModel model, NetworkPlacement placement)
    {
        var card = model.Card;
        Require(card.Architecture == GuidedUNetArchitecture, model, $"its architecture is '{card.Architecture}', and a prior must be a '{GuidedUNetArchitecture}'");
        Require(card.Prediction == "epsilon", model, $"it predicts '{card.Prediction}', and a prior must predict 'epsilon'");
        var schedule = ScheduleOf(model);
        RequireFile(model);

        var network = new GuidedUNet(GuidedUNetOptions.FromJson(card.Options), placement);
        LoadInto(network, model, network.PackForInference);
        return new LoadedModel(card, network, schedule, placement);
    }

    /// <summary>Loads a condition corrector. Call it outside dispose scopes: the weights belong to it.</summary>
    /// <inheritdoc cref="LoadPrior"/>
    public static LoadedCorrector LoadCorrector(InstalledModel model, NetworkPlacement placement)
    {
        var card = model.Card;
        if (card.Architecture != CorrectorArchitecture)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"Model '{model.Name}' can't be used as a corrector: its architecture is '{card.Architecture}', and a corrector must be a "
                + $"'{CorrectorArchitecture}'. If the file is one, import it again with that architecture.", model.Folder);
        }

        RequireFile(model);
        var network = new ConditionCorrector(GuidedUNetOptions.FromJson(card.Options), placement);
        LoadInto(network, model, network.PackForInference);
        return new LoadedCorrector(card, network);
    }

    /// <summary>The process that a prior was trained for, from its card alone.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the card names none.</exception>
    public static NoiseSchedule ScheduleOf(InstalledModel model)
    {
        Require(model.Card.Schedule is not null, model, "its card names no noise schedule");
        return KnownSchedules.Create(model.Card.Schedule!.Name, model.Card.Schedule.Steps);
    }

    /// <summary>What holds for both: the pictures' range, and that the file is the card's.</summary>
    private static void RequireFile(InstalledModel model)
    {
        var range = model.Card.ValueRange;
        Require(range is [-1, 1], model, $"it works on values in [{string.Join(", ", range)}], and DPI and Diff-SR on [-1, 1]");
        Require(ModelCards.Sha256(model.WeightsPath) == model.Card.Sha256, model, $"'{model.WeightsPath}' isn't the file that the card was written for: its SHA-256 differs");
    }

    private static void LoadInto(torch.nn.Module network, InstalledModel model, Action pack)
    {
        try
        {
            using var file = WeightsFile.Open(model.WeightsPath);
            StateDict.LoadInto(network, file);
            pack();
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static void Require(bool holds, InstalledModel model, string why)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Checkpoint, $"Model '{model.Name}' can't be used: {why}.", model.Folder);
    }
}
