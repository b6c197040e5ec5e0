using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSSR.Sets.Records;

/// <summary>What the record beside a result says.</summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="Options">What was asked for: method, scale, seed and more.</param>
/// <param name="Decisions">What was resolved on the way: noise level and why, visited steps, tile size.</param>
public sealed record RecordedRun(
    string Input, string InputSha256, int InputWidth, int InputHeight, int Width, int Height, string? Model, string? ModelSha256, string Version, string Finished,
    JsonObject Options, JsonObject Decisions, int Evaluations, double Seconds, long PeakMemoryBytes)
{
    /// <summary>SHA-256 of the corrector's weights; null where there was none.</summary>
    public string? CorrectorSha256 { get; init; }

    /// <summary>Size of the result's file; null in an older record.</summary>
    public long? OutputBytes { get; init; }

    /// <summary>SHA-256 of the result's file; null in an older record.</summary>
    public string? OutputSha256 { get; init; }

    /// <summary>When the result's file was changed last, as <see cref="DateTime"/>'s round-trip format; null in an older record.</summary>
    public string? OutputModified { get; init; }

    /// <summary>Target width over source width.</summary>
    public double Scale => (double)Width / InputWidth;

    /// <summary>Diff-SR's noise level; null where the method has none.</summary>
    public double? NoiseLevel => Decisions["noiseLevel"]?.GetValueKind() == JsonValueKind.Number ? (double)Decisions["noiseLevel"]! : null;

    /// <summary>The record of the picture at <paramref name="output"/>; null when there is none, or it can't be understood.</summary>
    public static RecordedRun? Beside(string output)
    {
        try
        {
            if (!File.Exists(RunRecord.PathFor(output)) || JsonNode.Parse(File.ReadAllBytes(RunRecord.PathFor(output))) is not JsonObject record)
                return null;
            var (input, result) = (record["input"]!, record["output"]!);
            return new RecordedRun((string)input["path"]!, (string)input["sha256"]!, (int)input["width"]!, (int)input["height"]!, (int)result["width"]!, (int)result["height"]!,
                (string?)record["model"]?["name"], (string?)record["model"]?["sha256"], (string)record["pssr"]!, (string)record["finished"]!,
                record["options"]!.AsObject(), record["decisions"]!.AsObject(), (int)record["evaluations"]!, (double)record["seconds"]!, (long)record["peakMemoryBytes"]!)
            {
                CorrectorSha256 = (string?)record["corrector"]?["sha256"],
                OutputBytes = (long?)result["bytes"],
                OutputSha256 = (string?)result["sha256"],
                OutputModified = (string?)result["modified"],
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            return null;
        }
    }
}
