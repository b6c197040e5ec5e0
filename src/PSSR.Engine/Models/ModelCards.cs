using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;
using PSSR.Host;

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
        AllowDuplicateProperties = false,
        WriteIndented = true,
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The card of the model in this folder.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: no card, not the expected JSON, or a weights name that leaves the
    /// folder.</exception>
    public static ModelCard Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        try
        {
            ModelCard card = JsonSerializer.Deserialize<ModelCard>(File.ReadAllBytes(path), Json)
                ?? throw new JsonException("it holds null");
            if (card.Weights.Length == 0 || card.Weights is "." or ".." || card.Weights.AsSpan().ContainsAny('/', '\\', ':'))
                throw new JsonException($"weights must be the name of a file beside the card, not '{card.Weights}'");
            return card;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            string why = e is FileNotFoundException or DirectoryNotFoundException
                ? "there is no such file; a model is a folder with a card and a weights file" : e.Message;
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't use the model card '{path}': {why}", path, e);
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
            using FileStream stream = File.OpenRead(path);
            return Convert.ToHexStringLower(SHA256.HashData(stream));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Can't read '{path}': {e.Message}", path, e);
        }
    }
}
