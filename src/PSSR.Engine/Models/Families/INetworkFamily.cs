using System.Text.Json.Nodes;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models.Families;

/// <summary>What PSSR knows of one architecture: how to recognise its weights, read its options off their shapes, build it and try
/// it.</summary>
public interface INetworkFamily
{
    /// <summary>The <see cref="ModelCard.Architecture"/> that it stands for.</summary>
    string Architecture { get; }

    /// <summary>The <see cref="ModelCard.Kind"/> of a model that nothing more is known of.</summary>
    string Kind { get; }

    /// <summary>What it predicts, as <see cref="ModelCard.Prediction"/> has it.</summary>
    string Prediction { get; }

    /// <summary>Value range of the pictures that it sees.</summary>
    double[] ValueRange { get; }

    /// <summary>Noise schedule of a model that nothing more is known of; null where there is none to choose.</summary>
    ScheduleCard? UsualSchedule { get; }

    /// <summary>Whether these names (and shapes, where names don't tell) are its own.</summary>
    bool Recognises(WeightShapes weights);

    /// <summary>The options that shapes tell.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that it can't be, or isn't built for.</exception>
    JsonObject ReadOptions(WeightShapes weights);

    /// <summary>Adds what shapes can't tell and neither the user nor the table of known models has told.</summary>
    /// <param name="assumptions">Gets a sentence for each.</param>
    void Complete(JsonObject options, ICollection<string> assumptions);

    /// <summary>Name of a weight inside the module, for its name in files; null for those that the module doesn't have (a classifier's
    /// head).</summary>
    string? ModuleName(string fileName);

    /// <summary>Looks at what a file says of the process that its network was trained for.</summary>
    /// <param name="paths">Path in the file, by the name inside the module.</param>
    /// <exception cref="PssrException">Kind Checkpoint: it isn't the one that is sampled.</exception>
    void RequireProcess(WeightsFile file, IReadOnlyDictionary<string, string> paths)
    {
    }

    /// <summary>The network with fresh weights.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: options that can't be built.</exception>
    torch.nn.Module Build(JsonObject options, NetworkPlacement placement);

    /// <summary>Lays the weights out for many evaluations, where that makes them faster. Their values stay.</summary>
    void PackForInference(torch.nn.Module network)
    {
    }

    /// <summary>One small evaluation on noise. The caller disposes the result.</summary>
    Tensor TryOut(torch.nn.Module network);
}

/// <summary>Every architecture, by name.</summary>
public static class NetworkFamilies
{
    /// <summary>In the order in which they are asked whether weights are theirs. The corrector's names are the U-Net's, so it never gets
    /// asked first.</summary>
    public static IReadOnlyList<INetworkFamily> All { get; } =
    [
        new GuidedUNetFamily(), new ConditionCorrectorFamily(), new EcdpFamily(), new RrdbNetFamily(), .. FeatureStackFamily.All,
        new LpipsFamily(),
    ];

    /// <exception cref="PssrException">Kind Option: no such architecture.</exception>
    public static INetworkFamily Find(string architecture) =>
        All.FirstOrDefault(f => string.Equals(f.Architecture, architecture, StringComparison.OrdinalIgnoreCase))
        ?? throw new PssrException(PssrErrorKind.Option,
            $"Unknown architecture '{architecture}'. Known: {string.Join(", ", All.Select(f => f.Architecture))}.", architecture);
}
