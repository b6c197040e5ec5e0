using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Measuring;
using PSSR.Options;

namespace PSSR.Report;

/// <summary>A report's numbers for other programs.</summary>
internal static class ReportTables
{
    private static readonly JsonSerializerOptions Layout = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        WriteIndented = true,
    };

    private static readonly string[] Columns =
    [
        "path", "input", "reference", "width", "height", "scale", "method", "model", "modelSha256", "inputSha256", "noiseLevel", "seed",
        "evaluations", "seconds",
        "peakMemoryBytes", "preset", "psnr", "ssim", "lpips", "settings", "baselinePsnr", "baselineSsim", "baselineLpips",
    ];

    /// <summary>RFC 4180, UTF-8, invariant numbers: a line for each picture and preset; one for a picture that was not measured. Metrics
    /// beside the usual three have a column each, at the end, under their own names.</summary>
    public static string Csv(IReadOnlyList<ReportEntry> entries)
    {
        var others = OtherMetrics(entries);
        var csv = new StringBuilder().AppendJoin(',', Columns.Concat(others).Select(CsvCell.Of)).Append("\r\n");
        foreach (var entry in entries)
            foreach (var quality in entry.Qualities.Count > 0 ? entry.Qualities : [null!])
                csv.AppendJoin(',', Row(entry, quality)
                    .Concat(others.Select(metric => (object?)quality?.Values.FirstOrDefault(v => v.Metric == metric)?.Value))
                    .Select(CsvCell.Of)).Append("\r\n");
        return csv.ToString();
    }

    /// <summary>Metrics that have no column of their own: LR-PSNR, and what quality models say.</summary>
    public static IReadOnlyList<string> OtherMetrics(IReadOnlyList<ReportEntry> entries) =>
        [.. entries.SelectMany(e => e.Qualities).SelectMany(q => q.Values).Select(v => v.Metric).Distinct()
            .Where(metric => metric is not ("PSNR" or "SSIM" or "LPIPS"))];

    public static string Json(ReportContent content, ReportOptions options) => new JsonObject
    {
        ["title"] = options.Title,
        ["pssr"] = PssrEnvironment.Version,
        ["summary"] = JsonSerializer.SerializeToNode(
            ImageQuality.Summaries([.. content.Entries.SelectMany(e => e.Qualities)]), Layout),
        ["sets"] = JsonSerializer.SerializeToNode(content.Sets, Layout),
        ["pictures"] = new JsonArray([.. content.Entries.Select(e => JsonSerializer.SerializeToNode(e, Layout))]),
    }.ToJsonString(Layout) + "\n";

    private static object?[] Row(ReportEntry entry, ImageQuality? quality) =>
    [
        entry.Path, entry.Run?.Input, quality?.Reference, entry.Run?.Width ?? quality?.Width, entry.Run?.Height ?? quality?.Height,
        entry.Run?.Scale ?? quality?.Scale,
        entry.Run?.Options["method"], entry.Run?.Model, entry.Run?.ModelSha256, entry.Run?.InputSha256, entry.Run?.NoiseLevel,
        entry.Run?.Options["seed"],
        entry.Run?.Evaluations, entry.Run?.Seconds, entry.Run?.PeakMemoryBytes, quality?.Preset, quality?.Psnr, quality?.Ssim,
        quality?.Lpips,
        quality is null ? null : string.Join("; ", quality.Values.Select(v => $"{v.Metric}: {v.Settings}")),
        quality?.BaselinePsnr, quality?.BaselineSsim, quality?.BaselineLpips,
    ];
}
