using System.Text.Json.Serialization;

namespace PSSR.Metrics;

/// <summary>A measured value, with everything that another number must share to be compared with it.</summary>
/// <param name="Metric">PSNR (dB, higher is better), SSIM (higher), LPIPS (lower).</param>
/// <param name="Preset">Name of the preset that it was measured by.</param>
/// <param name="Settings">Channel, border, window, range or network, in words.</param>
public sealed record MetricValue(string Metric, double Value, string Preset, string Settings)
{
    /// <summary>Whether two values were measured alike, so that the larger one says something.</summary>
    public bool IsComparable(MetricValue other) => (Metric, Preset, Settings) == (other.Metric, other.Preset, other.Settings);

    public override string ToString() => FormattableString.Invariant($"{Metric} {Value:0.####}");
}

/// <summary>One metric over several pictures that were measured alike.</summary>
/// <param name="StandardDeviation">Of the pictures, dividing by their number.</param>
public sealed record MetricSummary(string Metric, string Preset, string Settings, int Pictures, double Mean, double StandardDeviation,
    double Least, double Most)
{
    /// <summary>Mean of what bicubic makes of the same pictures; null where it wasn't measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Baseline { get; init; }

    /// <summary>One summary for each metric, preset and settings that occur.</summary>
    public static IReadOnlyList<MetricSummary> Of(IEnumerable<MetricValue> values) =>
        [.. values.GroupBy(v => (v.Metric, v.Preset, v.Settings)).Select(group =>
        {
            double mean = group.Average(v => v.Value);
            return new MetricSummary(group.Key.Metric, group.Key.Preset, group.Key.Settings, group.Count(), mean,
                Math.Sqrt(group.Average(v => (v.Value - mean) * (v.Value - mean))), group.Min(v => v.Value), group.Max(v => v.Value));
        })];

    public override string ToString() => FormattableString.Invariant($"{Metric} {Mean:0.####} ({Pictures} pictures)");
}
