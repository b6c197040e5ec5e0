namespace PSSR.Ecdp.Learning;

/// <summary>What <see cref="FlowUpscalerOptions.QualityFeatures"/> may name beside a model.</summary>
public static class OwnFeatures
{
    /// <summary>The flow's own encoder.</summary>
    public const string Encoder = "encoder";

    /// <summary>The critic's layers.</summary>
    public const string Critic = "critic";

    /// <summary><see cref="BandContrast"/>.</summary>
    public const string Bands = "bands";

    /// <summary>Those of <see cref="TextureTraining"/>.</summary>
    public const string Textures = "textures";

    /// <summary>All of them.</summary>
    public static IReadOnlyList<string> All { get; } = [Encoder, Critic, Bands, Textures];

    /// <summary>Of <see cref="FlowUpscalerOptions.QualityFeatureSteps"/>.</summary>
    internal const long UsualSteps = 2000;

    /// <summary>One of them as it is spelt here, whatever its case; any other name as it is.</summary>
    internal static string? Spelt(string? name) =>
        All.FirstOrDefault(own => own.Equals(name, StringComparison.OrdinalIgnoreCase)) ?? name;

    /// <summary>Whether it is one of them, or nothing, which is the encoder.</summary>
    public static bool Has(string? name) => name is null || All.Contains(name);
}
