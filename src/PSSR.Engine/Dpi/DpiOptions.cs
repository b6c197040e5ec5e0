namespace PSSR.Dpi;

/// <summary>The settings that the paper publishes, by what is upscaled.</summary>
public enum DpiPreset
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

    /// <summary>Null: the one for the scale, changed by what the prior's card says (see <see cref="DpiPresets.IsCards"/>).</summary>
    public DpiPreset? Preset { get; init; }

    /// <summary>Algorithm 2 (DDIM) or 1 (DDPM).</summary>
    public DpiForm Sampler { get; init; } = DpiForm.Ddim;

    /// <summary>
    /// Visited steps, at least 1, in equal strides from the first. Null: 20 with DDIM, all with DDPM. A preset's τ and ω go with its own number of steps (20
    /// or 1000); for another they are scaled with it.
    /// </summary>
    public int? Steps { get; init; }

    /// <summary>τ in visited steps, 0..10000; 0 leaves the second stage out.</summary>
    public double? Tau { get; init; }

    /// <summary>s, above 0, at most 100.</summary>
    public double? S { get; init; }

    /// <summary>ω in visited steps, above 0 and at least τ.</summary>
    public double? Omega { get; init; }

    /// <summary>k, 1..16.</summary>
    public int? K { get; init; }

    /// <summary>η, 0..1; DDIM only.</summary>
    public double? Eta { get; init; }

    /// <summary>Name of an installed corrector, a folder with a model card, or "none". Null: the embedded one, where it is installed.</summary>
    public string? Corrector { get; init; }

    /// <summary>Ablation: see <see cref="DpiSettings.Refined"/>.</summary>
    public bool NoRefinement { get; init; }

    /// <summary>Ablation: see <see cref="DpiSettings.Weighted"/>.</summary>
    public bool NoWeight { get; init; }

    /// <summary>Compatibility: see <see cref="DpiSettings.AsReleased"/>.</summary>
    public bool AsReleased { get; init; }

    /// <summary>As <c>DiffSrOptions.TileSize</c>; the corrector's tiles are the prior's.</summary>
    public int? TileSize { get; init; }

    /// <exception cref="PssrException">Kind Option: a value out of range; names it.</exception>
    public void Check()
    {
        InRange("Tau", Tau, 0, MaxTau);
        InRange("S", S, double.Epsilon, MaxS);
        InRange("Omega", Omega, double.Epsilon, MaxOmega);
        InRange("K", K, 1, MaxK);
        InRange("Eta", Eta, 0, 1);
        if (Eta is not null && Sampler == DpiForm.Ddpm)
            throw Bad("Eta", "it is DDIM's; with DDPM there is none");
        if (Corrector is { } corrector && string.IsNullOrWhiteSpace(corrector))
            throw Bad("Corrector", $"give a name, a folder or '{NoCorrector}'");
    }

    internal static PssrException Bad(string name, string message) => new(PssrErrorKind.Option, $"{name}: {message}.", name);

    private static void InRange(string name, double? value, double min, double max)
    {
        // Written so that NaN fails too.
        if (value is { } v && !(v >= min && v <= max))
            throw Bad(name, min is > 0 and < 1 ? FormattableString.Invariant($"{v} is not above 0 and at most {max}") : FormattableString.Invariant($"{v} is outside {min} to {max}"));
    }
}
