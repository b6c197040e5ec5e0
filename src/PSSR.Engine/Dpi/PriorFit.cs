using PSSR.Models;

namespace PSSR.Dpi;

/// <summary>
/// DPI draws from noise alone, held to the picture at every k-th pixel: what a prior doesn't know it disfigures. So what it can't know must
/// be said.
/// </summary>
public static class PriorFit
{
    /// <summary>The one prior of faces that is known by its layout; see <see cref="KnownModels"/>.</summary>
    internal const string KnownPrior = "ffhq-256";

    /// <summary>What speaks against restoring pictures of one thing by a prior; null: nothing that is known.</summary>
    public static string? Caution(InstalledModel prior) => prior.Embedded || IsSynthetic(prior.Card)
        ? $"The prior '{prior.Name}' is small and knows no faces, nor any other thing well: DPI disfigures what its prior doesn't know. "
            + "Take another method (ECDP is the default), or import a prior of what the pictures show, such as FFHQ's."
        : null;

    /// <summary>Why a prior can't know faces, as far as can be told; null: it may.</summary>
    internal static string? WhyNoFaces(InstalledModel prior) =>
        IsSynthetic(prior.Card) ? "was trained on synthetic pictures and knows no faces"
        : prior.Embedded ? "is small, saw pictures of all kinds and knows no faces"
        : Known(prior.Card) is { } known && known != KnownPrior ? $"is '{known}', which was trained on pictures of all kinds" : null;

    /// <summary>What the model is known as; null: it isn't.</summary>
    internal static string? Known(ModelCard card) => CorrectorFit.Text(card.Training, "known");

    private static bool IsSynthetic(ModelCard card) =>
        CorrectorFit.Text(card.Training, "data")?.StartsWith("synthetic", StringComparison.Ordinal) == true;
}
