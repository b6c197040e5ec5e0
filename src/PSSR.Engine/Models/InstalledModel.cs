using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSSR.Models;

/// <summary>A model that can be used by name.</summary>
/// <param name="Folder">Full path of the folder with its card and weights.</param>
/// <param name="Embedded">Came with PSSR; else it is the user's.</param>
public sealed record InstalledModel(string Folder, ModelCard Card, bool Embedded)
{
    public string Name => Card.Name;

    /// <summary>prior, corrector, flow, encoder, features, detector, quality or lpips.</summary>
    public string Kind => Card.Kind;

    public string Architecture => Card.Architecture;

    /// <summary>What it upscales by, or was made for; null: any scale, or no upscaler.</summary>
    public double? Scale => Number(Card.Options["sr_factor"]) ?? Number(Card.Kind == "corrector" ? TrainedFor("Scale") : null);

    public long Parameters => Card.Parameters;

    public string License => Card.License;

    /// <summary>Of the weights' file, lower-case hex.</summary>
    public string Sha256 => Card.Sha256;

    /// <summary>Name of the noise schedule; null where it has none.</summary>
    public string? Schedule => Card.Schedule?.Name;

    /// <summary>Steps of that schedule.</summary>
    public int? DiffusionSteps => Card.Schedule?.Steps;

    /// <summary>What the network predicts: epsilon, x0, both …</summary>
    public string Prediction => Card.Prediction;

    /// <summary>Diff-SR's noise levels by scale, in words; empty where none was measured.</summary>
    public string NoiseLevels => string.Join(", ", Card.NoiseLevels.Select(level =>
        string.Create(CultureInfo.InvariantCulture, $"{level.Scale:0.##}x {level.NoiseLevel:0.####}")));

    public string WeightsPath => ModelCards.WeightsPath(Folder, Card);

    /// <summary>All that it says of itself. What is of use to a shell has a property of its own.</summary>
    internal ModelCard Card { get; init; } = Card;

    /// <summary>Its folder, which stands for it wherever a model is named.</summary>
    public override string ToString() => Folder;

    private JsonNode? TrainedFor(string option) =>
        Card.Training?["options"] is JsonObject options ? options[option] : null;

    private static double? Number(JsonNode? node) =>
        // Of a card that was just made it is an int and not the text of one.
        node?.GetValueKind() == JsonValueKind.Number ? double.Parse(node.ToJsonString(), CultureInfo.InvariantCulture) : null;
}
