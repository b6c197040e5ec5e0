using System.Globalization;
using System.Net;
using System.Text;

namespace PSSR.Drawing;

/// <summary>Charts as one self-contained SVG: no scripts, no fonts, no links.</summary>
public static class Chart
{
    private const int Width = 460, Height = 300, Left = 58, Right = 14, Top = 34, Bottom = 46, LegendLine = 16;
    private const int PlotWidth = Width - Left - Right, PlotHeight = Height - Top - Bottom;
    private const string Namespace = "xmlns=\"http://www.w3.org/2000/svg\"", Font = "font-family=\"sans-serif\" font-size=\"11\"";
    private const string BandFill = "fill=\"#009e73\" fill-opacity=\"0.12\"";

    /// <summary>Colours that colour-blind readers can tell apart (Okabe and Ito 2008).</summary>
    private static readonly string[] Colours = ["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9", "#000000", "#999999"];

    /// <summary>Panels beside and below each other, each with its legend.</summary>
    /// <param name="columns">Panels in a row, at least 1.</param>
    public static string Svg(IReadOnlyList<LineChart> panels, int columns = 2)
    {
        columns = Math.Min(Math.Max(columns, 1), Math.Max(panels.Count, 1));
        var rows = panels.Chunk(columns).Select(row => row.Max(PanelHeight)).ToList();
        var svg = new StringBuilder();
        var (width, height) = (columns * Width, rows.Sum());
        Line(svg, $"""<svg {Namespace} width="{width}" height="{height}" viewBox="0 0 {width} {height}" {Font}>""");
        Line(svg, $"<rect width=\"100%\" height=\"100%\" fill=\"#ffffff\"/>");
        for (var i = 0; i < panels.Count; i++)
        {
            Line(svg, $"<g transform=\"translate({i % columns * Width},{rows.Take(i / columns).Sum()})\">");
            Panel(svg, panels[i], i);
            Line(svg, $"</g>");
        }
        Line(svg, $"</svg>");
        return svg.ToString();
    }

    private static int PanelHeight(LineChart chart) => Height + (chart.Series.Count + 1) / 2 * LegendLine;

    private static void Panel(StringBuilder svg, LineChart chart, int number)
    {
        var (x, y) = ChartAxis.Of(chart);
        double X(double value) => Left + x.At(value) * (Width - Left - Right);
        double Y(double value) => Height - Bottom - y.At(value) * (Height - Top - Bottom);

        Line(svg, $"<text x=\"{Left}\" y=\"18\" font-size=\"13\" font-weight=\"bold\">{Text(chart.Title)}</text>");
        Line(svg,
            $"""<clipPath id="plot{number}"><rect x="{Left}" y="{Top}" width="{PlotWidth}" height="{PlotHeight}"/></clipPath>""");
        foreach (var band in chart.Bands)
        {
            var (from, to) = (X(Math.Clamp(band.From, x.Min, x.Max)), X(Math.Clamp(band.To, x.Min, x.Max)));
            var (span, label) = (Math.Max(to - from, 1), Text(band.Label));
            Line(svg,
                $"""<rect x="{from:0.0}" y="{Top}" width="{span:0.0}" height="{PlotHeight}" {BandFill}><title>{label}</title></rect>""");
        }
        Grid(svg, x, y, X, Y);
        foreach (var mark in chart.Marks.Where(m => m.X >= x.Min && m.X <= x.Max))
        {
            var at = X(mark.X);
            Line(svg,
                $"""<line x1="{at:0.0}" x2="{at:0.0}" y1="{Top}" y2="{Height - Bottom}" stroke="#333333" stroke-dasharray="2 3"/>""");
            Line(svg, $"<text x=\"{at + 3:0.0}\" y=\"{Top + 11}\" fill=\"#333333\">{Text(mark.Label)}</text>");
        }
        for (var i = 0; i < chart.Series.Count; i++)
            Series(svg, chart.Series[i], i, number, chart.LogX, X, Y);
        Line(svg, $"<text x=\"{(Left + Width - Right) / 2}\" y=\"{Height - 12}\" text-anchor=\"middle\">{Text(chart.XLabel)}</text>");
        var middle = (Top + Height - Bottom) / 2;
        Line(svg, $"""<text transform="translate(13,{middle}) rotate(-90)" text-anchor="middle">{Text(chart.YLabel)}</text>""");
    }

