using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>The methods by name, and the model that each takes when none is named.</summary>
public static class UpscaleMethods
{
    public const string DiffSr = "DiffSR";
    public const string Dpi = "DPI";
    public const string Ecdp = "ECDP";
    public const string Bicubic = "Bicubic";
    public const string Nearest = "Nearest";

    /// <summary>In place of a method: the one that the other settings or the model mean, and ECDP where they leave it open.</summary>
    public const string Auto = "auto";

    public static IReadOnlyList<string> All { get; } = [DiffSr, Dpi, Ecdp, Bicubic, Nearest];

    /// <summary>Whether a method draws nothing and has no model: what others are held against.</summary>
    public static bool IsBaseline(string method) => method is Bicubic or Nearest;

    /// <summary>The method's one spelling: DiffSR for diff-sr, DIFFSR and so on.</summary>
    /// <exception cref="PssrException">Kind Option: no such method.</exception>
    public static string Canonical(string method)
    {
        var bare = method.Replace("-", "", StringComparison.Ordinal);
        return All.FirstOrDefault(known => known.Equals(bare, StringComparison.OrdinalIgnoreCase))
            ?? throw new PssrException(PssrErrorKind.Option, $"Method: '{method}' is not DiffSR, DPI, ECDP, Bicubic or Nearest.", "Method");
    }

    /// <summary>The method that these options mean.</summary>
    /// <param name="named">The model that the options name, where it was looked up already.</param>
    /// <exception cref="PssrException">Kind Option: no such method. Kind Checkpoint: the method would be the model's, and there is no such
    /// model.</exception>
    public static string Chosen(UpscaleOptions options, InstalledModel? named = null) => options switch
    {
        { Method: not Auto } => Canonical(options.Method),
        { NoiseLevel: not null } or { NoClipping: true } => DiffSr,
        { Dpi: not null } => Dpi,
        { Flow: null, Model: { } model } when (named ?? ModelStore.Find(model, ["prior", "flow"])).Card.Kind == "prior" => DiffSr,
        _ => Ecdp,
    };

    /// <summary>What the method's walk has to show; see <see cref="TracedPicture"/>.</summary>
    public static IReadOnlyList<string> Traced(string method) => method switch
    {
        DiffSr => DiffSrUpscaler.Traced,
        Dpi => DpiUpscaler.Traced,
        Ecdp => EcdpUpscaler.Traced,
        _ => [],
    };

    /// <summary>The spelling of command lines and JSON: diff-sr, dpi, ecdp, bicubic, nearest.</summary>
    public static string Kebab(string method) => Canonical(method) == DiffSr ? "diff-sr" : method.ToLowerInvariant();

    /// <summary>The model a method takes when none is named.</summary>
    /// <exception cref="PssrException">Kind Option: no such method.</exception>
    public static string DefaultModel(string method) => Canonical(method) switch
    {
        DiffSr or Dpi => "pssr-prior",
        _ => DefaultFlow,
    };

    /// <summary>What ECDP takes.</summary>
    public const string DefaultFlow = "pssr-flow-x4";

    /// <summary>The one for large sets.</summary>
    public const string FastFlow = "pssr-flow-x4-fast";

    /// <summary>The corrector that DPI takes when none is named and none of the preset's own is installed.</summary>
    public const string DefaultCorrector = "pssr-corrector-x4";

    /// <summary>The corrector that DPI takes when none is named and it is installed: that of the preset's degradation.</summary>
    public static string CorrectorFor(DpiPreset preset) => preset switch
    {
        DpiPreset.X4 => DefaultCorrector,
        DpiPreset.Real => "pssr-corrector-real",
        _ => "pssr-corrector-x8",
    };

    /// <summary>What ECDP takes instead up to this scale, where it is installed.</summary>
    public const string SmallFlow = "pssr-flow-x2";

    /// <inheritdoc cref="SmallFlow"/>
    public const double SmallScale = 2;
}
