using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Report;

/// <summary>One picture of a report.</summary>
/// <param name="Path">Full path of the result.</param>
/// <param name="Run">Its record; null for a picture that PSSR didn't make.</param>
/// <param name="Qualities">What was measured of it, once a preset.</param>
public sealed record ReportEntry(string Path, ReportRun? Run, IReadOnlyList<ImageQuality> Qualities)
{
    private readonly Lazy<string?> _input =
        new(() => Run is { } run && MadeFrom.Lost(run.Input, run.InputSha256) is null ? run.Input : null);

    /// <summary>What it should be, where it was measured and the file is still there.</summary>
    public string? Reference => Qualities.Select(q => q.Reference).FirstOrDefault(File.Exists);

    /// <summary>What it was made from, where that is still there as it was. The file is read for it once.</summary>
    internal string? Input => _input.Value;

    /// <summary>The same with bicubic's numbers beside ours, where they weren't measured and the files are still there. LPIPS is left to
    /// Measure-ImageQuality, which has its network.</summary>
    public ReportEntry WithBaselines(CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        return Qualities.Any(quality => quality.Baseline is null) && Input is { } input
            ? this with { Qualities = [.. Qualities.Select(quality => WithBaseline(quality, input, cancellation))] } : this;
    }

    private static ImageQuality WithBaseline(ImageQuality quality, string input, CancellationToken cancellation)
    {
        if (quality.Baseline is not null || !File.Exists(quality.Reference))
            return quality;
        try
        {
            var whole = ImageCodec.Read(quality.Reference);
            return Truth.InSize(quality.Width, quality.Height, whole, quality.Scale) is not { } truth ? quality
                : quality with { Baseline = BicubicBaseline.Measure(MetricPreset.Find(quality.Preset), input, truth, quality.Scale,
                    cancellation: cancellation) };
        }
        catch (PssrException)
        {
            return quality;
        }
    }
}

/// <summary>All that a report tells.</summary>
/// <param name="Entries">One a picture.</param>
/// <param name="Sets">What was measured of whole sets.</param>
public sealed record ReportContent(IReadOnlyList<ReportEntry> Entries, IReadOnlyList<ImageSetQuality> Sets)
{
    /// <summary>Puts together what belongs to one picture, in the order in which they first occur.</summary>
    /// <param name="pictures">Paths of results, measured or not.</param>
    /// <param name="onBad">Gets the error of each record that may not be read; the picture stays. Null: it is thrown.</param>
    public static ReportContent Of(IEnumerable<string> pictures, IReadOnlyCollection<ImageQuality> qualities,
        IReadOnlyList<ImageSetQuality>? sets = null, Action<PssrException>? onBad = null)
    {
        var measured = qualities.ToLookup(q => q.Path);
        return new(
            [.. pictures.Concat(qualities.Select(q => q.Path)).Distinct()
                .Select(path => new ReportEntry(path, RunOf(path), [.. measured[path]]))], sets ?? []);

        ReportRun? RunOf(string path)
        {
            try
            {
                return ReportRun.Beside(path);
            }
            catch (PssrException e) when (onBad is not null)
            {
                onBad(e);
                return null;
            }
        }
    }
}

/// <summary>What a report is to look like.</summary>
public sealed record ReportOptions
{
    public string Title { get; init; } = "PSSR report";

    /// <summary>Pictures that are shown with slider and crops; the tables have all. 0 shows none.</summary>
    public int Pictures { get; init; } = 40;

    /// <summary>Largest side in pixels at which whole pictures are shown; crops are never scaled.</summary>
    public int DisplaySide { get; init; } = 960;
}
