using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;

namespace PSSR.Experiments;

/// <summary>
/// The file that says that a cell was done, <c>cell.json</c> in its folder: what was upscaled, how it was measured, and the values. Whoever
/// finds it there with what would be done now has nothing left to do.
/// </summary>
internal sealed record CellRecord
{
    public const string FileName = "cell.json";

    /// <summary>Begins the notes of what could not be measured.</summary>
    public const string NotMeasured = "not measured, ";

    private const int MostBytes = 4 << 20;

    private static readonly JsonSerializerOptions Layout = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, // the PSNR of equal pictures
        RespectNullableAnnotations = true,
    };

    public int Version { get; init; } = 1;

    /// <summary>PSSR's version.</summary>
    public string Pssr { get; init; } = PssrEnvironment.Version;

    /// <summary>Data, degradation, scale, method and settings, in words.</summary>
    public required string Name { get; init; }

    /// <summary>Hash of the small pictures, of the true ones and of the references: see <see cref="PictureFolders.Key"/>.</summary>
    public required string Inputs { get; init; }

    /// <summary>Hash of how it was measured: see <see cref="MeasuringPlan.Key"/>.</summary>
    public required string Measuring { get; init; }

    /// <summary>How many pictures were measured.</summary>
    public required int Pictures { get; init; }

    /// <summary>What went wrong with single pictures; a sentence each, the first few.</summary>
    public IReadOnlyList<string> Failures { get; init; } = [];

    /// <summary>How many pictures failed.</summary>
    public int Failed { get; init; }

    /// <summary>Values by metric.</summary>
    public required IReadOnlyDictionary<string, double> Metrics { get; init; }

    /// <summary>How they were measured, in words.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Whether all was measured that was to be: what a picture or a network was in the way of may be mended.</summary>
    [JsonIgnore]
    public bool IsWhole => Failed == 0 && !Notes.Any(note => note.StartsWith(NotMeasured, StringComparison.Ordinal));

    /// <summary>Null: there is none, or it can't be understood.</summary>
    public static CellRecord? Read(string path)
    {
        try
        {
            return File.Exists(path) ? JsonSerializer.Deserialize<CellRecord>(RegularFile.Read(path, MostBytes), Layout) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }

    /// <exception cref="PssrException">Kind Image: the disk refused.</exception>
    public void Write(string path)
    {
        try
        {
            AtomicFile.Write(path, overwrite: true,
                temporary => File.WriteAllText(temporary, JsonSerializer.Serialize(this, Layout) + "\n"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
    }
}
