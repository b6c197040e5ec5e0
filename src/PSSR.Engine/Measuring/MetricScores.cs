using System.Collections.ObjectModel;
using PSSR.Metrics;

namespace PSSR.Measuring;

/// <summary>Values of one picture by the names of their metrics, in the order in which they were measured.</summary>
/// <remarks>In a table or a CSV file it stands as its values in words.</remarks>
public sealed class MetricScores(IEnumerable<MetricValue> values)
    : ReadOnlyDictionary<string, double>(values.ToDictionary(v => v.Metric, v => v.Value))
{
    public override string ToString() => string.Join(", ", this.Select(score => FormattableString.Invariant($"{score.Key} {score.Value}")));
}
