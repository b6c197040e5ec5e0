using System.Text.Json.Serialization;

namespace PSSR.Metrics;

/// <summary>A measured value, with everything that another number must share to be compared with it.</summary>
/// <param name="Metric">PSNR, SSIM, LPIPS, LR-PSNR, or what a model's card calls its score.</param>
/// <param name="Preset">Name of the preset that it was measured by; <see cref="AnyPreset"/> where presets have no say.</param>
/// <param name="Settings">Channel, border, window, range or network, in words.</param>
public sealed record MetricValue(string Metric, double Value, string Preset, string Settings)
{
    /// <summary>In the place of a preset's name: the value is the same by all of them.</summary>
    public const string AnyPreset = "any";

    /// <summary>Whether the smaller of two values is the better picture's.</summary>
    public bool LowerIsBetter { get; init; }

    /// <summary>dB, or empty.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Whether two values were measured alike, so that the larger one says something.</summary>
    public bool IsComparable(MetricValue other) => (Metric, Preset, Settings) == (other.Metric, other.Preset, other.Settings);

    public override string ToString() => FormattableString.Invariant($"{Metric} {Value:0.####}");
}

/// <summary>One metric over several pictures that were measured alike.</summary>
/// <param name="Mean">Of the finite values: one picture that equals its truth has an infinite PSNR, and no mean with it says anything.
/// Infinite where all are.</param>
/// <param name="StandardDeviation">Of the finite values, dividing by their number.</param>
public sealed record MetricSummary(string Metric, string Preset, string Settings, int Pictures, double Mean, double StandardDeviation,
    double Least, double Most)
{
    /// <summary>Of all values, infinite ones among them.</summary>
    public double Median { get; init; }

    /// <summary>How many values are infinite, and so not in <see cref="Mean"/> and <see cref="StandardDeviation"/>.</summary>
    public int Infinite { get; init; }

    /// <inheritdoc cref="MetricValue.LowerIsBetter"/>
    public bool LowerIsBetter { get; init; }

    /// <inheritdoc cref="MetricValue.Unit"/>
    public string Unit { get; init; } = "";

    /// <summary>Mean of what bicubic makes of the same pictures, where both have a finite value; null where it wasn't measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? Baseline { get; init; }

    /// <summary>How many pictures <see cref="Baseline"/> is of: not all, where the pictures that some were made from are gone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? BaselinePictures { get; init; }

    /// <summary>Mean of the results over just those pictures: what <see cref="Baseline"/> may be compared with.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? MeanBesideBaseline { get; init; }

    /// <summary>Whether <see cref="Baseline"/> is of the very pictures that <see cref="Mean"/> is of, or wasn't measured.</summary>
    [JsonIgnore]
    public bool IsBesideMean => BaselinePictures is null || BaselinePictures == (Infinite < Pictures ? Pictures - Infinite : Pictures);

    /// <summary>One summary for each metric, preset and settings that occur.</summary>
    public static IReadOnlyList<MetricSummary> Of(IEnumerable<MetricValue> values) =>
        [.. values.GroupBy(v => (v.Metric, v.Preset, v.Settings)).Select(group =>
        {
            var spread = MetricSpread.Of([.. group.Select(v => v.Value)]);
            return new MetricSummary(group.Key.Metric, group.Key.Preset, group.Key.Settings, group.Count(), spread.Mean,
                spread.StandardDeviation, group.Min(v => v.Value), group.Max(v => v.Value))
            {
                Median = spread.Median,
                Infinite = spread.Infinite,
                LowerIsBetter = group.First().LowerIsBetter,
                Unit = group.First().Unit,
            };
        })];

    /// <summary>With bicubic's mean.</summary>
    /// <param name="pairs">A picture's value and bicubic's, where both were measured. A mean over other pictures would say nothing of which
    /// is better.</param>
    internal MetricSummary Beside(IReadOnlyList<(double Value, double Bicubic)> pairs)
    {
        if (pairs.Count == 0)
            return this;
        var finite = pairs.Where(pair => double.IsFinite(pair.Value) && double.IsFinite(pair.Bicubic)).ToList();
        var averaged = finite.Count > 0 ? finite : pairs;
        return this with
        {
            Baseline = averaged.Average(pair => pair.Bicubic),
            BaselinePictures = averaged.Count,
            MeanBesideBaseline = averaged.Average(pair => pair.Value),
        };
    }

    public override string ToString() => FormattableString.Invariant($"{Metric} {Mean:0.####} ({Pictures} pictures)");
}
