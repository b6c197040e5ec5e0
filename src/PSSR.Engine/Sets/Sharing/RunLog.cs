using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Options;
using PSSR.Sets.Records;

namespace PSSR.Sets.Sharing;

/// <summary>
/// A run's log: one line of JSON an event, each with the fields time (UTC), run and event, which is start, begin, file or summary. Several
/// processes may share one file. A log that can't be opened ends the run before any work; one that breaks later (a full disk) costs no
/// picture, and <see cref="Problem"/> tells. What lies there already and is no such log stays as it is.
/// </summary>
internal sealed class RunLog : IDisposable
{
    /// <summary>What every line begins with.</summary>
    private const string Beginning = "{\"time\":\"";

    /// <summary>Of a file that is there, the bytes at its beginning among which a line must be. Longer than any line of ours.</summary>
    private const int MostLooked = 1 << 20;

    private readonly string _run;
    private readonly AppendFile? _file;

    /// <summary>The file ends within a line, or may: a full disk or a kill cut it. The next begins on a line of its own.</summary>
    private bool _isCut;

    /// <param name="path">Null: no log.</param>
    /// <exception cref="PssrException">Kind Option: it can't be opened, or is a file that is no log.</exception>
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
    /// <exception cref="PssrException">Kind Option: it can be read, and is no log.</exception>
    private static bool EndsWithinLine(string path)
    {
        byte[] start;
        Span<byte> last = stackalloc byte[1];
        try
        {
            using var file = RegularFile.Open(path, toWrite: false);
            var length = RandomAccess.GetLength(file);
            start = new byte[Math.Min(length, MostLooked)];
            start = start[..RandomAccess.Read(file, start, 0)];
            if (length == 0 || RandomAccess.Read(file, last, length - 1) == 0)
                return false;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return false;
        }
        return IsLog(start) ? last[0] != '\n' : throw OptionCheck.Bad("LogPath",
            $"LogPath: '{path}' is there and is no log of PSSR's, so nothing is added to it; name another file, or move that one away");
    }

    /// <summary>Whether a file that begins so is a log, or empty. A kill, a full disk or a loss of power may have cut lines and left zeros
    /// in place of others.</summary>
    private static bool IsLog(ReadOnlySpan<byte> start)
    {
        var (isEmpty, isCut) = (true, false);
        foreach (var range in start.Split((byte)'\n'))
        {
            var line = start[range].Trim("\0\r\t \uFEFF"u8);
            if (line.IsEmpty)
                continue;
            if (IsEvent(line))
                return true;
            isCut = isEmpty && Encoding.Latin1.GetString(line[..Math.Min(line.Length, Beginning.Length)]) is var beginning
                && Beginning.StartsWith(beginning, StringComparison.Ordinal);
            isEmpty = false;
        }
        return isEmpty || isCut;
    }

    private static bool IsEvent(ReadOnlySpan<byte> line)
    {
        if (line[0] != '{' || line.IndexOf("\"event\""u8) < 0)
            return false;
        try
        {
            return JsonNode.Parse(line) is JsonObject fields && fields["event"] is JsonValue what && what.TryGetValue(out string? word)
                && word is "start" or "begin" or "file" or "summary";
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
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
