using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Networks;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>
/// What a result that is there already means for a picture, by the record beside it. Nothing that is there is ever done again or
/// overwritten without force; what differs is whether all is well (<see cref="DoneBefore"/>) or the reason names what isn't.
/// </summary>
internal sealed class EarlierResult(UpscaleOptions options, ModelIdentity models)
{
    private volatile string? _precision;

    /// <summary>What the run makes results with.</summary>
    public ModelIdentity Models { get; set; } = models;

    /// <summary>What the first result that was met and stays was computed in; null: none was.</summary>
    public string? Precision => _precision;

    /// <summary>The same input, models and options made the result that is there, and it is whole.</summary>
    public const string DoneBefore = "done before";

    /// <summary>The device changes no more than the last bit of a sum, and machines that share a set needn't have the same; a corrector
    /// counts by its hash. Precision is compared where it is told: left to the machine, any that was taken is right.</summary>
    private static readonly string[] Incomparable = ["device", "dpi.corrector"];

    /// <summary>Ends the reasons of results that aren't what the run would make.</summary>
    private const string Remedy = "Force makes it anew.";

    /// <summary>Why the picture is skipped, beginning with what differs, by the name of its option. The cheap questions come first; the
    /// picture's own hash, which costs reading it, last.</summary>
    /// <param name="output">A file that exists.</param>
    /// <exception cref="PssrException">Kind Image: the picture, the result or its record can't be read.</exception>
    public string SkipReason(InputFile input, string output, ImageFormat format)
    {
        if (!File.Exists(RunRecord.PathFor(output)))
            return $"Not PSSR's: it has no record of '{output}', which has the result's name. {Remedy}";
        if (RunRecord.ReadBeside(output) is not { Output: { Sha256: { } hash, Bytes: { } bytes } } record)
            return $"Unknown: the record of the result that is there can't be understood, or is an older PSSR's. {Remedy}";
        if (Difference("Model", record.Model, new(Models.Model, Models.Sha256)) is { } model)
            return $"{model}. {Remedy}";
        if (Difference("Corrector", record.Corrector, new(Models.Corrector, Models.CorrectorSha256)) is { } corrector)
            return $"{corrector}. {Remedy}";
        if (Difference("Initial", record.Initial, new(Models.Initial, Models.InitialSha256)) is { } initial)
            return $"{initial}. {Remedy}";
        var (faces, facesNow) = (record.FaceModels, RecordedFaceModels.Of(Models.Faces));
        if ((Difference("Faces", faces?.Detector, facesNow?.Detector) ?? Difference("FacePrior", faces?.Prior, facesNow?.Prior)
            ?? Difference("FaceCorrector", faces?.Corrector, facesNow?.Corrector)) is { } ofFaces)
            return $"{ofFaces}. {Remedy}";
        if (Difference(record.Options, RecordedOptions.Of(options, format), "") is { } difference)
            return $"{difference}. {Remedy}";
        if (!IsWhole(output, bytes, hash, record.Output.Modified))
            return $"Changed: the result that is there is not what its record says, or isn't whole. {Remedy}";
        if (record.Others?.Select(name => OutputPlan.OtherPath(output, name)).FirstOrDefault(other => !IsWholeBeside(other)) is { } other)
            return $"Changed: '{other}', which was made with the result that is there, is gone or isn't what its record says. {Remedy}";
        if (ImageCodec.Fingerprint(input.Path).Sha256 == record.Input.Sha256)
        {
            _precision ??= Value<string>(record.Options["precision"]);
            return DoneBefore;
        }
        return record.Input.Path == input.Path
            ? $"The picture was changed after the result that is there was made. {Remedy}"
            : $"Another picture's: the result that is there was made of '{record.Input.Path}'. Give another output directory, or {Remedy}";
    }

    /// <summary>Whether a reason says that the result that is there isn't what the run would make.</summary>
    public static bool IsOtherwise(string reason) => reason.EndsWith(Remedy, StringComparison.Ordinal);

