using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Sets;

/// <summary>What became of one picture of a run.</summary>
public enum UpscaleStatus : long
{
    /// <summary>The result was written.</summary>
    Done,

    /// <summary>Nothing was to be done; <see cref="UpscaleResult.Reason"/> says why.</summary>
    Skipped,

    /// <summary>Nothing was written; <see cref="UpscaleResult.Reason"/> and <see cref="UpscaleResult.Error"/> say why.</summary>
    Failed,
}

/// <summary>One picture's result: what was read and written, what was decided, and what it cost.</summary>
public sealed record UpscaleResult
{
    /// <summary>Full path of the picture that was read.</summary>
    public required string Input { get; init; }

    /// <summary>Full path of the result; null where none could be named.</summary>
    public string? Output { get; init; }

    /// <summary>Full paths of further pictures by name: of several samples sample2 and on, mean, std; of a trace its
    /// moments and the sheet of them.</summary>
    public IReadOnlyDictionary<string, string> Others { get; init => field = new ShownPairs<string>(value); } =
        new ShownPairs<string>([]);

    public required UpscaleStatus Status { get; init; }

    /// <summary>Why the picture was skipped or failed; null when done.</summary>
    public string? Reason { get; init; }

    /// <summary>What of the picture's file isn't in the result, or was damaged: further pages and frames, channels, values out of range;
    /// or what was asked for and there is nothing of. A clause each; empty for most.</summary>
    public IReadOnlyList<string> Warnings { get; init => field = new ShownList<string>(value); } = new ShownList<string>([]);

    /// <summary>Skipped because another result is there, which isn't what was asked for: made with other options, of another model or
    /// picture, or by something else. With Force it is made anew.</summary>
    public bool MadeOtherwise { get; init; }

    /// <summary>Skipped because an earlier run couldn't read the picture, which hasn't changed since. With RetryFailed it is tried
    /// again.</summary>
    public bool FailedBefore { get; init; }

    /// <summary>The failure itself; null unless failed.</summary>
    public Exception? Error { get; init; }

    /// <summary>The process that has the picture in work, as HOST/PID; null unless it was skipped for that.</summary>
    public string? Holder { get; init; }

    /// <summary>That process can't be seen from here, and gave no sign of life while this run waited for it.</summary>
    internal bool IsHolderSilent { get; init; }

    /// <summary>Of a picture beside the result, while it is written: what it shows that is no result; null for results and
    /// samples.</summary>
    internal string? Shows { get; init; }

    /// <summary>Not the last word: the picture is in work elsewhere, and is to be begun again at the end
    /// (<see cref="UpscaleRun.PutOff"/>).</summary>
    internal bool IsPutOff { get; init; }

    /// <summary>Full path of the record beside the result; null where there is none.</summary>
    public string? Record { get; init; }

    /// <summary>Size of the input file; null unless it was read. Of a skipped picture this and what follows is what the record of the
    /// result that is there says, if there is one.</summary>
    public long? InputBytes { get; init; }

    /// <summary>SHA-256 of the input file; null unless it was read.</summary>
    public string? InputSha256 { get; init; }

    public int? InputWidth { get; init; }

    public int? InputHeight { get; init; }

    /// <summary>Width of the result in pixels; null where there is none.</summary>
    public int? Width { get; init; }

    /// <summary>Height of the result in pixels; null where there is none.</summary>
    public int? Height { get; init; }

    /// <summary>Target width over source width; null unless both are known.</summary>
    public double? Scale => (double?)Width / InputWidth;

    /// <summary>Size of the result's file; null where there is none.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>SHA-256 of the result's file; null where there is none.</summary>
    public string? OutputSha256 { get; init; }

    /// <summary>DiffSR, DPI, ECDP, Bicubic or Nearest.</summary>
    public required string Method { get; init; }

    /// <summary>Name of the model; null where none was needed.</summary>
    public string? Model { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Visited diffusion steps; null where there is no result.</summary>
    public int? Steps { get; init; }

    /// <summary>Network evaluations that were spent now, tiles counted one by one.</summary>
    public int Evaluations { get; init; }

    /// <summary>Reading, computing and writing this picture, without the time that it waited for its turn.</summary>
    public TimeSpan Elapsed { get; init; }

    /// <summary>The same in seconds.</summary>
    public double Seconds => Math.Round(Elapsed.TotalSeconds, 3);

    /// <summary>Where that time went; zeros unless done.</summary>
    public UpscaleTimings Timings { get; init; }

    /// <summary>The most memory that the process has held in RAM since its start, in bytes.</summary>
    public long PeakMemoryBytes { get; init; }

    /// <summary>What was resolved on the way, by name: noise level and why, visited steps, tile size.</summary>
    public IReadOnlyDictionary<string, object> Decisions { get; init => field = new ShownPairs<object>(value); } =
        new ShownPairs<object>([]);

    /// <summary>The faces that were found, the surest first, and what became of each; null where none were looked for.</summary>
    public IReadOnlyList<UpscaledFace>? Faces { get; init => field = value is null ? null : new ShownList<UpscaledFace>(value); }

    /// <summary>The result's path, or the input's where there is no result.</summary>
    public override string ToString() => Output ?? Input;

    /// <summary>Decodes the result. A method and not a property, so that lists and exports of results stay cheap.</summary>
    /// <exception cref="PssrException">Kind Image: nothing was written, or it can't be read any more.</exception>
    public RasterImage GetImage() => Output is null || !File.Exists(Output)
        ? throw new PssrException(PssrErrorKind.Image, $"There is no result of '{Input}' to read.", Output ?? Input)
        : ImageCodec.Read(Output);
}