    private static void Grid(StringBuilder svg, ChartAxis x, ChartAxis y, Func<double, double> toX, Func<double, double> toY)
    {
        foreach (var tick in x.Ticks(8))
        {
            Line(svg, $"<line x1=\"{toX(tick):0.0}\" x2=\"{toX(tick):0.0}\" y1=\"{Top}\" y2=\"{Height - Bottom}\" stroke=\"#e5e5e5\"/>");
            Line(svg, $"<text x=\"{toX(tick):0.0}\" y=\"{Height - Bottom + 14}\" text-anchor=\"middle\">{tick:0.####}</text>");
        }
        foreach (var tick in y.Ticks(6))
        {
            Line(svg, $"<line x1=\"{Left}\" x2=\"{Width - Right}\" y1=\"{toY(tick):0.0}\" y2=\"{toY(tick):0.0}\" stroke=\"#e5e5e5\"/>");
            Line(svg, $"<text x=\"{Left - 5}\" y=\"{toY(tick) + 4:0.0}\" text-anchor=\"end\">{tick:0.####}</text>");
        }
        Line(svg,
            $"""<rect x="{Left}" y="{Top}" width="{PlotWidth}" height="{PlotHeight}" fill="none" stroke="#888888"/>""");
    }

    private static void Series(StringBuilder svg, ChartSeries series, int index, int panel, bool logX, Func<double, double> toX,
        Func<double, double> toY)
    {
        var colour = Colours[index % Colours.Length];
        var dashes = series.Dashed ? " stroke-dasharray=\"5 4\"" : "";
        var points = series.Points.Where(p => ChartAxis.Usable(p, logX)).ToList();
        if (!series.Apart)
            Polyline(svg, points, colour, dashes, panel, toX, toY);
        if (series.Apart || (points.Count <= 40 && !series.Dashed))
            foreach (var p in points)
                Line(svg,
                    $"<circle clip-path=\"url(#plot{panel})\" cx=\"{toX(p.X):0.0}\" cy=\"{toY(p.Y):0.0}\" r=\"2.4\" fill=\"{colour}\"/>");
        var (left, top) = (Left + index % 2 * (Width - Left) / 2, Height + index / 2 * LegendLine);
        if (series.Apart)
            Line(svg, $"<circle cx=\"{left + 9}\" cy=\"{top}\" r=\"2.4\" fill=\"{colour}\"/>");
        else
            Line(svg, $"<line x1=\"{left}\" x2=\"{left + 18}\" y1=\"{top}\" y2=\"{top}\" stroke=\"{colour}\" stroke-width=\"2\"{dashes}/>");
        Line(svg, $"<text x=\"{left + 23}\" y=\"{top + 4}\">{Text(series.Name)}</text>");
    }

    private static void Polyline(StringBuilder svg, IReadOnlyList<(double X, double Y)> points, string colour, string dashes, int panel,
        Func<double, double> toX, Func<double, double> toY)
    {
        var path = string.Join(' ', points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{toX(p.X):0.0},{toY(p.Y):0.0}")));
        Line(svg,
            $"""<polyline clip-path="url(#plot{panel})" points="{path}" fill="none" stroke="{colour}" stroke-width="1.8"{dashes}/>""");
    }

    private static string Text(string text) => WebUtility.HtmlEncode(text);

    private static void Line(StringBuilder svg, FormattableString text) => svg.Append(FormattableString.Invariant(text)).Append('\n');
}
