using System.Text.Json.Nodes;
using System.Text.Json.Serialization;

namespace PSSR.Models.Catalogue;

/// <summary>A public model file that PSSR knows: where its authors put it, how it is told from any other, and what they allow.</summary>
public sealed record CatalogueModel
{
    /// <summary>The name that it is installed under.</summary>
    public required string Name { get; init; }

    /// <summary>What it is for: prior, face prior, corrector, flow, perceptual metric, features.</summary>
    public required string Task { get; init; }

    /// <summary>As <see cref="ModelImportOptions.Architecture"/>.</summary>
    public required string Architecture { get; init; }

    /// <summary>As <see cref="ModelImportOptions.Options"/>; null: none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public JsonObject? Options { get; init; }

    /// <summary>As its authors state it; to be read there before the model is used.</summary>
    public required string License { get; init; }

    /// <summary>Where they state it, or where they describe the model.</summary>
    public required Uri Page { get; init; }

    /// <summary>The name of the file, on a mirror or in a folder too.</summary>
    public required string File { get; init; }

    /// <summary>The file itself; null where its authors give it by a page that wants a person (Google Drive, a sign-in).</summary>
    public Uri? Source { get; init; }

    /// <summary>SHA-256 of the file; null where nobody published one: then its layout alone tells that it is this model.</summary>
    public string? Sha256 { get; init; }

    /// <summary>Bytes of the file; null where they aren't known.</summary>
    public long? Bytes { get; init; }

    /// <summary>The same as a person reads it: 6.0 kB, 374.4 MB.</summary>
    [JsonIgnore]
    public string? Size => Bytes switch
    {
        null => null,
        < 100_000 and var bytes => FormattableString.Invariant($"{bytes / 1e3:0.0} kB"),
        var bytes => FormattableString.Invariant($"{bytes / 1e6:0.0} MB"),
    };

    /// <summary>Whether the user, or PSSR itself, has a model of this name.</summary>
    [JsonIgnore]
    public bool IsInstalled => ModelStore.Has(Name);
}