    /// <summary>A skipped picture's result with what the record of the file that is there says of it; as it is where there is
    /// none.</summary>
    public static UpscaleResult WithRecord(UpscaleResult skipped) => skipped.Output is not { } output
        || RunRecord.Beside(output) is not { } record ? skipped : skipped with
        {
            Record = RunRecord.PathFor(output),
            InputBytes = record.Input.Bytes,
            InputSha256 = record.Input.Sha256,
            InputWidth = record.Input.Width,
            InputHeight = record.Input.Height,
            Width = record.Output.Width,
            Height = record.Output.Height,
            OutputBytes = record.Output.Bytes,
            OutputSha256 = record.Output.Sha256,
            Method = UpscaleMethods.All.FirstOrDefault(method => UpscaleMethods.Kebab(method) == Value<string>(record.Options["method"]))
                ?? skipped.Method,
            Model = record.Model?.Name ?? skipped.Model,
            Faces = record.Faces,
            Seed = (record.Options["seed"] as JsonValue)?.TryGetValue(out ulong seed) == true ? seed : skipped.Seed,
            Steps = (record.Decisions["steps"] as JsonValue)?.TryGetValue(out int steps) == true ? steps : null,
            Decisions = record.Decisions.ToDictionary(decision => decision.Key, decision => Plain(decision.Value)),
        };

    /// <summary>A file of the same size and time of change is taken for the same, as results are many times the size of pictures; any other
    /// is read.</summary>
    private static bool IsWhole(string output, long bytes, string hash, string? modified)
    {
        var file = new FileInfo(output);
        return file.Exists && file.Length == bytes
            && (file.LastWriteTimeUtc.ToString("O") == modified || ImageCodec.Fingerprint(output).Sha256 == hash);
    }

    private static bool IsWholeBeside(string other) => RunRecord.Beside(other) is { Output: { Sha256: { } hash, Bytes: { } bytes } output }
        && IsWhole(other, bytes, hash, output.Modified);

    /// <summary>The first option in which the two differ, in words; null when there is none. A missing one counts as null.</summary>
    /// <param name="prefix">Of the names in <see cref="Incomparable"/>: the method whose settings these are.</param>
    internal string? Difference(JsonObject earlier, JsonObject now, string prefix)
    {
        foreach (var name in now.Select(option => option.Key).Union(earlier.Select(option => option.Key)))
        {
            if (Incomparable.Contains(prefix + name) || (prefix + name == "precision" && options.Precision == ComputeDevice.Auto))
                continue;
            if (earlier[name] is JsonObject nested && now[name] is JsonObject nestedNow)
            {
                if (Difference(nested, nestedNow, prefix + name + ".") is { } difference)
                    return difference;
            }
            else if (Text(earlier[name]) is var old && Text(now[name]) is var current && old != current)
            {
                return $"{char.ToUpperInvariant(name[0])}{name[1..]} is {current} now and was {old} when the result that is there was made";
            }
        }
        return null;
    }

    private static string? Difference(string option, RecordedModel? earlier, RecordedModel? now)
    {
        if (earlier?.Sha256 == now?.Sha256)
            return null;
        return (earlier?.Name ?? "none") == (now?.Name ?? "none")
            ? $"{option} {now?.Name} had other weights when the result that is there was made"
            : $"{option} is {now?.Name ?? "none"} now and was {earlier?.Name ?? "none"} when the result that is there was made";
    }

    private static string Text(JsonNode? value) => value?.ToJsonString().Trim('"') ?? "the default";

    private static T? Value<T>(JsonNode? node) => node is JsonValue value && value.TryGetValue(out T? held) ? held : default;

    /// <summary>A decision as a method makes it: numbers, truths and words as such.</summary>
    private static object Plain(JsonNode? value) => value?.GetValueKind() switch
    {
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        JsonValueKind.Number when value is JsonValue number && number.TryGetValue(out int whole) => whole,
        JsonValueKind.Number => value.GetValue<double>(),
        JsonValueKind.String => value.GetValue<string>(),
        JsonValueKind.Array when value.AsArray().All(item => item?.GetValueKind() == JsonValueKind.Number) =>
            value.AsArray().Select(item => item!.GetValue<double>()).ToArray(),
        _ => value?.ToJsonString() ?? "",
    };
}
