using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Pictures.Preparing;

namespace PSSR.Sets.Records;

/// <summary>
/// The JSON file beside each degraded picture, <c>a.png.degradation.json</c>: what was read, what it went through, and a hash of what came
/// out. A set is made again from its records and its pictures.
/// </summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="InputSha256">Of the file's bytes.</param>
/// <param name="Output">Path of the result below the output directory, with '/'.</param>
/// <param name="SamplesSha256">Of the result's samples.</param>
/// <param name="InputWidth">Of the picture that was shrunk, upright and prepared; null in an older record.</param>
/// <param name="InputHeight">Likewise.</param>
/// <param name="Metadata">What the result keeps of it; null: all.</param>
public sealed record DegradationRecord(
    int Version, string Pssr, string Input, string InputSha256, string Output, string SamplesSha256, DegradationParameters Parameters,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? InputWidth = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? InputHeight = null,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] MetadataPolicy? Metadata = null)
    : IPictureRecord
{
    /// <summary>How the picture was brought to its size before; null: not at all.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public Preparation? Preparation { get; init; }

    /// <summary>Which frame of an animated picture it is of, from 1; null: of the picture.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Frame { get; init; }

    public const string Extension = ".degradation.json";

    public const int CurrentVersion = 1;

    string? IPictureRecord.Model => null;

    JsonObject? IPictureRecord.Options => null;

    /// <summary>The record of the picture at <paramref name="output"/>; null when there is none, or it can't be used.</summary>
    public static DegradationRecord? Beside(string output)
    {
        try
        {
            return File.Exists(PathFor(output)) ? Read(PathFor(output)) : null;
        }
        catch (PssrException)
        {
            return null;
        }
    }

    /// <inheritdoc cref="RunRecord.ReadBeside"/>
    public static DegradationRecord? ReadBeside(string output)
    {
        RecordJson.RequireReadable(PathFor(output));
        return Beside(output);
    }

    /// <summary>The size that the picture had before it was shrunk to <paramref name="width"/>×<paramref name="height"/> by
    /// <paramref name="scale"/>; null where that isn't what happened, or isn't known.</summary>
    public (int Width, int Height)? SizeBefore(int width, int height, double scale) =>
        this is { InputWidth: { } w, InputHeight: { } h, Parameters: { Enlarge: false } made }
            && Math.Abs(made.Scale - scale) <= 1e-9 * scale && (made.Shrunk(w), made.Shrunk(h)) == (width, height)
            ? (w, h) : null;

    public static string PathFor(string output) => output + Extension;

    public void Write(string path)
    {
        using var staged = Stage(path);
        staged.Commit(overwrite: true);
    }

    /// <inheritdoc cref="AtomicFile.Stage"/>
    internal StagedFile Stage(string path) => AtomicFile.Stage(path, temporary => File.WriteAllText(temporary, RecordJson.Text(this)));

    /// <exception cref="PssrException">Kind Image: missing, not such a record, or one that points out of the output directory.</exception>
    public static DegradationRecord Read(string path)
    {
        try
        {
            var record = RecordJson.Read<DegradationRecord>(RegularFile.Read(path, RecordJson.MostBytes));
            if (record.Version != CurrentVersion)
                throw new JsonException($"its version is {record.Version}, and this PSSR reads {CurrentVersion}");
            if (record.Output.Split('/').Any(part => part.Length == 0 || part is "." or ".." || part.AsSpan().ContainsAny('\\', ':', '\0')))
                throw new JsonException($"output must be a path below the output directory, not '{record.Output}'");
            if (!RecordJson.IsPath(record.Input))
                throw new JsonException("input must be the path of the picture");
            record.Parameters.Validate();
            record.Preparation?.Validate();
            if (record.Frame is < 1)
                throw new JsonException($"frame is {record.Frame}; the first is 1");
            return record;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or PssrException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be used as the record of a degraded picture: {e.Message}",
                path, e);
        }
    }

    IPictureRecord IPictureRecord.WithoutFolder() => this with { Input = RecordJson.NameIn(Input) };
}
