namespace PSSR.Metrics;

/// <summary>Where the values of several pictures lie.</summary>
/// <param name="Mean">Of the finite values; of all where none is finite.</param>
/// <param name="StandardDeviation">Of the finite values, dividing by their number; 0 where none is.</param>
/// <param name="Median">Of all values: the middle one, or the mean of the two in the middle.</param>
/// <param name="Infinite">How many are not finite.</param>
internal readonly record struct MetricSpread(double Mean, double StandardDeviation, double Median, int Infinite)
{
    /// <param name="values">One at least.</param>
    public static MetricSpread Of(IReadOnlyCollection<double> values)
    {
        double[] sorted = [.. values.Order()], finite = [.. sorted.Where(double.IsFinite)];
        var mean = (finite.Length > 0 ? finite : sorted).Average();
        var middle = sorted.Length / 2;
        return new(
            mean, finite.Length > 0 ? Math.Sqrt(finite.Average(v => (v - mean) * (v - mean))) : 0,
            sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2, sorted.Length - finite.Length);
    }
}
