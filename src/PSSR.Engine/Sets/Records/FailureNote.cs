using System.Text.Json;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Sharing;

namespace PSSR.Sets.Records;

/// <summary>A file as it was looked at: what changes when it is written.</summary>
/// <param name="Bytes">Its size.</param>
/// <param name="Modified">When it was changed last, UTC.</param>
internal readonly record struct FileStamp(long Bytes, DateTime Modified)
{
    /// <summary>Null where there is no file, or it can't be looked at.</summary>
    public static FileStamp? Of(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true } file ? new(file.Length, file.LastWriteTimeUtc) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}

/// <summary>
/// What is remembered of a picture that can't be read: a hidden file <c>.RESULT.pssr-failed</c> where the result would be. While the
/// picture stays as it is, later runs skip it with the reason, so that a nightly run tells of it once. Only what lies in the file's content
/// is remembered: a disk, a right or a want of memory may be better tomorrow without a change of the file.
/// </summary>
internal sealed record FailureNote
{
    public const string Extension = ".pssr-failed";

    /// <summary>Begins the reason of a picture that is skipped for its note.</summary>
    private const string Before = "failed before: ";

    private const int MostBytes = 64 << 10, MostOfReason = 2000;

    /// <summary>PSSR's version: another may read what this one couldn't.</summary>
    public required string Pssr { get; init; }

    /// <summary>Full path of the picture.</summary>
    public required string Input { get; init; }

    public required long Bytes { get; init; }

    /// <summary>When the picture was changed last, as <see cref="DateTime"/>'s round-trip format.</summary>
    public required string Modified { get; init; }

    /// <summary>Null where the file's bytes couldn't be read as a whole: it is empty, say.</summary>
    public string? Sha256 { get; init; }

    public required string Reason { get; init; }

    /// <summary>The run that failed, as in the log.</summary>
    public required string Run { get; init; }

    /// <summary>Whether an error lies in the picture's content: it will be the same as long as the file is.</summary>
    public static bool IsOfContent(Exception error, string input) =>
        error is PssrException { Kind: PssrErrorKind.Image, InnerException: InvalidDataException or EndOfStreamException } image
        && image.Target == input;

    /// <summary>Whether a picture was skipped for its note.</summary>
    public static bool IsReason(string reason) => reason.StartsWith(Before, StringComparison.Ordinal);

    /// <summary>Why a picture without a result needn't be tried: it failed before, and is the same file still. Null: nothing is
    /// known.</summary>
    public static string? SkipReason(InputFile input, string output)
    {
        if (Read(PathFor(output)) is not { } note || note.Pssr != PssrEnvironment.Version || !note.IsOf(input.Path))
            return null;
        return $"{Before}{note.Reason} It hasn't changed since; RetryFailed tries it again.";
    }

    /// <summary>Writes the note. Where that can't be done the picture fails again next time, and that is all.</summary>
    /// <param name="seen">The file before it was read.</param>
    /// <param name="sha256">Of its bytes; null where they couldn't be read.</param>
    public static void Keep(string input, string output, FileStamp seen, string? sha256, string reason, string run) => Leftovers.Try(() =>
        AtomicFile.Write(PathFor(output), overwrite: true, temporary => File.WriteAllText(temporary, RecordJson.Text(new FailureNote
        {
            Pssr = PssrEnvironment.Version, Input = input, Bytes = seen.Bytes, Modified = seen.Modified.ToString("O"), Sha256 = sha256,
            Reason = reason.Length <= MostOfReason ? reason : $"{reason[..MostOfReason]} …", Run = run,
        }))));

    /// <summary>The result is there: what failed before is of no interest any more.</summary>
    public static void Forget(string output) => Leftovers.Try(() =>
    {
        if (File.Exists(PathFor(output)))
            File.Delete(PathFor(output));
    });

    /// <summary>Removes the note at <paramref name="path"/> if its picture is gone. An unmounted disk's pictures are not: their folder is
    /// gone too.</summary>
    public static void RemoveIfStale(string path)
    {
        if (Read(path) is { } note && Path.IsPathFullyQualified(note.Input) && !File.Exists(note.Input)
            && Directory.Exists(Path.GetDirectoryName(note.Input)))
            File.Delete(path);
    }

    internal static string PathFor(string output) => Claim.HiddenBeside(output, Extension);

    private static FailureNote? Read(string path)
    {
        try
        {
            return File.Exists(path) ? RecordJson.Read<FailureNote>(RegularFile.Read(path, MostBytes)) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Size and time are believed, as of results; a file that was only touched, copied back, or is seen under another path from
    /// another machine, is told by its hash.</summary>
    private bool IsOf(string path)
    {
        if (FileStamp.Of(path) is not { } now || now.Bytes != Bytes)
            return false;
        if (Input == path && Modified == now.Modified.ToString("O"))
            return true;
        try
        {
            return Sha256 is not null && ImageCodec.Fingerprint(path).Sha256 == Sha256;
        }
        catch (PssrException)
        {
            return false;
        }
    }
}
