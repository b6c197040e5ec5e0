using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;
using PSSR.Host.Json;
using PSSR.Models.Files;

namespace PSSR.Models;

/// <summary>Reads and writes <c>card.json</c>.</summary>
public static class ModelCards
{
    public const string FileName = "card.json";

    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        AllowDuplicateProperties = false,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private static readonly JsonSerializerOptions Line = new(Json) { WriteIndented = false };

    /// <summary>In a safetensors header.</summary>
    private const string MetadataKey = "pssr.card";

    /// <summary>Most bytes of a card; one with a long training's curve has some ten thousand.</summary>
    private const int Longest = 16 << 20;

    /// <summary>The card of the model in this folder.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: no card, not the expected JSON, a value that no card can have, or a weights name
    /// that leaves the folder.</exception>
    public static ModelCard Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            if (!File.Exists(path))
                throw new FileNotFoundException("there is no such file; a model is a folder with a card and a weights file");
            return Parse(RegularFile.Read(path, Longest));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"Can't use the model card '{path}': {e.Message.TrimEnd('.')}. Mend it, or import or train the model again.", path, e);
        }
    }

    /// <summary>The card that a weights file was written with: in its header, as <see cref="ModelExporter"/> puts it there, or beside it,
    /// where its hash is this file's. Null where there is none.</summary>
    /// <exception cref="JsonException">The header's card can't be used.</exception>
    internal static ModelCard? Of(WeightsFile file)
    {
        if (file.Metadata.GetValueOrDefault(MetadataKey) is { } text)
            return Parse(Encoding.UTF8.GetBytes(text));
        return Beside(file.Path);
    }

    /// <summary>The card that lies beside a weights file and was written for it; null where there is none.</summary>
    internal static ModelCard? Beside(string path)
    {
        string folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        if (!File.Exists(Path.Combine(folder, FileName)))
            return null;
        try
        {
            ModelCard card = Read(folder);
            return card.Weights == Path.GetFileName(path) && card.Sha256 == Sha256(path) ? card : null;
        }
        catch (PssrException) // it may be anything's
        {
            return null;
        }
    }

    /// <summary>What a weights file that stands alone takes with it.</summary>
    internal static IReadOnlyDictionary<string, string> AsMetadata(ModelCard card) => new Dictionary<string, string>
    {
        ["format"] = "pt",
        [MetadataKey] = JsonSerializer.Serialize(card, Line),
    };

    /// <summary>A card from its JSON.</summary>
    /// <exception cref="JsonException">Not one; the message says why.</exception>
    internal static ModelCard Parse(ReadOnlySpan<byte> utf8)
    {
        try
        {
            ModelCard card = JsonRecord.Read<ModelCard>(utf8, Json);
            JsonTree.Require(card.Options);
            JsonTree.Require(card.Training);
            ModelCardCheck.Require(card);
            return card;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <summary>Writes the card into an existing folder, whole or not at all.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the disk refused.</exception>
    public static void Write(string folder, ModelCard card)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            AtomicFile.Write(path, overwrite: true,
                temporary => File.WriteAllBytes(temporary, [.. JsonSerializer.SerializeToUtf8Bytes(card, Json), (byte)'\n']));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't write the model card '{path}': {e.Message}", path, e);
        }
    }

    /// <summary>Full path of the weights that a card names.</summary>
    public static string WeightsPath(string folder, ModelCard card) => Path.Combine(folder, card.Weights);

    /// <summary>SHA-256 of a file, lower-case hex: what <see cref="ModelCard.Sha256"/> holds for the weights.</summary>
    public static string Sha256(string path)
    {
        try
        {
            if (new FileInfo(path).Length == 0)
                throw new IOException("it is empty, or no regular file");
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{path}': {e.Message}", path, e);
        }
    }
}
