using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Pictures.Degrading;

namespace PSSR.Dpi;

/// <summary>
/// A corrector belongs to what it was trained for: a scale, a grid, a noise schedule, pictures of a kind. Nothing stops it from being used
/// otherwise, so that must be said.
/// </summary>
public static class CorrectorFit
{
    /// <summary>Scales this near, by ratio, are the same.</summary>
    private const double SameScale = 1.05;

    /// <summary>In what the corrector's use differs from its training, as far as cards tell; a clause each, empty where it fits.</summary>
    /// <param name="scale">Null: not known yet.</param>
    /// <param name="k">DPI's k.</param>
    /// <param name="preset">The one that was named, which says what the picture went through; null: none was.</param>
    /// <param name="ofFlow">The base condition is a flow's mean.</param>
    public static IReadOnlyList<string> Differences(
        ModelCard corrector, ModelCard prior, double? scale, int k, DpiPreset? preset = null, bool ofFlow = false)
    {
        var made = corrector.Training?["options"] as JsonObject;
        var differences = new List<string>();
        var degradation = Text(made, nameof(ConditionCorrectorOptions.Degradation))?.ToLowerInvariant();
        if (degradation is null or KnownDegradations.Plain
            && Number(made, nameof(ConditionCorrectorOptions.Scale)) is { } own && scale is { } asked
            && Math.Max(own / asked, asked / own) > SameScale)
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"for scale {own:0.###} and not {asked:0.###}"));
        if (degradation is not null && preset is { } named && (degradation == KnownDegradations.Plain) == (named == DpiPreset.Real))
            differences.Add(degradation == KnownDegradations.Plain ? "on bicubic pictures and not on unknown degradations"
                : $"on the degradation '{degradation}' and not on bicubic pictures");
        if (ofFlow)
            differences.Add("on base conditions by bicubic and not on a flow's mean");
        if (Number(made, nameof(ConditionCorrectorOptions.GridStep)) is { } step && step != k)
            differences.Add(string.Create(CultureInfo.InvariantCulture, $"for k = {step:0} and not {k}"));
        if (corrector.Schedule is { } schedule && prior.Schedule is { } priors
            && (schedule.Steps != priors.Steps || !schedule.Name.Equals(priors.Name, StringComparison.OrdinalIgnoreCase)))
            differences.Add($"for the schedule {Words(schedule)} and not {Words(priors)}");
        if (Data(corrector) is { } pictures && IsGeneral(corrector) && !IsGeneral(prior))
            differences.Add($"on pictures ({pictures}) that the prior '{prior.Name}' isn't known to have seen");
        return differences;
    }

    /// <summary>The differences as a sentence; null where there are none.</summary>
    /// <inheritdoc cref="Differences"/>
    public static string? Caution(
        ModelCard corrector, ModelCard prior, double? scale, int k, DpiPreset? preset = null, bool ofFlow = false) =>
        Differences(corrector, prior, scale, k, preset, ofFlow) is { Count: > 0 } differences
            ? $"The corrector '{corrector.Name}' was trained {string.Join(", ", differences)}: expect worse pictures, name another "
                + $"corrector, or '{DpiOptions.NoCorrector}'."
            : null;

    private static string? Data(ModelCard card) => Text(card.Training, "data");

    /// <summary>With synthetic pictures, which show nothing in particular, it was trained on no one thing.</summary>
    private static bool IsGeneral(ModelCard card) => Data(card)?.StartsWith("synthetic", StringComparison.Ordinal) == true
        || Number(card.Training?["options"] as JsonObject, nameof(ConditionCorrectorOptions.SyntheticShare)) > 0;

    private static string Words(ScheduleCard schedule) => $"{schedule.Name}/{schedule.Steps}";

    private static double? Number(JsonObject? part, string name) =>
        part?[name] is JsonValue value && value.TryGetValue(out double number) ? number : null;

    internal static string? Text(JsonObject? part, string name) =>
        part?[name] is JsonValue value && value.TryGetValue(out string? text) ? text : null;
}
