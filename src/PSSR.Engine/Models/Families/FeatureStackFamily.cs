using System.Text.Json.Nodes;
using PSSR.Networks;
using PSSR.Networks.Features;

namespace PSSR.Models.Families;

/// <summary>A classifier's convolutional part: weights below <c>features.</c>; the classifier behind it is left out.</summary>
/// <param name="own">What pictures it wants; null: those of torchvision's classifiers, which is an assumption.</param>
internal sealed class FeatureStackFamily(string architecture, IReadOnlyList<FeatureLayer> layers, FeatureInput? own = null)
    : INetworkFamily
{
    private const string Prefix = "features.";

    /// <summary>Wide enough that nothing is pooled away.</summary>
    private const int Side = 64;

    public static IReadOnlyList<FeatureStackFamily> All { get; } =
    [
        new("alexnet", KnownFeatureStacks.AlexNet), new("squeezenet1_1", KnownFeatureStacks.SqueezeNet11),
        new("vgg16", KnownFeatureStacks.Vgg16), new("vgg19", KnownFeatureStacks.Vgg19),
        new("textures", KnownFeatureStacks.Textures, new FeatureInput()),
    ];

    public string Architecture => architecture;

    public string Kind => "features";

    public string Prediction => "features";

    public double[] ValueRange => [0, 1];

    public ScheduleCard? UsualSchedule => null;

    /// <summary>All of its weights with their shapes, and no further layer with weights.</summary>
    public bool Recognises(WeightShapes weights)
    {
        string[] features = [.. weights.Names.Where(n => n.StartsWith(Prefix, StringComparison.Ordinal))];
        if (features.Length == 0)
            return false;
        using var network = InitialWeights.Overwritten(() => new FeatureStack(architecture, layers));
        Dictionary<string, Tensor> needed = network.state_dict();
        return features.Length == needed.Count && needed.All(w => weights.Has(Prefix + w.Key)
            && w.Value.shape.Select((size, d) => weights.Size(Prefix + w.Key, d) == size).All(same => same));
    }

    /// <summary>The stack is the architecture; its normalisation goes with it.</summary>
    public JsonObject ReadOptions(WeightShapes weights) => [];

    public void Complete(JsonObject options, ICollection<string> assumptions)
    {
        if (options.ContainsKey("mean") && options.ContainsKey("std"))
            return;
        var usual = (own ?? FeatureInput.ImageNet).ToJson();
        options["mean"] = usual["mean"]!.DeepClone();
        options["std"] = usual["std"]!.DeepClone();
        if (own is null)
            assumptions.Add("torchvision's normalisation of the input (options mean and std): weights don't tell");
    }

    public string? ModuleName(string fileName) => fileName.StartsWith(Prefix, StringComparison.Ordinal) ? fileName[Prefix.Length..] : null;

    public torch.nn.Module Build(JsonObject options, NetworkPlacement placement)
    {
        _ = FeatureInput.FromJson(options);
        var network = new FeatureStack(architecture, layers);
        network.eval();
        return network.to(placement.Device);
    }

    public Tensor TryOut(torch.nn.Module network)
    {
        using var scope = torch.NewDisposeScope();
        var device = network.parameters().First().device;
        return ((FeatureStack)network).forward(TrialNoise.Uniform(1, 3, Side, Side).to(device)).MoveToOuterDisposeScope();
    }
}
