using System.Globalization;

namespace PSSR.Experiments.Recipes;

/// <summary>A value of a row, as tables and charts show it.</summary>
/// <param name="Name">As papers write it.</param>
/// <param name="LowerIsBetter">Null: neither is better.</param>
/// <param name="Format">Of its numbers.</param>
/// <param name="Meaning">In words, with its unit.</param>
public sealed record KnownMetric(string Name, bool? LowerIsBetter, string Format, string Meaning)
{
    /// <summary>A value as papers write it; empty: there is none.</summary>
    public string Text(IReadOnlyDictionary<string, double> values) => !values.TryGetValue(Name, out var value) ? ""
        : double.IsPositiveInfinity(value) ? "∞" : value.ToString(Format, CultureInfo.InvariantCulture);
}

/// <summary>The values that a recipe may name in its published rows, its table and its charts.</summary>
public static class KnownMetrics
{
    public static IReadOnlyList<KnownMetric> All { get; } =
    [
        new("PSNR", false, "0.00", "dB, mean over the pictures"),
        new("SSIM", false, "0.0000", "mean over the pictures"),
        new("LPIPS", true, "0.0000", "mean over the pictures"),
        new("FID", true, "0.000", "Fréchet distance of the sets in the features of the named network"),
        new("IS", false, "0.00", "Inception Score by the named network"),
        new("LR-PSNR", false, "0.00", "dB, of the result's downscale against the input"),
        new("MUSIQ", false, "0.00", "without reference"),
        new("CLIP-IQA", false, "0.0000", "without reference"),
        new("CS", true, "0.0000", "mean cosine distance of face embeddings"),
        new("ACC", false, "0.0", "faces that are still the same persons', in percent"),
        new("Low", true, "0.00", "error at low frequencies, levels of 255"),
        new("High", true, "0.00", "error at high frequencies, levels of 255"),
        new("LowMap", true, "0.00", "difference of the maps at low frequencies, dB"),
        new("HighMap", true, "0.00", "difference of the maps at high frequencies, dB"),
        new("Seconds", true, "0.00", "a picture, on the machine that made it"),
        new("Evaluations", true, "0.#", "of the network a picture"),
        new("StepTime", true, "0.0", "ms an evaluation, reading and writing included"),
        new("Memory", true, "0", "MB, the process's peak"),
        new("Parameters", null, "0.00", "of the model, millions"),
        new("Added", null, "0.00", "parameters of the corrector, millions"),
    ];

    public static IReadOnlyList<string> Names { get; } = [.. All.Select(metric => metric.Name)];

    /// <summary>Those of these names: the known ones in their order, and then others, such as a quality model's own.</summary>
    public static IEnumerable<KnownMetric> Of(IEnumerable<string> names)
    {
        var wanted = names.ToHashSet(StringComparer.OrdinalIgnoreCase);
        return All.Where(metric => wanted.Contains(metric.Name)).Concat(wanted.Where(name => Find(name) is null)
            .Order(StringComparer.Ordinal).Select(name => new KnownMetric(name, null, "0.0000", "by a model of that name")));
    }

    /// <summary>Null: there is no such metric.</summary>
    public static KnownMetric? Find(string name) =>
        All.FirstOrDefault(metric => metric.Name.Equals(name, StringComparison.OrdinalIgnoreCase));
}
