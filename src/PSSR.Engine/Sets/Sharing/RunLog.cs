using System.Text;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Sets.Records;

namespace PSSR.Sets.Sharing;

/// <summary>
/// A run's log: one line of JSON an event, each with the fields time (UTC), run and event, which is start, begin, file or summary. Several
/// processes may share one file. A log that can't be opened ends the run before any work; one that breaks later (a full disk) costs no
/// picture, and <see cref="Problem"/> tells.
/// </summary>
internal sealed class RunLog : IDisposable
{
    private readonly string _run;
    private readonly AppendFile? _file;

    /// <summary>The file ends within a line, or may: a full disk or a kill cut it. The next begins on a line of its own.</summary>
    private bool _isCut;

    /// <param name="path">Null: no log.</param>
    /// <exception cref="PssrException">Kind Option: it can't be opened.</exception>
    public RunLog(string? path, string run)
    {
        _run = run;
        try
        {
            _isCut = path is not null && EndsWithinLine(path);
            _file = path is null ? null : new AppendFile(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new PssrException(PssrErrorKind.Option, $"LogPath: '{path}' can't be written: {e.Message}", "LogPath", e);
        }
    }

    /// <summary>Why lines are missing; null when none is.</summary>
    public string? Problem { get; private set; }

    public void Start(UpscaleOptions options, ModelIdentity models) => Write("start", RunStarted.Of(options, models));

    /// <summary>The work on a picture begins: what was in work when a machine died is what has no line <c>file</c>.</summary>
    public void Begin(PlannedFile planned) => Write("begin", new PictureBegun(planned.Input.Path, planned.Output));

    /// <summary>Something became of a picture.</summary>
    public void File(UpscaleResult result) => Write("file", PictureEnded.Of(result));

    public void Summary(UpscaleSummary summary) => Write("summary", summary);

    public void Dispose() => _file?.Dispose();

    /// <summary>False also where the file can't be read, or is none that has an end.</summary>
    private static bool EndsWithinLine(string path)
    {
        try
        {
            using var file = RegularFile.Open(path, toWrite: false);
            Span<byte> last = stackalloc byte[1];
            return RandomAccess.GetLength(file) is > 0 and var length && RandomAccess.Read(file, last, length - 1) == 1 && last[0] != '\n';
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
    }

    private void Write<T>(string what, T fields)
    {
        if (_file is null)
            return;
        var line = new JsonObject { ["time"] = RecordJson.Moment(DateTimeOffset.UtcNow), ["run"] = _run, ["event"] = what };
        foreach (var (name, value) in RecordJson.Part(fields))
            line[name] = value?.DeepClone();
        try
        {
            _file.Append(Encoding.UTF8.GetBytes($"{(_isCut ? "\n" : "")}{RecordJson.Line(line)}\n"));
            _isCut = false;
        }
        catch (IOException e)
        {
            _isCut = true;
            Problem ??= $"The log lacks lines: {e.Message}";
        }
    }
}
