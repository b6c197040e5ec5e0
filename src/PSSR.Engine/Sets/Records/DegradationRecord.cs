using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Pictures.Degrading;

namespace PSSR.Sets.Records;

/// <summary>
/// The JSON file beside each degraded picture, <c>a.png.degradation.json</c>: what was read, what it went through, and a hash of what came
/// out. A set is made again from its records and its pictures.
/// </summary>
/// <param name="Input">Full path of the picture that was read.</param>
/// <param name="InputSha256">Of the file's bytes.</param>
/// <param name="Output">Path of the result below the output directory, with '/'.</param>
/// <param name="SamplesSha256">Of the result's samples.</param>
public sealed record DegradationRecord(
    int Version, string Pssr, string Input, string InputSha256, string Output, string SamplesSha256, DegradationParameters Parameters)
    : IPictureRecord
{
    public const string Extension = ".degradation.json";

    public const int CurrentVersion = 1;

    string? IPictureRecord.Model => null;

    JsonObject? IPictureRecord.Options => null;

    public static string PathFor(string output) => output + Extension;

    public void Write(string path) =>
        AtomicFile.Write(path, overwrite: true, temporary => File.WriteAllText(temporary, RecordJson.Text(this)));

    /// <exception cref="PssrException">Kind Image: missing, not such a record, or one that points out of the output directory.</exception>
    public static DegradationRecord Read(string path)
    {
        try
        {
            var record = RecordJson.Read<DegradationRecord>(File.ReadAllBytes(path));
            if (record.Version != CurrentVersion)
                throw new JsonException($"its version is {record.Version}, and this PSSR reads {CurrentVersion}");
            if (record.Output.Split('/').Any(part => part.Length == 0 || part is "." or ".." || part.AsSpan().ContainsAny('\\', ':', '\0')))
                throw new JsonException($"output must be a path below the output directory, not '{record.Output}'");
            record.Parameters.Validate();
            return record;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or PssrException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be used as the record of a degraded picture: {e.Message}",
                path, e);
        }
    }

    IPictureRecord IPictureRecord.WithoutFolder() => this with { Input = Path.GetFileName(Input) };
}
