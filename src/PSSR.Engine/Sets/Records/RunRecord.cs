using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Faces;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Sets.Records;

/// <summary>
/// The JSON file beside each result, <c>a_x2.png.pssr.json</c>: hashes of input, result and models, resolved options, seed, decisions,
/// evaluations, seconds and peak memory. It makes a result repeatable, tells a result from a picture that is still to be done, and is
/// what a later run reads to see whether there is anything left to do. This type is the schema: the file holds its members, in their order.
/// </summary>
public sealed record RunRecord : IPictureRecord
{
    public const string Extension = ".pssr.json";

    /// <summary>1 had no hash of the result.</summary>
    public const int CurrentVersion = 2;

    public int Version { get; init; } = 1;

    /// <summary>PSSR's version.</summary>
    public required string Pssr { get; init; }

    /// <summary>What is shown by a picture beside a result that is none itself: std, trace, t0.5_x0. Null for results and samples, and in
    /// an older record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Shows { get; init; }

    /// <summary>The run that made it, as in the log; null in an older record.</summary>
    public string? Run { get; init; }

    /// <summary>Tells the records of one machine from those of others; null in an older record, and in a picture that is given
    /// away.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Machine { get; init; }

    /// <summary>When, UTC.</summary>
    public required string Finished { get; init; }

    public required RecordedInput Input { get; init; }

    public required RecordedOutput Output { get; init; }

    /// <summary>Null where the method has none.</summary>
    public RecordedModel? Model { get; init; }

    /// <summary>DPI's; null where there was none.</summary>
    public RecordedModel? Corrector { get; init; }

    /// <summary>The flow whose mean was taken where bicubic is; null where it was bicubic.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecordedModel? Initial { get; init; }

    /// <summary>What found and restored faces; null where nothing did.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public RecordedFaceModels? FaceModels { get; init; }

    /// <summary>What was asked for, as <see cref="UpscaleOptions"/>: method, scale, seed and more. By name, for a later release may know
    /// more.</summary>
    public required JsonObject Options { get; init; }

    /// <summary>What was resolved on the way: noise level and why, visited steps, tile size.</summary>
    public required JsonObject Decisions { get; init; }

    public required int Evaluations { get; init; }

    public required double Seconds { get; init; }

    /// <summary>Null in an older record.</summary>
    public UpscaleTimings? Timings { get; init; }

    public required long PeakMemoryBytes { get; init; }

    /// <summary>What of the picture's file isn't in the result, or was damaged; null where nothing is to be said, and in an older
    /// record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Warnings { get; init; }

    /// <summary>What was made with the result and lies beside it, by name: sample2, mean, trace. Null where nothing was, beside such a
    /// picture, and in an older record.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<string>? Others { get; init; }

    /// <summary>The faces that were found, and what became of each; null where none were looked for.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyList<UpscaledFace>? Faces { get; init; }

    /// <summary>Target width over source width.</summary>
    [JsonIgnore]
    public double Scale => (double)Output.Width / Input.Width;

    /// <summary>Diff-SR's noise level; null where the method has none.</summary>
    [JsonIgnore]
    public double? NoiseLevel => Decisions["noiseLevel"] is { } level && level.GetValueKind() == JsonValueKind.Number
        ? (double)level
        : null;

    string? IPictureRecord.Model => Model?.Name;

    public static string PathFor(string output) => output + Extension;

    /// <summary>Whether <paramref name="path"/> is a result of PSSR, or a record itself.</summary>
    public static bool IsBeside(string path) => path.EndsWith(Extension, StringComparison.Ordinal) || File.Exists(PathFor(path));

    /// <summary>Whether a picture is one that lies beside a result and is none itself, a map or a moment of a walk: told by its name, and
    /// where that may be, by its record.</summary>
    internal static bool IsMap(string path) => PictureNames.MayBeMap(path) && Beside(path)?.Shows is not null;

