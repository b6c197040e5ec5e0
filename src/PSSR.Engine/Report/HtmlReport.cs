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
    public static string Compose(
        ReportContent content, IReadOnlyDictionary<string, ReportPictures> pictures, ReportOptions options, string folder)
    {
        var entries = content.Entries;
        var html = new StringBuilder();
        html.Append($"<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" "
            + $"content=\"width=device-width\">\n<title>{Text(options.Title)}</title>\n");
        html.Append($"<style>{HtmlParts.Style}</style>\n</head>\n<body>\n<h1>{Text(options.Title)}</h1>\n");
        Summary(html, entries);
        Sets(html, content.Sets);
        Charts(html, entries);
        Pictures(html, entries, entry => pictures.ContainsKey(entry.Path) ? null : Beside(folder, entry.Path));
        foreach (var (i, entry) in entries.Index().Where(e => pictures.ContainsKey(e.Item.Path)))
            Picture(html, i, entry, pictures[entry.Path]);
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
        HtmlTable.Append(html, "Metrics over all pictures",
            ["metric", "mean", "bicubic", "sd", "median", "least", "most", "pictures", "infinite", "preset", "settings"],
            ImageQuality.Summaries([.. entries.SelectMany(e => e.Qualities)]).Select(s => new[]
            {
                Text(s.Metric), Number(s.Unit, s.Mean), Number(s.Unit, s.Baseline) + OfWhich(s), Number(s.Unit, s.StandardDeviation),
                Number(s.Unit, s.Median), Number(s.Unit, s.Least), Number(s.Unit, s.Most), $"{s.Pictures}",
                s.Infinite > 0 ? $"{s.Infinite}, in no mean" : "", Text(s.Preset), Text(s.Settings),
            }));
    }

    private static void Sets(StringBuilder html, IReadOnlyList<ImageSetQuality> sets) => HtmlTable.Append(html, "Whole sets",
        ["metric", "value", "sd", "pictures", "references", "settings", "caution"], sets.Select(s => new[]
        {
            Text(s.Metric), Invariant(s.Value, "0.0000"), Invariant(s.StandardDeviation, "0.0000"), $"{s.Pictures}", $"{s.References}",
            Text(s.Settings), Text(s.Caution ?? ""),
        }));

    /// <summary>A panel a metric, and one for time, picture by picture; a single picture has nothing to chart.</summary>
    private static void Charts(StringBuilder html, IReadOnlyList<ReportEntry> entries)
    {
        if (entries.Count < 2)
            return;
        var panels = entries.SelectMany(e => e.Qualities).SelectMany(q => q.Values).DistinctBy(v => v.Metric).Select(v => new LineChart
        {
            Title = v.Metric, XLabel = "picture", YLabel = v.Unit.Length > 0 ? v.Unit : v.Metric,
            Series = [
                .. Points(entries, v.Metric, q => q.Values).GroupBy(p => p.Preset).Select(g => Apart(g.Key, g)),
                .. Points(entries, v.Metric, q => q.Baseline ?? []).GroupBy(p => p.Preset).Select(g => Apart($"bicubic, {g.Key}", g))],
        }).ToList();
        if (entries.Any(e => e.Run is not null))
            panels.Add(new LineChart
            {
                Title = "Time", XLabel = "picture", YLabel = "s",
                Series = [
                    Apart("seconds", entries.Index().Where(e => e.Item.Run is not null)
                        .Select(e => ("", e.Index + 1.0, e.Item.Run!.Seconds)))],
            });
        if (panels.Count > 0)
            html.Append("<div class=\"charts\">").Append(Chart.Svg(panels)).Append("</div>\n");
    }

    private static IEnumerable<(string Preset, double X, double Y)> Points(
        IReadOnlyList<ReportEntry> entries, string metric, Func<ImageQuality, IReadOnlyList<MetricValue>> values) =>
        entries.SelectMany((entry, i) => entry.Qualities.SelectMany(values).Where(v => v.Metric == metric)
            .Select(v => (v.Preset, i + 1.0, v.Value)));

    private static ChartSeries Apart(string name, IEnumerable<(string, double X, double Y)> points) =>
        new(name, [.. points.Select(p => (p.X, p.Y))], Apart: true);

    /// <param name="file">Where a picture that isn't shown lies, seen from the page; null for one that is shown, or gone.</param>
    private static void Pictures(StringBuilder html, IReadOnlyList<ReportEntry> entries, Func<ReportEntry, string?> file)
    {
        var others = ReportTables.OtherMetrics(entries);
        HtmlTable.Append(html, "Pictures",
            ["#", "picture", "size", "scale", "noise level", "seed", "evaluations", "seconds", "PSNR", "bicubic PSNR", "SSIM",
                "bicubic SSIM", "LPIPS", "bicubic LPIPS", .. others.Select(Text), "preset"],
            entries.Index().SelectMany(e => (e.Item.Qualities.Count > 0 ? e.Item.Qualities : [null!]).Select(quality =>
                Row(e.Index, e.Item, quality, others, file(e.Item) ?? (File.Exists(e.Item.Path) ? $"#p{e.Index + 1}" : null)))));
    }

    private static string[] Row(int index, ReportEntry entry, ImageQuality? quality, IReadOnlyList<string> others, string? link)
    {
        string Of(string metric) =>
            quality?.Values.FirstOrDefault(v => v.Metric == metric) is { } value ? Number(value.Unit, value.Value) : "";
        var (run, name) = (entry.Run, Text(Path.GetFileName(entry.Path)));
        return
        [
            $"{index + 1}", link is null ? name : $"<a href=\"{Text(link)}\">{name}</a>",
            (run?.Width ?? quality?.Width) is { } width ? $"{width}×{run?.Height ?? quality?.Height}" : "",
            Invariant(run?.Scale ?? quality?.Scale, "0.###"), Invariant(run?.NoiseLevel, "0.###"), Text($"{run?.Options["seed"]}"),
            $"{run?.Evaluations}", Invariant(run?.Seconds, "0.0"),
            Number("dB", quality?.Psnr), Number("dB", quality?.BaselinePsnr), Number("", quality?.Ssim),
            Number("", quality?.BaselineSsim), Number("", quality?.Lpips), Number("", quality?.BaselineLpips), .. others.Select(Of),
            Text(quality?.Preset ?? ""),
        ];
    }

    /// <summary>A file as a link from a page in <paramref name="folder"/>; null where it is gone.</summary>
    private static string? Beside(string folder, string path) => !File.Exists(path) ? null
        : string.Join('/', Path.GetRelativePath(folder, path).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString));

    private static void Picture(StringBuilder html, int index, ReportEntry entry, ReportPictures pictures)
    {
        html.Append($"<section id=\"p{index + 1}\">\n<h2>{Text(Path.GetFileName(entry.Path))}</h2>\n");
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
        foreach (var quality in entry.Qualities)
            foreach (var value in quality.Values)
                Row(value.Metric, $"{Number(value.Unit, value.Value)}{Bicubic(quality, value)} ({value.Preset}: {value.Settings})");
        Row("result", entry.Path);
        Row("truth", entry.Reference);
        if (entry.Run is { } run)
        {
            Row("input", $"{run.Input}, {run.InputWidth}×{run.InputHeight}");
            Row("input SHA-256", run.InputSha256);
            Row("model", run.Model);
            Row("model SHA-256", run.ModelSha256);
            Row("options", string.Join(", ", Pairs(run.Options)));
            Row("decisions", string.Join(", ", Pairs(run.Decisions)));
            Row("time", Invariant(run.Seconds, "0.0") + $" s, {run.Evaluations} evaluations, peak memory {run.PeakMemoryBytes >> 20} MiB");
            Row("finished", $"{run.Finished} by PSSR {run.Version}");
        }
        html.Append("</table>\n");
    }

    private static string Bicubic(ImageQuality quality, MetricValue value) =>
        quality.Baseline?.FirstOrDefault(plain => plain.Metric == value.Metric) is { } bicubic
            ? $", bicubic {Number(bicubic.Unit, bicubic.Value)}" : "";

    /// <summary>Names and values in words; what is null or empty is left out, and a method's own settings stand among the others.</summary>
    private static IEnumerable<string> Pairs(JsonObject values) => values.SelectMany(v => v.Value switch
    {
        null => [],
        JsonObject nested => Pairs(nested),
        JsonArray { Count: 0 } => [],
        JsonArray list => [$"{v.Key} {string.Join(' ', list.Select(item => $"{item}"))}"],
        var value => new[] { $"{v.Key} {value}" },
    });

    /// <summary>Where bicubic's mean is of fewer pictures than ours: of how many, and ours over them.</summary>
    private static string OfWhich(MetricSummary s) =>
        s.IsBesideMean ? "" : $" in {s.BaselinePictures}, beside {Number(s.Unit, s.MeanBesideBaseline)}";

    private static string Number(string unit, double? value) => value is not { } number ? ""
        : double.IsPositiveInfinity(number) ? "∞" : number.ToString(unit == "dB" ? "0.00" : "0.0000", CultureInfo.InvariantCulture);

    private static string Invariant(double? value, string format) => value?.ToString(format, CultureInfo.InvariantCulture) ?? "";

    private static string Text(string text) => WebUtility.HtmlEncode(text);
}
