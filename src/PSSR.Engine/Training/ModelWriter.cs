using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Models.Files;

namespace PSSR.Training;

/// <summary>What a training says of its model; the rest of the card comes from the architecture and from the weights.</summary>
/// <param name="Name">On the card.</param>
/// <param name="Architecture">A name in <see cref="NetworkFamilies"/>.</param>
/// <param name="Options">The network's.</param>
/// <param name="Training">How it was trained; see <see cref="ModelCard.Training"/>.</param>
internal sealed record TrainedModel(string Name, string Architecture, JsonObject Options, JsonObject Training)
{
    public ScheduleCard? Schedule { get; init; }

    /// <summary>Null: what the architecture always predicts.</summary>
    public string? Prediction { get; init; }

    /// <summary>How pictures are made unless asked otherwise; null: as the method's paper has it.</summary>
    public SamplingCard? Sampling { get; init; }

    /// <summary>Whether anyone's pictures were trained on: a model of made ones alone is as free as this program.</summary>
    public required bool OwnPictures { get; init; }

    /// <summary>Of the parameters in the file that it can hold; what is no parameter (a schedule's tables) is kept as exact as it
    /// is.</summary>
    public ScalarType Stored { get; init; } = ScalarType.Float16;
}

/// <summary>
/// Writes a trained network as a model: <c>weights.safetensors</c> of the averaged weights, then <c>card.json</c>. Each is there whole or
/// not at all, and the card comes last: without it there is no model, and an earlier model's card doesn't fit later weights.
/// </summary>
internal static class ModelWriter
{
    private const string WeightsFile = "weights.safetensors";

    /// <param name="folder">Exists.</param>
    /// <param name="network">Gives names, buffers, and the parameters that weren't trained.</param>
    /// <param name="averaged">Trained parameters by their names in the network.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the disk refused, or a weight isn't finite.</exception>
    public static InstalledModel Write(
        string folder, TrainedModel model, torch.nn.Module network, IReadOnlyDictionary<string, Tensor> averaged)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        string path = Path.Combine(folder, WeightsFile);
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => p.parameter.numel());
        SafeTensors.Save(path, network.state_dict().ToDictionary(
            w => w.Key, w => parameters.ContainsKey(w.Key)
                ? Stored(w.Key, averaged.GetValueOrDefault(w.Key) ?? w.Value, model.Stored, folder) : w.Value));
        INetworkFamily family = NetworkFamilies.Find(model.Architecture);
        var card = new ModelCard
        {
            Name = model.Name,
            Kind = family.Kind,
            Architecture = family.Architecture,
            Options = model.Options,
            Schedule = model.Schedule,
            Prediction = model.Prediction ?? family.Prediction,
            ValueRange = family.ValueRange,
            Weights = WeightsFile,
            Sha256 = ModelCards.Sha256(path),
            Parameters = parameters.Values.Sum(),
            License = model.OwnPictures ? "unknown" : "MIT",
            Training = model.Training,
            Sampling = model.Sampling,
        };
        ModelCards.Write(folder, card);
        return new InstalledModel(Path.GetFullPath(folder), card, false);
    }

    /// <summary>As narrow as it is wanted; a weight with a number that would become infinite there stays float32.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: it isn't finite as it is.</exception>
    private static Tensor Stored(string name, Tensor weight, ScalarType type, string folder)
    {
        if (!StateDict.IsFinite(weight))
            throw new PssrException(PssrErrorKind.Checkpoint, $"What was trained for '{folder}' is no model: its weight '{name}' holds NaN "
                + "or infinities, as when a training diverges. Train anew with a lower rate.", folder);
        var narrow = weight.to(type);
        return StateDict.IsFinite(narrow) ? narrow : weight.to(torch.float32);
    }
}
