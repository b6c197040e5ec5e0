using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Drawing;
using PSSR.Host;
using PSSR.Options;

namespace PSSR.DiffSr.Field;

/// <summary>A search's results as CSV, JSON and charts.</summary>
public static class FieldReport
{
    private const string Comma = ".csv", Tree = ".json", Drawing = ".svg";

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower) },
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the PSNR of equal pictures
    };

    /// <summary>Before a search: whether its report could be written there.</summary>
    /// <exception cref="PssrException">Kind Option: another extension, no such folder, or the file exists and may not be
    /// overwritten.</exception>
    public static void Check(string path, bool overwrite)
    {
        if (Path.GetExtension(path).ToLowerInvariant() is not (Comma or Tree or Drawing))
            throw new PssrException(PssrErrorKind.Option, $"'{path}': give a name that ends in {Comma}, {Tree} or {Drawing}.", path);
        if (!overwrite && File.Exists(path))
            throw new PssrException(PssrErrorKind.Option, $"'{path}' exists already; overwrite it by force, or give another name.", path);
        AtomicFile.RequireFolder(path, makesFolder: false);
    }

    /// <summary>Writes by the path's extension: .csv, .json or .svg.</summary>
    /// <exception cref="PssrException">Kind Option: another extension, or the file exists and may not be overwritten. Kind Image: the disk
    /// refused.</exception>
    public static void Write(string path, IReadOnlyList<RecoverableFieldResult> results, bool overwrite)
    {
        Check(path, overwrite);
        var text = Path.GetExtension(path).ToLowerInvariant() switch
        {
            Comma => Csv(results),
            Tree => Json(results),
            _ => Chart.Svg([.. results.SelectMany(Charts)]),
        };
        try
        {
            AtomicFile.Write(path, overwrite, temporary => File.WriteAllText(temporary, text));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
    }

    /// <summary>One row a step of the theory, and one a level that was tried; what means nothing is empty. Numbers have a decimal point on
    /// every machine.</summary>
    public static string Csv(IReadOnlyList<RecoverableFieldResult> results)
    {
        var csv = new StringBuilder(
            "model,scale,kind,step,noiseLevel,signature,weightedFidelity,total,usable,best,visitedSteps,psnr,ssim,lpips,frechet\n");
        foreach (var r in results)
        {
            var prefix = Invariant($"{CsvCell.Of(r.Model)},{r.Scale}");
            foreach (var p in r.Curve)
            {
                var usable = Flag(!r.IsEmpty && p.Step >= r.Interval.Low && p.Step <= r.Interval.High);
                var best = Flag(p.Step == r.BestStep);
                Row(csv, $"{prefix},theory,{p.Step},{p.NoiseLevel},{p.Signature},{p.Fidelity},{p.Total},{usable},{best},,,,,");
            }
            foreach (var m in r.Measured)
            {
                var best = Flag(m == r.MeasuredBest);
                Row(csv,
                    $"{prefix},measured,{m.Step},{m.NoiseLevel},,,,,{best},{m.VisitedSteps},{m.Psnr},{m.Ssim},{m.Lpips},{m.Frechet}");
            }
        }
        return csv.ToString();
    }

    /// <summary>The results as they are, curves and calibration included.</summary>
    public static string Json(IReadOnlyList<RecoverableFieldResult> results) => JsonSerializer.Serialize(results, Layout) + "\n";

    /// <summary>The theory's losses with the usable range, and, where levels were tried, one chart a metric.</summary>
    public static IReadOnlyList<LineChart> Charts(RecoverableFieldResult result)
    {
        var charts = new List<LineChart> { Theory(result) };
        var tried = result.Measured.Where(m => m.Step > 0).ToList();
        Add("LPIPS", m => m.Lpips);
        Add("PSNR, dB", m => m.Psnr);
        Add("SSIM", m => m.Ssim);
        Add("Fréchet distance", m => m.Frechet);
        return charts;

        void Add(string metric, Func<MeasuredPoint, double?> value)
        {
            if (tried.Count == 0 || tried.Any(m => value(m) is null))
                return;
            var series = new List<ChartSeries> { new(metric, [.. tried.Select(m => (m.NoiseLevel, value(m)!.Value))]) };
            if (result.Measured.FirstOrDefault(m => m.Step == 0) is { } bicubic && value(bicubic) is { } plain)
                series.Add(new ChartSeries("bicubic", [.. tried.Select(m => (m.NoiseLevel, plain))], Dashed: true));
            charts.Add(
                Theory(result)
                    with { Title = Invariant($"{result.Model}, {result.Scale:0.###}×: {metric}"), YLabel = metric, YMin = null, YMax = null,
                        Series = series });
        }
    }

    private static LineChart Theory(RecoverableFieldResult result)
    {
        var least = result.Curve.Skip(1).Min(p => p.Total);
        var points = result.Curve.Skip(1).ToList();
        return new LineChart
        {
            Title = Invariant($"{result.Model}, {result.Scale:0.###}×: losses"),
            XLabel = "noise level t/T",
            YLabel = result.Options.Unit,
            LogX = true,
            YMin = 0,
            YMax = Math.Max(2 * least, 1.1 * Math.Max(result.Options.SignatureThreshold, result.Options.FidelityThreshold)),
            Series =
            [
                new ChartSeries("signature L^S", [.. points.Select(p => (p.NoiseLevel, p.Signature))]),
                new ChartSeries("fidelity ω·L^F", [.. points.Select(p => (p.NoiseLevel, p.Fidelity))]),
                new ChartSeries("both", [.. points.Select(p => (p.NoiseLevel, p.Total))]),
            ],
            Bands = result.IsEmpty ? []
                : [new ChartBand(result.LowLevel!.Value, result.HighLevel!.Value,
                    Invariant($"usable: {result.LowLevel:0.####} to {result.HighLevel:0.####}"))],
            Marks = [
                new ChartMark((double)result.BestStep / result.Steps,
                    Invariant($"{(result.IsEmpty ? "compromise" : "t*")} {(double)result.BestStep / result.Steps:0.####}"))],
        };
    }

    private static void Row(StringBuilder csv, FormattableString row) => csv.Append(FormattableString.Invariant(row)).Append('\n');

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private static string Flag(bool value) => value ? "1" : "0";
}
