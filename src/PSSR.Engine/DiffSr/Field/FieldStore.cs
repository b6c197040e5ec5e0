using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Models;

namespace PSSR.DiffSr.Field;

/// <summary>
/// Reads and writes saved fields: <c>field.json</c> beside the model where its folder can be written and is the user's, else a file of the
/// user's that is named after the weights. The user's file counts more than one that came with the model.
/// </summary>
public static class FieldStore
{
    public const string FileName = "field.json";

    private const int HashLength = 16;

    /// <summary>Most bytes of such a file; the embedded prior's has some four thousand.</summary>
    private const int Longest = 4 << 20;

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        IgnoreReadOnlyProperties = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new JsonStringEnumConverter(JsonNamingPolicy.KebabCaseLower, allowIntegerValues: false) },
    };

    /// <summary>The field of a model; null: none was saved for its weights.</summary>
    /// <param name="path">The file that it came from, or that was passed over because it belongs to other weights; null: there is
    /// none.</param>
    /// <exception cref="PssrException">Kind Checkpoint: the file can't be read.</exception>
    public static SavedField? Read(InstalledModel model, out string? path) => Read(model, UserFolder, out path);

    /// <summary>Stores a field for a model, whole or not at all, in place of an earlier one.</summary>
    /// <returns>The file's path.</returns>
    /// <exception cref="PssrException">Kind Checkpoint: the disk refused.</exception>
    public static string Write(InstalledModel model, SavedField field) => Write(model, field, UserFolder);

    /// <summary>The folder of what belongs to no model's own folder; hidden, so that it is never taken for a model.</summary>
    public static string UserFolder => Path.Combine(ModelStore.UserFolder, ".fields");

    internal static SavedField? Read(InstalledModel model, string userFolder, out string? path)
    {
        path = new[] { UserPath(model, userFolder), Path.Combine(model.Folder, FileName) }.FirstOrDefault(File.Exists);
        if (path is null)
            return null;
        try
        {
            var field = JsonSerializer.Deserialize<SavedField>(RegularFile.Read(path, Longest), Json)
                ?? throw new JsonException("it holds null");
            field.Checked();
            return field.Calibration.ModelSha256 == model.Card.Sha256 ? field : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or PssrException { Kind: PssrErrorKind.Option })
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"Can't use the saved field '{path}': {e.Message.TrimEnd('.')}. Delete it, or save it anew with "
                    + "Find-PerceptualRecoverableField.", path, e);
        }
    }

    internal static string Write(InstalledModel model, SavedField field, string userFolder)
    {
        var beside = Path.Combine(model.Folder, FileName);
        var path = model.Embedded || File.Exists(UserPath(model, userFolder)) || !CanWrite(model.Folder) ? UserPath(model, userFolder)
            : beside;
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, overwrite: true,
                temporary => File.WriteAllBytes(temporary, [.. JsonSerializer.SerializeToUtf8Bytes(field, Json), (byte)'\n']));
            return path;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't save the field '{path}': {e.Message}", path, e);
        }
    }

    private static string UserPath(InstalledModel model, string userFolder) =>
        Path.Combine(userFolder, $"{model.Card.Sha256[..Math.Min(HashLength, model.Card.Sha256.Length)]}.json");

    /// <summary>Trying is the only sure way: permissions, mounts and quotas all have a say.</summary>
    private static bool CanWrite(string folder)
    {
        var probe = Path.Combine(folder, $".{Guid.NewGuid():N}.pssr-tmp");
        try
        {
            using (new FileStream(probe, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose))
                return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