    /// <summary>The record of the picture at <paramref name="output"/>; null when there is none, or it can't be understood.</summary>
    public static RunRecord? Beside(string output)
    {
        try
        {
            return File.Exists(PathFor(output))
                && RecordJson.Read<RunRecord>(RegularFile.Read(PathFor(output), RecordJson.MostBytes)) is var record
                && RecordJson.IsPath(record.Input.Path) ? record : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>The same, for who says of a picture that it has no record, or does what a record forbids.</summary>
    /// <exception cref="PssrException">Kind Image: it is there, and may not or can't be read.</exception>
    public static RunRecord? ReadBeside(string output)
    {
        RecordJson.RequireReadable(PathFor(output));
        return Beside(output);
    }

    /// <summary>The file's text.</summary>
    public string Text() => RecordJson.Text(this);

    /// <summary>The record of a finished <paramref name="result"/>.</summary>
    /// <param name="run">The run that made it, as in the log.</param>
    /// <param name="modified">When the result's file was changed last: while that and the size stay, its hash needn't be looked at
    /// again.</param>
    internal static RunRecord Of(UpscaleResult result, UpscaleOptions options, ImageFormat format, ModelIdentity models, string run,
        DateTime modified) => new()
    {
        Version = CurrentVersion,
        Pssr = PssrEnvironment.Version,
        Shows = result.Shows,
        Run = run,
        Machine = ProcessIdentity.Machine,
        Finished = DateTime.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
        Input = new()
        {
            Path = result.Input, Sha256 = result.InputSha256!, Bytes = result.InputBytes, Width = result.InputWidth!.Value,
            Height = result.InputHeight!.Value,
        },
        Output = new()
        {
            File = Path.GetFileName(result.Output), Sha256 = result.OutputSha256, Bytes = result.OutputBytes,
            Modified = modified.ToString("O"),
            Width = result.Width!.Value, Height = result.Height!.Value,
        },
        Model = models.Model is { } model ? new(model, models.Sha256) : null,
        Corrector = models.Corrector is { } corrector ? new(corrector, models.CorrectorSha256) : null,
        Initial = models.Initial is { } initial ? new(initial, models.InitialSha256) : null,
        FaceModels = RecordedFaceModels.Of(models.Faces),
        Options = RecordedOptions.Of(options, format),
        Decisions = RecordedOptions.Of(result.Decisions),
        Evaluations = result.Evaluations,
        Seconds = RecordJson.Seconds(result.Elapsed),
        Timings = result.Timings,
        Others = result.Others.Count == 0 || result.Others.Values.Contains(result.Output) ? null : [.. result.Others.Keys],
        PeakMemoryBytes = result.PeakMemoryBytes,
        Warnings = result.Warnings is [] ? null : result.Warnings,
        Faces = result.Faces,
    };

    IPictureRecord IPictureRecord.WithoutFolder() => this with
    {
        Machine = null, Input = Input with { Path = RecordJson.NameIn(Input.Path) },
    };
}

/// <summary>The picture that was read.</summary>
public sealed record RecordedInput
{
    /// <summary>Full path.</summary>
    public required string Path { get; init; }

    /// <summary>Of the file's bytes.</summary>
    public required string Sha256 { get; init; }

    public long? Bytes { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }
}

/// <summary>The result.</summary>
public sealed record RecordedOutput
{
    /// <summary>Name of the file, without its folder.</summary>
    public string? File { get; init; }

    /// <summary>Of the file's bytes; null in an older record.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Size of the file; null in an older record.</summary>
    public long? Bytes { get; init; }

    /// <summary>When the file was changed last, as <see cref="DateTime"/>'s round-trip format; null in an older record.</summary>
    public string? Modified { get; init; }

    public required int Width { get; init; }

    public required int Height { get; init; }
}

/// <summary>A model by its name and the hash of its weights.</summary>
public sealed record RecordedModel(string? Name = null, string? Sha256 = null);

/// <summary>The models that found and restored faces.</summary>
/// <param name="Corrector">Null: none.</param>
public sealed record RecordedFaceModels(RecordedModel Detector, RecordedModel Prior, RecordedModel? Corrector = null)
{
    internal static RecordedFaceModels? Of(FaceModels? models) => models is null ? null
        : new(Of(models.Detector), Of(models.Prior), models.Corrector is { } corrector ? Of(corrector) : null);

    private static RecordedModel Of(Models.InstalledModel model) => new(model.Name, model.Sha256);
}
