namespace PSSR.Drawing;

/// <summary>One line of a chart.</summary>
/// <param name="Points">By rising X; what is not finite, or not positive on a logarithmic axis, is left out.</param>
/// <param name="Dashed">For thresholds and references.</param>
/// <param name="Apart">Points that have nothing to do with each other, and so no line between them.</param>
public sealed record ChartSeries(string Name, IReadOnlyList<(double X, double Y)> Points, bool Dashed = false, bool Apart = false);

/// <summary>A shaded range of x.</summary>
public sealed record ChartBand(double From, double To, string Label);

/// <summary>A vertical line at one x.</summary>
public sealed record ChartMark(double X, string Label);

/// <summary>Lines over one pair of axes; drawn as SVG by <see cref="Chart"/> and as text by <see cref="ConsoleChart"/>.</summary>
public sealed record LineChart
{
    public required string Title { get; init; }

    public string XLabel { get; init; } = "";

    public string YLabel { get; init; } = "";

    public required IReadOnlyList<ChartSeries> Series { get; init; }

    public IReadOnlyList<ChartBand> Bands { get; init; } = [];

    public IReadOnlyList<ChartMark> Marks { get; init; } = [];

    /// <summary>Logarithmic x.</summary>
    public bool LogX { get; init; }

    /// <summary>Values above are cut off; null: the largest value.</summary>
    public double? YMax { get; init; }

    /// <summary>Values below are cut off; null: the least value.</summary>
    public double? YMin { get; init; }
}

/// <summary>One axis: its range, and where its values lie in 0..1.</summary>
internal sealed record ChartAxis(double Min, double Max, bool Log)
{
    /// <summary>The axes of a chart, wide enough for all that it shows.</summary>
    public static (ChartAxis X, ChartAxis Y) Of(LineChart chart)
    {
        var points = chart.Series.SelectMany(s => s.Points).Where(p => Usable(p, chart.LogX)).ToList();
        if (points.Count == 0)
            points = [(chart.LogX ? 0.1 : 0, 0), (1, 1)];
        var (low, high) = (chart.YMin ?? points.Min(p => p.Y), chart.YMax ?? points.Max(p => p.Y));
        var room = IsFlat(low, high) ? Room(high) : (high - low) * 0.04;
        return (Create(points.Min(p => p.X), points.Max(p => p.X), chart.LogX),
            Create(chart.YMin ?? low - room, chart.YMax ?? high + room, false));
    }

    public static bool Usable((double X, double Y) point, bool logX) =>
        double.IsFinite(point.X) && double.IsFinite(point.Y) && (!logX || point.X > 0);

    /// <summary>0 at the least value, 1 at the largest.</summary>
    public double At(double value) => Log ? Math.Log(value / Min) / Math.Log(Max / Min) : (value - Min) / (Max - Min);

    /// <summary>Round values within the range: 1, 2 and 5 times powers of ten.</summary>
    public IEnumerable<double> Ticks(int about)
    {
        if (Log)
        {
            for (var power = (int)Math.Floor(Math.Log10(Min)); power <= Math.Log10(Max); power++)
                foreach (var digit in new[] { 1, 2, 5 })
                    if (digit * Math.Pow(10, power) is var tick && tick >= Min * 0.999 && tick <= Max * 1.001)
                        yield return tick;
            yield break;
        }
        var raw = (Max - Min) / about;
        var unit = Math.Pow(10, Math.Floor(Math.Log10(raw)));
        var stride = unit * (raw / unit) switch { <= 1 => 1, <= 2 => 2, <= 5 => 5, _ => 10 };
        var first = Math.Ceiling(Min / stride) * stride;
        for (var i = 0; i <= about && first + i * stride <= Max + stride * 1e-9; i++)
            yield return Math.Abs(first + i * stride) < stride * 1e-9 ? 0 : first + i * stride;
    }

    private static ChartAxis Create(double min, double max, bool log) => !IsFlat(min, max) ? new ChartAxis(min, max, log)
        : log ? new ChartAxis(min / 2, min * 2, log) : new ChartAxis(min - Room(min), min + Room(min), log);

    /// <summary>Whether values differ by less than their own rounding, which is nothing to draw.</summary>
    private static bool IsFlat(double min, double max) =>
        !(max - min > Math.Max(Math.Max(Math.Abs(min), Math.Abs(max)) * 1e-12, 1e-300));

    /// <summary>Below and above values that are all the same.</summary>
    private static double Room(double value) => Math.Max(0.5, Math.Abs(value) * 1e-3);
}
