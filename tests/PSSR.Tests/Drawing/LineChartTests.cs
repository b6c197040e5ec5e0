using PSSR.Drawing;

namespace PSSR.Tests.Drawing;

public sealed class LineChartTests
{
    [Theory]
    [InlineData(30.0, false)]
    [InlineData(30.0, true)]
    [InlineData(-7e15, false)]
    [InlineData(1e300, false)]
    [InlineData(0.0, false)]
    public void Values_that_differ_by_their_last_bit_are_drawn_as_equal_ones(double value, bool logarithmic)
    {
        var chart = Of(logarithmic, (value, value), (Math.BitIncrement(value), Math.BitIncrement(value)));

        var (x, y) = ChartAxis.Of(chart);

        Assert.True(x.Min < value && value < x.Max && y.Min < value && value < y.Max);
        Assert.InRange(y.Ticks(6).Take(100).Count(), 2, 7);
        Assert.InRange(x.Ticks(8).Take(100).Count(), 2, 9);
        Assert.Contains("</svg>", Chart.Svg([chart]));
        Assert.NotEmpty(ConsoleChart.Draw(chart));
    }

    [Theory]
    [InlineData(0, 1, new[] { 0, 0.2, 0.4, 0.6, 0.8, 1 })]
    [InlineData(-3, 7, new double[] { -2, 0, 2, 4, 6 })]
    [InlineData(0.1, 0.7, new[] { 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7 })]
    public void Ticks_are_round_numbers_within_the_range(double min, double max, double[] expected)
    {
        double[] ticks = [.. new ChartAxis(min, max, false).Ticks(6)];

        Assert.Equal(expected.Length, ticks.Length);
        Assert.All(expected.Zip(ticks), pair => Assert.Equal(pair.First, pair.Second, 1e-12));
    }

    private static LineChart Of(bool logarithmic, params (double X, double Y)[] points) =>
        new() { Title = "t", LogX = logarithmic, Series = [new ChartSeries("s", points)] };
}
