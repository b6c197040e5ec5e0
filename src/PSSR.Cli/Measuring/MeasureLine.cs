using System.CommandLine;
using System.Globalization;
using PSSR.Cli.Binding;
using PSSR.Measuring;
using PSSR.Metrics;

namespace PSSR.Cli.Measuring;

/// <summary>Measurements as lines for people, or as JSON lines.</summary>
internal static class MeasureLine
{
    public static void Write(ParseResult parsed, object measurement, bool json)
    {
        var output = parsed.InvocationConfiguration.Output;
        output.WriteLine(json ? JsonLines.For(output, MeasurementLine.Json(measurement)) : Text(measurement));
    }

    private static string Text(object measurement) => measurement switch
    {
        ImageQuality q => $"{q.Path}{string.Concat(q.Values.Select(Value))}"
            + (q.Baseline is { } plain ? $"  bicubic{string.Concat(plain.Select(Value)).Replace("  ", " ")}" : "") + $"  {q.Preset}",
        MetricSummary s => Invariant($"{s.Metric,-7} mean {s.Mean:0.0000}  sd {s.StandardDeviation:0.0000}  median {s.Median:0.0000}")
            + Invariant($"  {s.Least:0.0000} to {s.Most:0.0000}") + (s.Infinite > 0 ? $"  {s.Infinite} infinite, in no mean" : "")
            + (s.Baseline is { } bicubic ? Invariant($"  bicubic {bicubic:0.0000}") : "")
            + (s.IsBesideMean ? "" : Invariant($" in {s.BaselinePictures} pictures, beside a mean of {s.MeanBesideBaseline:0.0000}"))
            + Invariant($"  {s.Pictures} pictures  {s.Preset}: {s.Settings}"),
        ImageSetQuality s => Invariant($"{s.Metric} {s.Value:0.0000}")
            + (s.StandardDeviation is { } sd ? Invariant($" ± {sd:0.0000}") : "") + Invariant($"  {s.Pictures} pictures")
            + (s.References > 0 ? Invariant($", {s.References} references") : "") + $"  {s.Settings}",
        FrequencyMeasurement f => Invariant(
            $"{f.Path}  {f.Subject,-7}  noise {f.NoiseLevel:0.###}  box {f.BoxSize:0.###}")
            + Invariant($"  low {f.Error.Low:0.00}  high {f.Error.High:0.00}")
            + Invariant($"  maps low {f.Error.LowMap:0.00} dB, high {f.Error.HighMap:0.00} dB"),
        FaceMeasurement f =>
            Invariant($"{f.Path}  distance {f.Distance:0.0000}  {(f.Same ? "same" : "another")}  {f.Embedder}"),
        FaceConsistencySummary s => Invariant(
            $"CS {s.Cs:0.0000}  ACC {s.Acc:0.0000}  {s.Count} pictures  below {s.Threshold:0.###}  {s.Embedder}"),
        _ => throw new ArgumentException(measurement.GetType().Name, nameof(measurement)),
    };

    private static string Value(MetricValue value) => value.Unit.Length > 0
        ? Invariant($"  {value.Metric} {value.Value:0.00} {value.Unit}") : Invariant($"  {value.Metric} {value.Value:0.0000}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
