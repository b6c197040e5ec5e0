using PSSR.Metrics;

namespace PSSR.Measuring;

/// <summary>One metric of two measured sets, picture by picture.</summary>
/// <param name="Preset">That of both; of sets that were measured differently, both names.</param>
/// <param name="Pictures">How many references occur in both sets.</param>
/// <param name="Baseline">Mean of the first set over them, without the pairs that <see cref="Infinite"/> counts.</param>
/// <param name="Mean">Mean of the second set.</param>
/// <param name="Difference">Second minus first.</param>
/// <param name="Better">In how many pictures the second is better: a higher PSNR, a lower LPIPS.</param>
/// <param name="Worse">In how many it is worse.</param>
public sealed record QualityDifference(string Metric, string Preset, int Pictures, double Baseline, double Mean, double Difference,
    int Better, int Worse)
{
    /// <summary>Pairs of which a value is infinite: they count as better or worse, and in no mean unless all are.</summary>
    public int Infinite { get; init; }

    /// <inheritdoc cref="MetricValue.LowerIsBetter"/>
    public bool LowerIsBetter { get; init; }
}

/// <summary>Compares two sets of measurements of the same references; of measurements without one, of the same inputs.</summary>
public static class QualityComparison
{
    /// <param name="force">Compares values of different presets or settings too; they say little.</param>
    /// <exception cref="PssrException">Kind Option: no reference in common, or values that were measured differently.</exception>
    public static IReadOnlyList<QualityDifference> Compare(IReadOnlyList<ImageQuality> baseline, IReadOnlyList<ImageQuality> other,
        bool force = false)
    {
        var first = Unique(baseline);
        var pairs = Unique(other).Where(o => first.ContainsKey(o.Key)).Select(o => (First: first[o.Key], Second: o.Value)).ToList();
        if (pairs.Count == 0)
            throw new PssrException(PssrErrorKind.Option,
                "The two sets of measurements have no reference picture in common, nor an input where they were measured without.");
        var values = pairs.SelectMany(
            p => p.First.Values.SelectMany(a => p.Second.Values.Where(b => b.Metric == a.Metric).Select(b => (First: a, Second: b))))
            .ToList();
        if (!force && values.FirstOrDefault(v => !v.First.IsComparable(v.Second)) is { First: not null } unlike)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"{unlike.First.Metric} was measured differently: {unlike.First.Preset} ({unlike.First.Settings}) "
                + $"and {unlike.Second.Preset} ({unlike.Second.Settings}). "
                + "Measure both by one preset, or Force the comparison.", unlike.Second.Preset);
        }
        return [.. values.GroupBy(v => v.First.Metric).Select(Difference)];
    }

    private static QualityDifference Difference(IGrouping<string, (MetricValue First, MetricValue Second)> group)
    {
        var lower = group.First().First.LowerIsBetter;
        var sign = lower ? -1 : 1;
        var presets = group.SelectMany(v => new[] { v.First.Preset, v.Second.Preset }).Distinct();
        var finite = group.Where(v => double.IsFinite(v.First.Value) && double.IsFinite(v.Second.Value)).ToList();
        var averaged = finite.Count > 0 ? finite : [.. group];
        var (before, after) = (averaged.Average(v => v.First.Value), averaged.Average(v => v.Second.Value));
        return new QualityDifference(group.Key, string.Join(" / ", presets), group.Count(), before, after,
            before.Equals(after) ? 0 : after - before,
            group.Count(v => sign * v.Second.Value.CompareTo(v.First.Value) > 0),
            group.Count(v => sign * v.Second.Value.CompareTo(v.First.Value) < 0))
        {
            Infinite = group.Count() - finite.Count,
            LowerIsBetter = lower,
        };
    }

    private static Dictionary<string, ImageQuality> Unique(IReadOnlyList<ImageQuality> set)
    {
        var byReference = new Dictionary<string, ImageQuality>(StringComparer.Ordinal);
        foreach (var quality in set)
        {
            if ((quality.Reference ?? quality.Input) is { } source && !byReference.TryAdd(source, quality))
            {
                throw new PssrException(PssrErrorKind.Option,
                    $"Two measurements of one set have the {(quality.Reference is null ? "input" : "reference")} '{source}': "
                        + $"'{byReference[source].Path}' and '{quality.Path}'.", source);
            }
        }
        return byReference;
    }
}
