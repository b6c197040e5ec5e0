using System.Globalization;
using System.Text.Json.Nodes;
using PSSR.Experiments.Recipes;
using PSSR.Sets.Records;

namespace PSSR.Experiments.Results;

/// <summary>Cells as JSON.</summary>
public static class ExperimentJson
{
    /// <summary>All cells, with what the recipe says of itself.</summary>
    public static string Of(Recipe recipe, IReadOnlyList<ExperimentCell> cells) => RecordJson.Text(new JsonObject
    {
        ["name"] = recipe.Name,
        ["title"] = recipe.Title,
        ["source"] = recipe.Source,
        ["notes"] = Texts(recipe.Notes),
        ["cells"] = new JsonArray([.. cells.Select(cell => (JsonNode)Cell(cell))]),
    });

    /// <summary>One cell as a line for other programs.</summary>
    public static string Line(ExperimentCell cell) => RecordJson.Line(Cell(cell));

    private static JsonObject Cell(ExperimentCell cell) => new()
    {
        ["experiment"] = cell.Experiment,
        ["data"] = cell.Data,
        ["degrade"] = cell.Degrade,
        ["scale"] = cell.Scale,
        ["method"] = cell.Method,
        ["settings"] = new JsonObject(cell.Settings.Select(setting =>
            KeyValuePair.Create<string, JsonNode?>(setting.Key, Value(setting.Value)))),
        ["status"] = $"{cell.Status}".ToLowerInvariant(),
        ["reason"] = cell.Reason,
        ["pictures"] = cell.Pictures,
        ["failed"] = cell.Failed,
        ["metrics"] = Numbers(cell.Metrics),
        ["published"] = Numbers(cell.Published),
        ["difference"] = Numbers(cell.Difference),
        ["source"] = cell.Source,
        ["folder"] = cell.Folder,
        ["notes"] = Texts(cell.Notes),
    };

    private static JsonNode? Value(object? value) => value switch
    {
        null => null,
        bool flag => JsonValue.Create(flag),
        int or long or double or ulong => JsonValue.Create(Convert.ToDouble(value, CultureInfo.InvariantCulture)),
        _ => JsonValue.Create(OptionValue.Text(value)),
    };

    /// <summary>An infinite one is the text "Infinity", as in reports.</summary>
    private static JsonObject Numbers(IReadOnlyDictionary<string, double> values) => new(values.Select(pair =>
        KeyValuePair.Create<string, JsonNode?>(pair.Key, double.IsFinite(pair.Value) ? JsonValue.Create(pair.Value)
            : JsonValue.Create(pair.Value.ToString(CultureInfo.InvariantCulture)))));

    private static JsonArray Texts(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode?)JsonValue.Create(text))]);
}
