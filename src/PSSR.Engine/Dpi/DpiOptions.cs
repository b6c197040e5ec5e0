using System.Text.Json.Serialization;
using PSSR.Options;

namespace PSSR.Dpi;

/// <summary>The settings that the paper publishes, by what is upscaled.</summary>
public enum DpiPreset : long
{
    /// <summary>Bicubic ×4.</summary>
    X4,

    /// <summary>Bicubic ×8.</summary>
    X8,

    /// <summary>Bicubic ×16.</summary>
    X16,

    /// <summary>Unknown degradations.</summary>
    Real,
}

/// <summary>What a user asks of DPI; null takes the preset's value. <see cref="DpiPresets"/> decides the rest.</summary>
public sealed record DpiOptions
{
    /// <summary>The word for "no corrector".</summary>
    public const string NoCorrector = "none";

    /// <summary>Largest k.</summary>
    public const int MaxK = 16;

    /// <summary>Largest τ, s and ω.</summary>
    public const double MaxTau = 10_000, MaxS = 100, MaxOmega = 1_000_000;

    /// <summary>DPI: x4, x8, x16 or real, the published settings to start from. Default: for the scale.</summary>
    /// <remarks>The scale's own is changed by what the prior's card says (see <see cref="DpiPresets.IsCards"/>).</remarks>
    public DpiPreset? Preset { get; init; }

    /// <summary>DPI: ddim (20 steps, or the prior's own number) or ddpm (1000). DiffSR: ddim, or ddpm, which draws noise at every
    /// step.</summary>
    /// <remarks>Algorithm 2 (DDIM) or 1 (DDPM). With DiffSR, where it may stand alone, it is <c>UpscaleOptions.PriorSampler</c>.</remarks>
    public DpiForm Sampler { get; init; } = DpiForm.Ddim;

    /// <summary>
    /// Visited steps, at least 1, in equal strides from the first. Null: 20 with DDIM, all with DDPM. A preset's τ and ω go with its own
    /// number of steps (20 or 1000); for another they are scaled with it.
    /// </summary>
    [NotAsked]
    public int? Steps { get; init; }

    /// <summary>DPI: at this step the mask changes from the whole grid to its edges; 0: never. Default: the prior's own, where it has one
    /// and no preset is named, else the preset's.</summary>
    /// <remarks>τ, in visited steps; 0 leaves the second stage out.</remarks>
    [Allowed(0, MaxTau)]
    public double? Tau { get; init; }

    /// <summary>DPI: the larger, the fewer edges hold the condition. Default: the prior's own, where it has one and no preset is
    /// named, else the preset's.</summary>
    [Allowed(0, MaxS, Above = true)]
    public double? S { get; init; }

    /// <summary>DPI: the larger, the less the condition weighs after step tau. Default: the prior's own, where it has one and no
    /// preset is named, else the preset's.</summary>
    /// <remarks>ω, in visited steps, and at least τ.</remarks>
    [Allowed(0, MaxOmega, Above = true)]
    public double? Omega { get; init; }

    /// <summary>DPI: the condition stands on every k-th pixel of every k-th row. Default: 2.</summary>
    [Allowed(1, MaxK)]
    public int? K { get; init; }

    /// <summary>DPI with ddim: how much noise each step adds. Default: the prior's own, where it has one and no preset is named, else
    /// 0.1.</summary>
    [Allowed(0, 1)]
    public double? Eta { get; init; }

    /// <summary>DPI: name or folder of a condition corrector, or none. Default: the embedded one; none with --initial.</summary>
    /// <remarks>The embedded one where it is installed.</remarks>
    [UserPath(OrName = true)]
    public string? Corrector { get; init; }

    /// <summary>DPI, ablation: the corrector always sees the original condition.</summary>
    /// <remarks>See <see cref="DpiSettings.Refined"/>.</remarks>
    public bool NoRefinement { get; init; }

    /// <summary>DPI, ablation: the condition weighs 1 throughout the second stage.</summary>
    /// <remarks>See <see cref="DpiSettings.Weighted"/>.</remarks>
    public bool NoWeight { get; init; }

    /// <summary>DPI, compatibility: marks and scales as the authors' released code does.</summary>
    /// <remarks>See <see cref="DpiSettings.AsReleased"/>.</remarks>
    public bool AsReleased { get; init; }

    /// <summary>DPI, compatibility: counts steps from 1, masks the last one and takes sigma's square as the paper's algorithms print
    /// it.</summary>
    /// <remarks>See <see cref="DpiSettings.AsPrinted"/>.</remarks>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] // records of earlier releases haven't it
    public bool AsPrinted { get; init; }

    /// <summary>As <c>DiffSrOptions.Samples</c>.</summary>
    [NotAsked]
    public int Samples { get; init; } = 1;

    /// <summary>As <c>DiffSrOptions.Consistency</c>.</summary>
    [NotAsked]
    public int Consistency { get; init; }

    /// <summary>As <c>DiffSrOptions.Trace</c>; null: none.</summary>
    [NotAsked]
    public IReadOnlyList<double>? Trace { get; init; }

    /// <summary>As <c>DiffSrOptions.TileSize</c>; the corrector's tiles are the prior's.</summary>
    [NotAsked]
    public int? TileSize { get; init; }

    /// <exception cref="PssrException">Kind Option: a value out of range; names it.</exception>
    public void Check()
    {
        OptionCheck.Allowed(this);
        if (Eta is not null && Sampler == DpiForm.Ddpm)
            throw Bad("Eta", "it is DDIM's; with DDPM there is none");
        if (AsPrinted && AsReleased)
            throw Bad("AsPrinted", "the paper prints one thing and the code does another; leave AsPrinted or AsReleased out");
        if (Corrector is { } corrector && string.IsNullOrWhiteSpace(corrector))
            throw Bad("Corrector", $"give a name, a folder or '{NoCorrector}'");
    }

    internal static PssrException Bad(string name, string message) => OptionCheck.Bad(name, $"{name}: {message}");
}
