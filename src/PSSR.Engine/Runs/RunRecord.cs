using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Methods;

namespace PSSR.Runs;

/// <summary>
/// The JSON file beside each result, <c>a_x2.png.pssr.json</c>: hashes of input and model, resolved options, seed, decisions, evaluations, seconds and peak
/// memory. It makes a result repeatable, tells a result from a picture that is still to be done, and is what a later run reads to see whether there is anything left to do.
/// </summary>
public static class RunRecord
{
    public const string Extension = ".pssr.json";

    private const int Version = 1;

    private static readonly JsonSerializerOptions Layout = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string PathFor(string output) => output + Extension;

    /// <summary>Whether <paramref name="path"/> is a result of PSSR, or a record itself.</summary>
    public static bool IsBeside(string path) => path.EndsWith(Extension, StringComparison.Ordinal) || File.Exists(PathFor(path));

    /// <summary>Writes the record of a finished <paramref name="result"/> beside it.</summary>
    /// <param name="inputSha256">Hash of the input file's bytes.</param>
    /// <param name="modelSha256">Hash of the weights file, from the model's card.</param>
    public static void Write(UpscaleResult result, UpscaleOptions options, string inputSha256, string modelSha256)
    {
        var record = new JsonObject
        {
            ["version"] = Version,
            ["pssr"] = PssrEnvironment.Version,
            ["finished"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["input"] = new JsonObject
            {
                ["path"] = result.Input, ["sha256"] = inputSha256, ["width"] = result.InputWidth, ["height"] = result.InputHeight,
            },
            ["output"] = new JsonObject { ["file"] = Path.GetFileName(result.Output), ["width"] = result.Width, ["height"] = result.Height },
            ["model"] = new JsonObject { ["name"] = result.Model, ["sha256"] = modelSha256 },
            ["options"] = Resolved(options),
            ["decisions"] = new JsonObject(result.Decisions.Select(d => KeyValuePair.Create(d.Key, Node(d.Value)))),
            ["evaluations"] = result.Evaluations,
            ["seconds"] = Math.Round(result.Elapsed.TotalSeconds, 3),
            ["peakMemoryBytes"] = result.PeakMemoryBytes,
        };
        AtomicFile.Write(PathFor(result.Output!), overwrite: true, path => File.WriteAllText(path, record.ToJsonString(Layout) + "\n"));
    }

    /// <summary>What determines the pixels, and nothing else: not where they go, nor whether an old result may be overwritten.</summary>
    private static JsonObject Resolved(UpscaleOptions options) => new()
    {
        ["method"] = UpscaleMethods.Kebab(options.Method),
        ["scale"] = options.Scale,
        ["width"] = options.Width,
        ["height"] = options.Height,
        ["noiseLevel"] = options.NoiseLevel,
        ["steps"] = options.Steps,
        ["dpi"] = options.Dpi is { } dpi ? Resolved(dpi) : null,
        ["flow"] = options.Flow is { } flow ? Resolved(flow) : null,
        ["seed"] = options.Seed,
        ["tileSize"] = options.TileSize,
        ["precision"] = options.Precision,
        ["device"] = options.Device,
        ["quality"] = options.Quality,
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

    internal static string Sha256(string path)
    {
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}
