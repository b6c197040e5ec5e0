using System.Globalization;
using System.Text.Json.Serialization;
using PSSR.Pictures;

namespace PSSR.Sets.Planning;

/// <summary>What pictures that would be done would cost, roughly, and where each number comes from. What nothing is known of is
/// null.</summary>
public sealed record UpscaleEstimate
{
    /// <summary>Pictures that would be done.</summary>
    public required int Pictures { get; init; }

    /// <summary>Of them, those whose header doesn't tell a size: they count in nothing that follows.</summary>
    public int WithoutSize { get; init; }

    /// <summary>Millions of pixels of the results.</summary>
    public required double Megapixels { get; init; }

    /// <summary>Size of the results' files.</summary>
    public required long OutputBytes { get; init; }

    public required string OutputBytesFrom { get; init; }

    /// <summary>Without loading the model.</summary>
    [JsonPropertyName("seconds")]
    public TimeSpan? Time { get; init; }

    public required string TimeFrom { get; init; }

    /// <summary>The most memory that the process would hold, by the estimates that tiles go by; a GPU's isn't in it.</summary>
    public long? PeakMemoryBytes { get; init; }

    /// <summary>Why memory isn't known, or what of the pictures would be refused for want of it; null: nothing to say.</summary>
    public string? MemoryProblem { get; init; }

    /// <param name="pipeline">Where the model is loaded, which alone knows its need of memory.</param>
    /// <exception cref="PssrException">Kind Option or Checkpoint: the run would end so.</exception>
    internal static UpscaleEstimate Of(IReadOnlyCollection<PlannedFile> files, RunMethod method, UpscalePipeline pipeline)
    {
        List<PlannedSize> sizes = [.. files.Select(file => file.Size).OfType<PlannedSize>()];
        long? memory = null;
        string? problem;
        try
        {
            method.LoadOn(pipeline); // which decides the precision as well
            (memory, problem) = method.PeakFor(sizes);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Device)
        {
            problem = e.Message;
        }
        var earlier = new EarlierCosts(files.Select(file => Path.GetDirectoryName(file.Output)!), method.Options, method.Models);
        var copies = method.Options.Written;
        var disk = files.Where(file => file.Size is not null).Select(file => Disk(file, earlier)).ToList();
        var (time, timeFrom) = Duration(sizes, method, earlier, isKnown: memory is not null && sizes.Count > 0);
        return new UpscaleEstimate
        {
            Pictures = files.Count,
            WithoutSize = files.Count - sizes.Count,
            Megapixels = Math.Round(copies * sizes.Sum(size => (double)size.Target.Width * size.Target.Height) / 1e6, 3),
            OutputBytes = copies * disk.Sum(file => file.Bytes),
            OutputBytesFrom = disk.Count == 0 ? "nothing" : string.Join(" and ", disk.Select(file => file.From).Distinct()),
            Time = time,
            TimeFrom = timeFrom,
            PeakMemoryBytes = memory,
            MemoryProblem = problem,
        };
    }

    /// <summary>One line of words.</summary>
    public override string ToString() =>
        $"In all: {Pictures} picture{(Pictures == 1 ? "" : "s")}"
        + (WithoutSize == Pictures ? ", whose headers tell no size." : WithSizes());

    private string WithSizes() =>
        (WithoutSize > 0 ? $" ({WithoutSize} of unknown size, not counted in what follows)" : "")
        + FormattableString.Invariant($", {Megapixels:0.###} megapixels; about {Bytes(OutputBytes)} on disk, by {OutputBytesFrom}; ")
        + (Time is { } time ? $"about {Text(time)}, by {TimeFrom}; " : $"time unknown: {TimeFrom}; ")
        + (PeakMemoryBytes is { } peak ? $"up to about {Bytes(peak)} of memory" : "memory unknown")
        + (MemoryProblem is { } problem ? $" ({problem.TrimEnd('.')})" : "") + ".";

    private static (long Bytes, string From) Disk(PlannedFile file, EarlierCosts earlier)
    {
        var (input, target) = (file.Size!.Input, file.Size.Target);
        var pixels = (double)target.Width * target.Height;
        if (earlier.BytesFor(file.Format) is { } rate)
            return ((long)(rate * pixels), "results that lie there");
        if (ImageCodec.FormatFor(file.Input.Path) == file.Format && new FileInfo(file.Input.Path) is { Exists: true, Length: var length })
            return ((long)(length * (pixels / input.Width / input.Height)), "the pictures' own bytes a pixel");
        return ((input with { Width = target.Width, Height = target.Height }).Bytes, "their size uncompressed, which is the most");
    }

    private static (TimeSpan?, string) Duration(List<PlannedSize> sizes, RunMethod method, EarlierCosts earlier, bool isKnown)
    {
        if (earlier.TimeFor(sizes) is { } known)
            return (known, $"{earlier.Count} result{(earlier.Count == 1 ? "" : "s")} of the same settings, made on this machine");
        return isKnown && StatedRate.For(method.Options, method.Models, sizes.Max(size => size.Scale)) is { } rate
            ? (TimeSpan.FromSeconds(rate.SecondsAMegapixel * sizes.Sum(size => EarlierCosts.Cost(method.Options, size)) / 1e6), rate.From)
            : (null, "no result of the same settings, made on this machine, lies where these go");
    }

    private static string Bytes(long bytes) => bytes switch
    {
        < 1_000_000 => Number(bytes / 1e3, "kB"),
        < 1_000_000_000 => Number(bytes / 1e6, "MB"),
        _ => Number(bytes / 1e9, "GB"),
    };

    private static string Text(TimeSpan time) => time.TotalMinutes < 1.5 ? Number(time.TotalSeconds, "s")
        : time.TotalHours < 1.5 ? Number(time.TotalMinutes, "min") : Number(time.TotalHours, "h");

    private static string Number(double value, string unit) =>
        $"{value.ToString(value < 1 ? "0.##" : value < 10 ? "0.#" : "0", CultureInfo.InvariantCulture)} {unit}";
}
