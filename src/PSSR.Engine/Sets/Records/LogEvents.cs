using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>A run's log says this when it starts: who runs, with which models, and all that was asked for.</summary>
internal sealed record RunStarted(
    string Pssr, string Host, int Pid, string? Model, string? ModelSha256, string? Corrector, string? CorrectorSha256, JsonObject Options,
    ImageFormat? Format, string? OutputDirectory, bool Force, IReadOnlyList<string> Include, IReadOnlyList<string> Exclude, int ShardIndex,
    int ShardCount)
{
    public static RunStarted Of(UpscaleOptions options, ModelIdentity models) => new(
        PssrEnvironment.Version, ProcessIdentity.Current.Host, ProcessIdentity.Current.Id,
        models.Model, models.Sha256, models.Corrector, models.CorrectorSha256,
        RecordedOptions.Of(options, options.Format ?? ImageFormat.Jpeg),
        options.Format, options.OutputDirectory is { } folder ? Path.GetFullPath(folder) : null, options.Force,
        options.Set.Include, options.Set.Exclude, options.Set.ShardIndex, options.Set.ShardCount);
}

/// <summary>… when the work on a picture begins: what was in work when a machine died is what has no <see cref="PictureEnded"/>.</summary>
internal sealed record PictureBegun(string Input, string Output);

/// <summary>… and when something became of it.</summary>
internal sealed record PictureEnded(
    string Input, string? Output, UpscaleStatus Status, string? Reason, string? InputSha256, string? OutputSha256,
    long? InputBytes, long? OutputBytes, int? Width, int? Height, int Evaluations, TimeSpan Seconds, UpscaleTimings? Timings,
    long PeakMemoryBytes)
{
    public static PictureEnded Of(UpscaleResult result) => new(
        result.Input, result.Output, result.Status, result.Reason, result.InputSha256, result.OutputSha256,
        result.InputBytes, result.OutputBytes, result.Width, result.Height, result.Evaluations, result.Elapsed,
        result.Status == UpscaleStatus.Done ? result.Timings : null, result.PeakMemoryBytes);
}
