using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Drawing;
using PSSR.Metrics;
using PSSR.Models;

namespace PSSR.Bench;

/// <summary>
/// The shape of the Diff-SR paper's figures 6 and 7 on synthetic pictures: metrics against the noise level, for scales from 1.6 to 4.5, and
/// at one scale for the five schedules. And what the theory says beside what trying finds.
/// </summary>
internal static class FieldBench
{
    /// <summary>The scale of figure 7.</summary>
    private const double ScheduleScale = 4;

    public static JsonObject Run(FieldBenchOptions options)
    {
        using var lpips = options.LpipsBackbone is { } backbone ? Lpips.Load("squeeze", backbone, options.LpipsLinear!) : null;
        var results = options.Scales.Select(scale => Measure(options, scale, lpips)).ToList();
        if (options.Charts is { } prefix)
        {
            File.WriteAllText($"{prefix}-scales.svg", Chart.Svg(OverScales(results)));
            if (results.Find(r => r.Scale == ScheduleScale) is { } at)
                File.WriteAllText($"{prefix}-schedules.svg", Chart.Svg(OverSchedules(at)));
        }
        var tables = Tables(options, results);
        if (options.Markdown is { } markdown)
            File.WriteAllText(markdown, tables);
        return new JsonObject
        {
            ["what"] = "field", ["model"] = results[0].Model, ["pictures"] = options.Count, ["size"] = options.Size,
            ["results"] = JsonNode.Parse(FieldReport.Json([.. results.Select(r => r with { Curve = [] })])),
        };
    }

    private static RecoverableFieldResult Measure(FieldBenchOptions options, double scale, Lpips? lpips)
    {
        var thresholds = FieldSearch.ThresholdsOf(options.Model);
        var search = new FieldSearchOptions
        {
            Model = options.Model, Scales = [scale], Count = options.Count, CropSize = options.Size, PictureSeed = options.PictureSeed,
            Steps = options.Steps,
            Field = thresholds with { Omega = options.Omega ?? thresholds.Omega },
        };
        double theory;
        using (var theorist = new FieldSearch(search, lpips))
            theory = theorist.Run().Single().NoiseLevel;
        using var trier = new FieldSearch(search with { Mode = FieldMode.Empirical, Levels = [0, theory, .. options.Levels] }, lpips);
        var result = trier.Run().Single();
        Console.Error.WriteLine(FormattableString.Invariant($"bench: x{scale:0.##}: {result.Advice}"));
        return result;
    }

    private static List<LineChart> OverScales(IReadOnlyList<RecoverableFieldResult> results) => Panels(m => results.Select(r =>
        new ChartSeries(FormattableString.Invariant($"{r.Scale:0.##}×"),
            [.. r.Measured.Where(p => p.Step > 0).Select(p => (p.NoiseLevel, m(p)))])), "noise level t/T (log)", "", results);

    /// <summary>
    /// The same network under another schedule: a step of either has the noise of a step of the other, so the curve is the same and its
    /// axis another. (The paper trains a prior for each schedule; what such a training changes in the network isn't here.)
    /// </summary>
    private static List<LineChart> OverSchedules(RecoverableFieldResult result)
    {
        var card = ModelStore.Find(result.Model).Card.Schedule!;
        var own = KnownSchedules.Create(card.Name, card.Steps);
        return Panels(m => KnownSchedules.Names.Select(name =>
        {
            var other = KnownSchedules.Create(name, card.Steps);
            return new ChartSeries(name, [.. result.Measured.Where(p => p.Step > 0)
                .Select(p => ((1.0 + Array.FindIndex(other.AlphasCumprod, a => a <= own.AlphasCumprod[p.Step - 1])) / card.Steps, m(p)))
                .Where(p => p.Item1 > 0)]);
        }), "noise level t/T of the schedule (log)", FormattableString.Invariant($"{result.Scale:0.##}×, "), [result]);
    }

    private static List<LineChart> Panels(
        Func<Func<MeasuredPoint, double>, IEnumerable<ChartSeries>> series, string x, string title,
        IReadOnlyList<RecoverableFieldResult> results)
    {
        var panels = new List<LineChart> { Panel("PSNR-Y, dB", p => p.Psnr), Panel("SSIM-Y", p => p.Ssim) };
        if (results.All(r => r.Measured.All(p => p.Lpips is not null)))
            panels.Add(Panel("LPIPS-squeeze", p => p.Lpips!.Value));
        return panels;

        LineChart Panel(string metric, Func<MeasuredPoint, double> value) =>
            new() { Title = title + metric, XLabel = x, YLabel = metric, LogX = true, Series = [.. series(value)] };
    }

    private static string Tables(FieldBenchOptions options, IReadOnlyList<RecoverableFieldResult> results)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{results[0].Model}, {options.Count} synthetic pictures "
            + $"of {options.Size}x{options.Size} that neither training nor calibration has seen, ω = {results[0].Options.Omega}.");
        text.AppendLine("| scale | usable levels (theory) | t*/T | best tried | LPIPS bicubic | LPIPS at t* | LPIPS best |")
            .AppendLine("|---|---|---|---|---|---|---|");
        foreach (var r in results)
        {
            var (bicubic, own) = (r.Measured.First(p => p.Step == 0), r.Measured.First(p => p.Step == r.BestStep));
            var usable = r.IsEmpty ? "none" : string.Create(CultureInfo.InvariantCulture, $"{r.LowLevel} to {r.HighLevel}");
            text.AppendLine(CultureInfo.InvariantCulture,
                $"| {r.Scale} | {usable} | {(double)r.BestStep / r.Steps} | {r.MeasuredBest!.NoiseLevel} "
                + $"| {bicubic.Lpips:f4} | {own.Lpips:f4} | {r.MeasuredBest.Lpips:f4} |");
        }
        text.AppendLine().AppendLine("| scale | noise level | PSNR-Y | SSIM-Y | LPIPS-squeeze |").AppendLine("|---|---|---|---|---|");
        foreach (var (r, p) in results.SelectMany(r => r.Measured.Select(p => (r, p))))
            text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Scale} | {p.NoiseLevel} | {p.Psnr:f2} | {p.Ssim:f3} | {p.Lpips:f4} |");
        return text.ToString();
    }
}
