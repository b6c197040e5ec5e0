using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>
/// The JSON file beside each result, <c>a_x2.png.pssr.json</c>: hashes of input, result and models, resolved options, seed, decisions, evaluations, seconds and peak
/// memory. It makes a result repeatable, tells a result from a picture that is still to be done, and is what a later run reads to see whether there is anything left to do.
/// </summary>
public static class RunRecord
{
    public const string Extension = ".pssr.json";

    /// <summary>1 had no hash of the result.</summary>
    private const int Version = 2;

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string PathFor(string output) => output + Extension;

    /// <summary>Whether <paramref name="path"/> is a result of PSSR, or a record itself.</summary>
    public static bool IsBeside(string path) => path.EndsWith(Extension, StringComparison.Ordinal) || File.Exists(PathFor(path));

    /// <summary>The record's text for a finished <paramref name="result"/>.</summary>
    /// <param name="run">The run that made it, as in the log.</param>
    /// <param name="modified">When the result's file was changed last; as long as that and the size stay, its hash needn't be looked at again.</param>
    internal static string Text(UpscaleResult result, UpscaleOptions options, ImageFormat format, ModelIdentity models, string run, DateTime modified)
    {
        var record = new JsonObject
        {
            ["version"] = Version,
            ["pssr"] = PssrEnvironment.Version,
            ["run"] = run,
            ["finished"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["input"] = new JsonObject
            {
                ["path"] = result.Input, ["sha256"] = result.InputSha256, ["bytes"] = result.InputBytes, ["width"] = result.InputWidth, ["height"] = result.InputHeight,
            },
            ["output"] = new JsonObject
            {
                ["file"] = Path.GetFileName(result.Output), ["sha256"] = result.OutputSha256, ["bytes"] = result.OutputBytes, ["modified"] = modified.ToString("O"),
                ["width"] = result.Width, ["height"] = result.Height,
            },
            ["model"] = new JsonObject { ["name"] = models.Model, ["sha256"] = models.Sha256 },
            ["corrector"] = models.Corrector is { } corrector ? new JsonObject { ["name"] = corrector, ["sha256"] = models.CorrectorSha256 } : null,
            ["options"] = Resolved(options, format),
            ["decisions"] = new JsonObject(result.Decisions.Select(d => KeyValuePair.Create(d.Key, Node(d.Value)))),
            ["evaluations"] = result.Evaluations,
            ["seconds"] = Seconds(result.Elapsed),
            ["timings"] = Timings(result.Timings),
            ["peakMemoryBytes"] = result.PeakMemoryBytes,
        };
        return record.ToJsonString(Layout) + "\n";
    }

    internal static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 3);

    /// <summary>Seconds by phase.</summary>
    internal static JsonObject Timings(UpscaleTimings times) => new()
    {
        ["read"] = Seconds(times.Read), ["decode"] = Seconds(times.Decode), ["network"] = Seconds(times.Network), ["encode"] = Seconds(times.Encode), ["write"] = Seconds(times.Write),
    };

    /// <summary>What determines the pixels, and nothing else: not where they go, nor whether an old result may be overwritten.</summary>
    internal static JsonObject Resolved(UpscaleOptions options, ImageFormat format) => new()
    {
        ["method"] = UpscaleMethods.Kebab(options.Method),
        ["scale"] = options.Scale,
        ["width"] = options.Width,
        ["height"] = options.Height,
        ["noiseLevel"] = options.NoiseLevel,
        ["steps"] = options.Steps,
        ["dpi"] = options.Method == UpscaleMethods.Dpi ? Resolved(options.Dpi ?? new()) : null,
        ["flow"] = options.Method == UpscaleMethods.Ecdp ? Resolved(options.Flow ?? new()) : null,
        ["seed"] = options.Seed,
        ["tileSize"] = options.TileSize,
        ["precision"] = options.Precision,
        ["device"] = options.Device,
        ["quality"] = format is ImageFormat.Jpeg or ImageFormat.Webp ? options.Quality : null,
    };

    private static JsonObject Resolved(DpiOptions dpi) => new()
    {
        ["preset"] = dpi.Preset?.ToString().ToLowerInvariant(),
        ["sampler"] = dpi.Sampler.ToString().ToLowerInvariant(),
        ["tau"] = dpi.Tau,
        ["s"] = dpi.S,
        ["omega"] = dpi.Omega,
        ["k"] = dpi.K,
        ["eta"] = dpi.Eta,
        ["corrector"] = dpi.Corrector,
        ["noRefinement"] = dpi.NoRefinement,
        ["noWeight"] = dpi.NoWeight,
        ["asReleased"] = dpi.AsReleased,
    };

    private static JsonObject Resolved(FlowOptions flow) => new()
    {
        ["solver"] = flow.Solver is { } solver ? JsonNamingPolicy.KebabCaseLower.ConvertName(solver.ToString()) : null,
        ["temperature"] = flow.Temperature,
        ["samples"] = flow.Samples,
        ["relativeTolerance"] = flow.RelativeTolerance,
        ["absoluteTolerance"] = flow.AbsoluteTolerance,
        ["firstStep"] = flow.FirstStep,
        ["maxEvaluations"] = flow.MaxEvaluations,
        ["consistency"] = flow.Consistency,
    };

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        int i => JsonValue.Create(i),
        long l => JsonValue.Create(l),
        float f => JsonValue.Create(f),
        double d => JsonValue.Create(d),
        IEnumerable<int> list => new JsonArray([.. list.Select(i => (JsonNode)JsonValue.Create(i))]),
        var other => JsonValue.Create(other.ToString()),
    };
}
