using System.Text.Json.Nodes;
using PSSR.Sets.Records;

namespace PSSR.Report;

/// <summary>What the record beside a result says, as a report's row.</summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="Options">What was asked for: method, scale, seed and more.</param>
/// <param name="Decisions">What was resolved on the way: noise level and why, visited steps, tile size.</param>
public sealed record ReportRun(
    string Input, string InputSha256, int InputWidth, int InputHeight, int Width, int Height, string? Model, string? ModelSha256,
    string Version, string Finished, JsonObject Options, JsonObject Decisions, int Evaluations, double Seconds, long PeakMemoryBytes)
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
    public double Scale { get; init; }

    /// <summary>Diff-SR's noise level; null where the method has none.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>Of the picture at <paramref name="output"/>; null when it has no record, or one that can't be understood.</summary>
    /// <exception cref="PssrException">Kind Image: it may not or can't be read.</exception>
    public static ReportRun? Beside(string output) => RunRecord.ReadBeside(output) is not { } record ? null : new(
        record.Input.Path, record.Input.Sha256, record.Input.Width, record.Input.Height, record.Output.Width, record.Output.Height,
        record.Model?.Name, record.Model?.Sha256, record.Pssr, record.Finished, record.Options, record.Decisions, record.Evaluations,
        record.Seconds, record.PeakMemoryBytes)
    {
        CorrectorSha256 = record.Corrector?.Sha256,
        OutputBytes = record.Output.Bytes,
        OutputSha256 = record.Output.Sha256,
        OutputModified = record.Output.Modified,
        Scale = record.Scale,
        NoiseLevel = record.NoiseLevel,
    };
}
