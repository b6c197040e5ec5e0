using System.Text.Json.Nodes;
using PSSR.Networks;
using PSSR.Networks.Features;

namespace PSSR.Models.Families;

/// <summary>LPIPS's published linear weights (<c>weights/v0.1/NETWORK.pth</c>); the backbone that they weigh is a model of its
/// own.</summary>
internal sealed class LpipsFamily : INetworkFamily
{
    private const string Tail = ".model.1.weight", Option = "net";

    public string Architecture => "lpips";

    public string Kind => "lpips";

    public string Prediction => "distance";

    public double[] ValueRange => [-1, 1];

    public ScheduleCard? UsualSchedule => null;

    public bool Recognises(WeightShapes weights) => weights.Has($"lin0{Tail}");

    /// <summary>The channels of the layers tell the backbone.</summary>
    public JsonObject ReadOptions(WeightShapes weights)
    {
        int[] channels = [.. Enumerable.Range(0, weights.Count("lin")).Select(k => weights.Size($"lin{k}{Tail}", 1))];
        string? network = LpipsHeads.Channels.FirstOrDefault(n => n.Value.SequenceEqual(channels)).Key;
        return new JsonObject { [Option] = network
            ?? throw weights.Bad($"heads for layers of {string.Join(", ", channels)} channels are LPIPS's of no known backbone") };
    }

    public void Complete(JsonObject options, ICollection<string> assumptions)
    {
    }

    public string? ModuleName(string fileName) => fileName.EndsWith(Tail, StringComparison.Ordinal) ? fileName : null;

    public torch.nn.Module Build(JsonObject options, NetworkPlacement placement) => new LpipsHeads(NetworkOf(options), placement.Device);

    public Tensor TryOut(torch.nn.Module network)
    {
        var heads = network.parameters().First();
        using var scope = torch.NewDisposeScope();
        return ((LpipsHeads)network).forward(TrialNoise.Uniform(1, heads.shape[1], 4, 4).to(heads.device)).MoveToOuterDisposeScope();
    }

    /// <summary>alex, squeeze or vgg, as a card's options say.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: another word, or none.</exception>
    public static string NetworkOf(JsonObject options) =>
        options[Option] is JsonValue value && value.TryGetValue(out string? network) && LpipsHeads.Channels.ContainsKey(network)
            ? network
            : throw new PssrException(PssrErrorKind.Checkpoint,
                $"LPIPS heads need the option '{Option}': {string.Join(", ", LpipsHeads.Channels.Keys)}.", Option);
}
