using PSSR.Sets.Converting;

namespace PSSR.Sets.Records;

/// <summary>
/// One result as one line of JSON, for <c>pssr upscale --json</c>: these members, each always there, null where it means nothing.
/// </summary>
/// <param name="Status">done, skipped or failed.</param>
/// <param name="Error">Why it was skipped or failed.</param>
/// <param name="Warnings">See <see cref="UpscaleResult.Warnings"/>.</param>
public sealed record ResultLine(
    string Input, string? Output, UpscaleStatus Status, string? Error, int? Width, int? Height,
    string Method, string? Model, ulong Seed, int Evaluations, TimeSpan Seconds, long PeakMemoryBytes,
    IReadOnlyList<string>? Warnings)
{
    /// <summary>The line, without its end.</summary>
    public static string Json(UpscaleResult result) => RecordJson.Line(new ResultLine(
        result.Input, result.Output, result.Status, result.Reason, result.Width, result.Height,
        UpscaleMethods.Kebab(result.Method), result.Model, result.Seed, result.Evaluations, result.Elapsed, result.PeakMemoryBytes,
        result.Warnings is [] ? null : result.Warnings));

    /// <summary>A degraded picture's line, for <c>pssr degrade --json</c>: its properties.</summary>
    public static string Json(DegradedImage image) => RecordJson.Line(image);

    /// <summary>A copy's line, for <c>pssr export --json</c>: its properties.</summary>
    public static string Json(ExportedImage image) => RecordJson.Line(image);
}
