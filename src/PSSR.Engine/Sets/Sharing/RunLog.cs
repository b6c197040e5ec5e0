using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets.Sharing;

/// <summary>
/// A run's log: one line of JSON an event, each with the fields time (UTC), run and event, which is start, begin, file or summary. Several processes may share one file. A log that can't
/// be opened ends the run before any work; one that breaks later (a full disk) costs no picture, and <see cref="Problem"/> tells.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private static readonly JsonSerializerOptions Layout = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string run;
    private readonly AppendFile? file;

    /// <param name="path">Null: no log.</param>
    /// <exception cref="PssrException">Kind Option: it can't be opened.</exception>
    public RunLog(string? path, string run)
    {
        this.run = run;
        try
        {
            file = path is null ? null : new AppendFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PssrException(PssrErrorKind.Option, $"LogPath: '{path}' can't be written: {e.Message}", "LogPath", e);
        }
    }

    /// <summary>Why lines are missing; null when none is.</summary>
    public string? Problem { get; private set; }

    public void Start(UpscaleOptions options, ModelIdentity models) => Write("start", new JsonObject
    {
        ["pssr"] = PssrEnvironment.Version,
        ["host"] = ProcessIdentity.Current.Host,
        ["pid"] = ProcessIdentity.Current.Id,
        ["model"] = models.Model,
        ["modelSha256"] = models.Sha256,
        ["corrector"] = models.Corrector,
        ["correctorSha256"] = models.CorrectorSha256,
        ["options"] = RunRecord.Resolved(options, options.Format ?? ImageFormat.Jpeg),
        ["format"] = options.Format?.ToString().ToLowerInvariant(),
        ["outputDirectory"] = options.OutputDirectory is { } folder ? Path.GetFullPath(folder) : null,
        ["force"] = options.Force,
        ["include"] = new JsonArray([.. options.Set.Include.Select(pattern => (JsonNode)pattern)]),
        ["exclude"] = new JsonArray([.. options.Set.Exclude.Select(pattern => (JsonNode)pattern)]),
        ["shardIndex"] = options.Set.ShardIndex,
        ["shardCount"] = options.Set.ShardCount,
    });

    /// <summary>The work on a picture begins: what was in work when a machine died is what has no line <c>file</c>.</summary>
    public void Begin(PlannedFile planned) => Write("begin", new JsonObject { ["input"] = planned.Input.Path, ["output"] = planned.Output });

    /// <summary>Something became of a picture.</summary>
    public void File(UpscaleResult result) => Write("file", new JsonObject
    {
        ["input"] = result.Input,
        ["output"] = result.Output,
        ["status"] = result.Status.ToString().ToLowerInvariant(),
        ["reason"] = result.Reason,
        ["inputSha256"] = result.InputSha256,
        ["outputSha256"] = result.OutputSha256,
        ["inputBytes"] = result.InputBytes,
        ["outputBytes"] = result.OutputBytes,
        ["width"] = result.Width,
        ["height"] = result.Height,
        ["evaluations"] = result.Evaluations,
        ["seconds"] = RunRecord.Seconds(result.Elapsed),
        ["timings"] = result.Status == UpscaleStatus.Done ? RunRecord.Timings(result.Timings) : null,
        ["peakMemoryBytes"] = result.PeakMemoryBytes,
    });

    public void Summary(UpscaleSummary summary) => Write("summary", summary.ToJson());

    public void Dispose() => file?.Dispose();

    private void Write(string what, JsonObject fields)
    {
        if (file is null)
            return;
        var line = new JsonObject { ["time"] = DateTimeOffset.UtcNow.ToString("yyyy-MM-ddTHH:mm:ss.fffZ"), ["run"] = run, ["event"] = what };
        foreach (var (name, value) in fields.ToList())
        {
            fields.Remove(name);
            line[name] = value;
        }
        try
        {
            file.Append(Encoding.UTF8.GetBytes(line.ToJsonString(Layout) + "\n"));
        }
        catch (IOException e)
        {
            Problem ??= $"The log lacks lines: {e.Message}";
        }
    }
}
