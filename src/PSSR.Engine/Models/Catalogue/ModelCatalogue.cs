using System.Text.Json;

namespace PSSR.Models.Catalogue;

/// <summary>The public models that <see cref="CatalogueInstaller"/> can fetch: <c>catalogue.json</c>, which is part of PSSR. Nothing is
/// asked of any server for it.</summary>
public static class ModelCatalogue
{
    private static readonly JsonSerializerOptions Strict = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = System.Text.Json.Serialization.JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true,
    };

    /// <summary>All of them, by task and name.</summary>
    public static IReadOnlyList<CatalogueModel> All { get; } = Read();

    /// <summary>The model of this name, upper and lower case alike.</summary>
    /// <exception cref="PssrException">Kind Option: there is none.</exception>
    public static CatalogueModel Find(string name) =>
        All.FirstOrDefault(model => model.Name.Equals(name, StringComparison.OrdinalIgnoreCase))
        ?? throw new PssrException(PssrErrorKind.Option,
            $"The catalogue has no model '{name}'; it has {string.Join(", ", All.Select(model => model.Name))}. "
                + "A file that you have is imported by Import-SRModel (pssr model import).", name);

    private static List<CatalogueModel> Read()
    {
        using var file = typeof(ModelCatalogue).Assembly.GetManifestResourceStream("catalogue.json")!;
        return [.. JsonSerializer.Deserialize<List<CatalogueModel>>(file, Strict)!
            .OrderBy(model => model.Task, StringComparer.Ordinal).ThenBy(model => model.Name, StringComparer.Ordinal)];
    }
}
