using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.Drawing;
using PSSR.Host;
using PSSR.Measuring;
using PSSR.Metrics;

namespace PSSR.Report;

/// <summary>The page of a report: style, script, charts and pictures are in it, so that it opens anywhere and offline.</summary>
internal static class HtmlReport
{
    public static string Compose(ReportContent content, IReadOnlyDictionary<string, ReportPictures> pictures, ReportOptions options)
    {
        var entries = content.Entries;
        var html = new StringBuilder();
        html.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + $"content=\"width=device-width\">\n<title>{Text(options.Title)}</title>\n");
        html.Append($"<style>{HtmlParts.Style}</style>\n</head>\n<body>\n<h1>{Text(options.Title)}</h1>\n");
        Summary(html, entries);
        Sets(html, content.Sets);
        Charts(html, entries);
        Table(html, entries);
        foreach (var entry in entries.Where(e => pictures.ContainsKey(e.Path)))
            Picture(html, entry, pictures[entry.Path]);
        if (pictures.Count < entries.Count)
            html.Append($"<p class=\"note\">{pictures.Count} of {entries.Count} pictures are shown; the table and the CSV and JSON files "
                + "have all.</p>\n");
        html.Append(
            $"<footer>Made by PSSR {Text(PssrEnvironment.Version)}.</footer>\n<script>{HtmlParts.Script}</script>\n</body>\n</html>\n");
        return html.ToString();
    }

    private static void Summary(StringBuilder html, IReadOnlyList<ReportEntry> entries)
    {
        var runs = entries.Select(e => e.Run).OfType<ReportRun>().ToList();
        html.Append($"<p class=\"lead\">{entries.Count} picture{(entries.Count == 1 ? "" : "s")}");
        if (runs.Count > 0)
        {
            html.Append(CultureInfo.InvariantCulture,
                $", {runs.Sum(r => r.Evaluations)} network evaluations, {runs.Sum(r => r.Seconds):0.0} s; ");
            html.Append(Text(string.Join(", ", runs.Select(r => $"{r.Options["method"]} with {r.Model}").Distinct())));
        }
        html.Append("</p>\n");
        var summaries = MetricSummary.Of(entries.SelectMany(e => e.Qualities).SelectMany(q => q.Values));
        if (summaries.Count == 0)
            return;
        html.Append("<table><caption>Metrics over all "
            + "pictures</caption><tr><th>metric<th>mean<th>sd<th>least<th>most<th>pictures<th>preset<th>settings</tr>\n");
        foreach (var s in summaries)
            html.Append(CultureInfo.InvariantCulture,
                $"<tr><td>{s.Metric}<td>{Number(s.Metric, s.Mean)}<td>{Number(s.Metric, s.StandardDeviation)}"
                + $"<td>{Number(s.Metric, s.Least)}<td>{Number(s.Metric, s.Most)}<td>{s.Pictures}"
                + $"<td>{Text(s.Preset)}<td>{Text(s.Settings)}</tr>\n");
        html.Append("</table>\n");
    }

    private static void Sets(StringBuilder html, IReadOnlyList<ImageSetQuality> sets)
    {
        if (sets.Count == 0)
            return;
        html.Append(
            "<table><caption>Whole sets</caption><tr><th>metric<th>value<th>sd<th>pictures<th>references<th>settings<th>caution</tr>\n");
        foreach (var s in sets)
            html.Append(
                $"<tr><td>{Text(s.Metric)}<td>{Invariant(s.Value, "0.0000")}<td>{Invariant(s.StandardDeviation, "0.0000")}"
                + $"<td>{s.Pictures}<td>{s.References}<td>{Text(s.Settings)}<td>{Text(s.Caution ?? "")}</tr>\n");
        html.Append("</table>\n");
    }

    /// <summary>A panel a metric, and one for time, picture by picture; a single picture has nothing to chart.</summary>
    private static void Charts(StringBuilder html, IReadOnlyList<ReportEntry> entries)
    {
        if (entries.Count < 2)
            return;
        var panels = entries.SelectMany(e => e.Qualities).SelectMany(q => q.Values).Select(v => v.Metric).Distinct()
            .Select(metric => new LineChart
        {
            Title = metric,
            XLabel = "picture",
            YLabel = metric == "PSNR" ? "dB" : metric,
            Series = [
                .. entries.SelectMany(
                    (e, i) =>
                        e.Qualities.SelectMany(q => q.Values).Where(v => v.Metric == metric).Select(v => (v.Preset, X: i + 1.0, v.Value)))
                .GroupBy(p => p.Preset).Select(g => new ChartSeries(g.Key, [.. g.Select(p => (p.X, p.Value))]))],
        }).ToList();
        if (entries.Any(e => e.Run is not null))
            panels.Add(new LineChart
            {
                Title = "Time", XLabel = "picture", YLabel = "s",
                Series = [
                    new ChartSeries("seconds",
                        [.. entries.Index().Where(e => e.Item.Run is not null).Select(e => (e.Index + 1.0, e.Item.Run!.Seconds))])],
            });
        if (panels.Count > 0)
            html.Append("<div class=\"charts\">").Append(Chart.Svg(panels)).Append("</div>\n");
    }

    private static void Table(StringBuilder html, IReadOnlyList<ReportEntry> entries)
    {
        if (entries.Count == 0)
            return;
        html.Append("<table><caption>Pictures</caption><tr><th>#<th>picture<th>size<th>scale<th>noise "
            + "level<th>seed<th>evaluations<th>seconds<th>PSNR<th>SSIM<th>LPIPS<th>preset</tr>\n");
        foreach (var (i, entry) in entries.Index())
        {
            foreach (var quality in entry.Qualities.Count > 0 ? entry.Qualities : [null!])
            {
                var run = entry.Run;
                string[] cells =
                [
                    $"{i + 1}", Text(Path.GetFileName(entry.Path)), $"{run?.Width ?? quality?.Width}×{run?.Height ?? quality?.Height}",
                    Invariant(run?.Scale ?? quality?.Scale, "0.###"),
                    Invariant(run?.NoiseLevel, "0.###"), Text($"{run?.Options["seed"]}"), $"{run?.Evaluations}",
                    Invariant(run?.Seconds, "0.0"),
                    quality is null ? "" : Number("PSNR", quality.Psnr), quality is null ? "" : Number("SSIM", quality.Ssim),
                    quality?.Lpips is { } lpips ? Number("LPIPS", lpips) : "", Text(quality?.Preset ?? ""),
                ];
                html.Append("<tr>").AppendJoin("", cells.Select(c => $"<td>{c}")).Append("</tr>\n");
            }
        }
        html.Append("</table>\n");
    }

    private static void Picture(StringBuilder html, ReportEntry entry, ReportPictures pictures)
    {
        html.Append($"<section>\n<h2>{Text(Path.GetFileName(entry.Path))}</h2>\n");
        html.Append($"<div class=\"compare\" style=\"max-width:{pictures.Width}px\">\n<div class=\"stack\" "
            + $"style=\"aspect-ratio:{pictures.Width}/{pictures.Height}\"><img class=\"after\" alt=\"result\" src=\"{pictures.After}\">");
        foreach (var (i, before) in pictures.Before.Index())
            html.Append($"<img class=\"before\" alt=\"{before.Name}\" src=\"{before.Data}\"{(i == 0 ? "" : " hidden")}>");
        html.Append("<span class=\"edge\"></span></div>\n");
        if (pictures.Before.Count > 0)
        {
            html.Append("<div class=\"bar\"><select aria-label=\"left of the line\">");
            foreach (var (name, _) in pictures.Before)
                html.Append($"<option>{name}</option>");
            html.Append("</select><input type=\"range\" min=\"0\" max=\"100\" step=\"0.1\" value=\"50\" aria-label=\"where the line "
                + "stands\"><span>result</span></div>");
        }
        html.Append("</div>\n");
        foreach (var crop in pictures.Crops)
        {
            html.Append("<div class=\"crops\">");
            foreach (var (name, data) in crop.Versions)
                html.Append($"<figure><img alt=\"{name}\" src=\"{data}\" width=\"{4 * crop.Width}\" "
                    + $"height=\"{4 * crop.Height}\"><figcaption>{name}</figcaption></figure>");
            html.Append($"<p>{Text(crop.Label)}, four times enlarged</p></div>\n");
        }
        Facts(html, entry);
        html.Append("</section>\n");
    }

    private static void Facts(StringBuilder html, ReportEntry entry)
    {
        html.Append("<table class=\"facts\">\n");
        void Row(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
                html.Append($"<tr><th>{Text(name)}<td>{Text(value)}</tr>\n");
        }
        foreach (var value in entry.Qualities.SelectMany(q => q.Values))
            Row(value.Metric, $"{Number(value.Metric, value.Value)} ({value.Preset}: {value.Settings})");
        Row("result", entry.Path);
        Row("truth", entry.Reference);
        if (entry.Run is { } run)
        {
            Row("input", $"{run.Input}, {run.InputWidth}×{run.InputHeight}");
            Row("input SHA-256", run.InputSha256);
            Row("model", run.Model);
            Row("model SHA-256", run.ModelSha256);
            Row("options", Pairs(run.Options));
            Row("decisions", Pairs(run.Decisions));
            Row("time", Invariant(run.Seconds, "0.0") + $" s, {run.Evaluations} evaluations, peak memory {run.PeakMemoryBytes >> 20} MiB");
            Row("finished", $"{run.Finished} by PSSR {run.Version}");
        }
        html.Append("</table>\n");
    }

    private static string Pairs(JsonObject values) =>
        string.Join(", ", values.Where(v => v.Value is not null).Select(v => $"{v.Key} {v.Value!.ToJsonString().Trim('"')}"));

    private static string Number(string metric, double value) =>
        double.IsPositiveInfinity(value) ? "∞" : value.ToString(metric == "PSNR" ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static string Invariant(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
