using System.Text.Json.Serialization;
using PSSR.Metrics;

namespace PSSR.Measuring;

/// <summary>What is measured, and against what.</summary>
public sealed record QualityOptions
{
    /// <summary>The folder of true pictures, paired by name (<see cref="ReferenceSet"/>); or one picture, which everything is compared
    /// with. Null: only what needs no truth is measured.</summary>
    public string? Reference { get; init; }

    /// <summary>Looks for references in subfolders too.</summary>
    public bool Recurse { get; init; }

    /// <summary>Name of a <see cref="MetricPreset"/>.</summary>
    public string Preset { get; init; } = MetricPreset.BasicSrY.Name;

    /// <summary>Target size over source size, for presets that cut a border of it; null takes it from the result or its record.</summary>
    public double? Scale { get; init; }

    /// <summary>Whether LPIPS is measured; null measures it where its models were imported.</summary>
    public bool? WithLpips { get; init; }

    /// <summary>alex, squeeze or vgg, in the place of the preset's own network; the values' settings say so.</summary>
    public string? LpipsNetwork { get; init; }

    /// <summary>What LPIPS is fed; settings of its values say so.</summary>
    public LpipsRange LpipsRange { get; init; }

    /// <summary>Measures the result, shrunk again, against the picture that it was made from (<see cref="LrPsnr"/>).</summary>
    public bool WithLrPsnr { get; init; }

    /// <summary>Models of the kind quality, by name or folder, that score the picture by itself (<see
    /// cref="NoReferenceMetric"/>).</summary>
    public IReadOnlyList<string> QualityModels { get; init; } = [];

    /// <summary>Measures what bicubic makes of each result's source, too.</summary>
    public bool WithBaseline { get; init; }

    /// <summary>auto, cpu, cuda or cuda:N: where LPIPS and quality models run.</summary>
    public string Device { get; init; } = "auto";
}

/// <summary>One picture's measurements.</summary>
/// <param name="Path">Full path of the measured picture.</param>
/// <param name="Reference">Full path of the picture that it should be; null where only what needs none was measured.</param>
/// <param name="Scale">Target size over source size; null where nobody knows and the preset doesn't need it.</param>
/// <param name="Values">Each metric with its preset and settings.</param>
public sealed record ImageQuality(string Path, string? Reference, int Width, int Height, double? Scale, string Preset,
    IReadOnlyList<MetricValue> Values)
{
    /// <summary>Width of the reference's file, in pixels. Where it is more than <see cref="Width"/>, the scale left a rest of it: it was
    /// compared without its right edge.</summary>
    public int ReferenceWidth { get; init; } = Width;

    /// <summary>Height of the reference's file, likewise: without its bottom edge.</summary>
    public int ReferenceHeight { get; init; } = Height;

    /// <summary>Full path of the picture that it was made from; null where nobody knows.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Input { get; init; }

    /// <summary>Why it can't be compared with what it was made from; null: it can, or wasn't to be.</summary>
    internal string? LostInput { get; init; }

    /// <summary>Metrics that the picture is too small for, and what they need.</summary>
    internal IReadOnlyList<(string Metric, string Needs)> TooSmall { get; init; } = [];

    /// <summary>In dB; higher is better, infinite for equal pictures. Null without a reference.</summary>
    public double? Psnr => this["PSNR"]?.Value;

    /// <summary>1 for equal pictures; null without a reference.</summary>
    public double? Ssim => this["SSIM"]?.Value;

    /// <summary>0 for equal pictures; null where it was not measured.</summary>
    public double? Lpips => this["LPIPS"]?.Value;

    /// <summary>In dB, of the result shrunk again against its input; null where it was not measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? LrPsnr => this[Metrics.LrPsnr.Name]?.Value;

    /// <summary>What quality models say, by the names of their metrics; null where none was asked.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MetricScores? Scores =>
        new MetricScores(Values.Where(v => !OwnProperty.Contains(v.Metric))) is { Count: > 0 } some ? some : null;

    public IReadOnlyList<MetricValue> Values { get; init; } = new ShownList<MetricValue>(Values);

    /// <summary>The same of the source's bicubic enlargement; null where it wasn't measured.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<MetricValue>? Baseline { get; init => field = value is null ? null : new ShownList<MetricValue>(value); }

    /// <summary>In dB, of bicubic.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BaselinePsnr => Of(Baseline, "PSNR")?.Value;

    /// <summary>Of bicubic.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BaselineSsim => Of(Baseline, "SSIM")?.Value;

    /// <summary>Of bicubic.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public double? BaselineLpips => Of(Baseline, "LPIPS")?.Value;

    /// <summary>One summary for each metric, preset and settings that occur, with bicubic's mean where that was measured.</summary>
    public static IReadOnlyList<MetricSummary> Summaries(IReadOnlyCollection<ImageQuality> all)
    {
        var pairs = all.SelectMany(quality => quality.Values.SelectMany(
                value => (quality.Baseline ?? []).Where(value.IsComparable).Select(bicubic => (Result: value, Bicubic: bicubic))))
            .ToLookup(pair => (pair.Result.Metric, pair.Result.Preset, pair.Result.Settings),
                pair => (pair.Result.Value, pair.Bicubic.Value));
        return [.. MetricSummary.Of(all.SelectMany(quality => quality.Values)).Select(
            summary => summary.Beside([.. pairs[(summary.Metric, summary.Preset, summary.Settings)]]))];
    }

    /// <summary>The measured picture's path.</summary>
    public override string ToString() => Path;

    private static readonly string[] OwnProperty = ["PSNR", "SSIM", "LPIPS", Metrics.LrPsnr.Name];

    private MetricValue? this[string metric] => Of(Values, metric);

    private static MetricValue? Of(IReadOnlyList<MetricValue>? values, string metric) => values?.FirstOrDefault(v => v.Metric == metric);
}
