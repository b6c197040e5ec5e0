using System.Globalization;

namespace PSSR.Drawing;

/// <summary>A chart in plain characters, for a terminal or a log.</summary>
public static class ConsoleChart
{
    private const int LabelWidth = 9;
    private const string Glyphs = "*o+x#@";

    /// <summary>The chart, line by line: title, plot, axis with the bands as = and the marks as ^, legend.</summary>
    /// <param name="width">Characters a line, at least 30.</param>
    /// <param name="height">Lines of the plot, at least 4.</param>
    public static IReadOnlyList<string> Draw(LineChart chart, int width = 78, int height = 14)
    {
        (width, height) = (Math.Max(width, 30) - LabelWidth - 1, Math.Max(height, 4));
        var (x, y) = ChartAxis.Of(chart);
        int Column(double value) => (int)Math.Round(Math.Clamp(x.At(value), 0, 1) * (width - 1));
        int Row(double value) => (int)Math.Round((1 - y.At(value)) * (height - 1));

        var plot = Enumerable.Range(0, height).Select(_ => Filled(' ', width)).ToArray();
        for (var s = 0; s < chart.Series.Count; s++)
            foreach (var p in chart.Series[s].Points.Where(p => ChartAxis.Usable(p, chart.LogX)))
                if (Row(p.Y) is var row && row >= 0 && row < height && (!chart.Series[s].Dashed || Column(p.X) % 3 == 0))
                    plot[row][Column(p.X)] = Glyph(s);

        var axis = Filled('-', width);
        foreach (var band in chart.Bands)
            for (var c = Column(Math.Max(band.From, x.Min)); c <= Column(Math.Min(band.To, x.Max)); c++)
                axis[c] = '=';
        foreach (var mark in chart.Marks)
            axis[Column(Math.Clamp(mark.X, x.Min, x.Max))] = '^';

        var labels = y.Ticks(Math.Max(height / 3, 2)).GroupBy(Row).ToDictionary(g => g.Key, g => Number(g.First()));
        return
        [
            chart.Title,
            .. plot.Select((line, row) => $"{labels.GetValueOrDefault(row, ""),LabelWidth - 1} |{new string(line).TrimEnd()}"),
            $"{"",LabelWidth}+{new string(axis)}",
            $"{"",LabelWidth} {XLabels(x, width, Column)}",
            $"{"",LabelWidth} {string.Join("   ", chart.Series.Select((s, i) => $"{Glyph(i)} {s.Name}"))}",
            .. Notes(chart).Select(note => $"{"",LabelWidth} {note}"),
        ];
    }

    private static IEnumerable<string> Notes(LineChart chart)
    {
        if (chart.XLabel.Length > 0)
            yield return $"x: {chart.XLabel}{(chart.YLabel.Length > 0 ? $"   y: {chart.YLabel}" : "")}";
        foreach (var band in chart.Bands)
            yield return $"= {band.Label}";
        foreach (var mark in chart.Marks)
            yield return $"^ {mark.Label}";
    }

    private static string XLabels(ChartAxis x, int width, Func<double, int> column)
    {
        var line = Filled(' ', width);
        var free = 0;
        foreach (var tick in x.Ticks(6))
        {
            var text = Number(tick);
            var from = Math.Clamp(column(tick) - text.Length / 2, 0, Math.Max(0, width - text.Length));
            if (from < free || text.Length > width)
                continue;
            text.CopyTo(line.AsSpan(from));
            free = from + text.Length + 1;
        }
        return new string(line).TrimEnd();
    }

    private static char Glyph(int series) => Glyphs[series % Glyphs.Length];

    private static char[] Filled(char with, int length)
    {
        var line = new char[length];
        Array.Fill(line, with);
        return line;
    }

    private static string Number(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);
}
