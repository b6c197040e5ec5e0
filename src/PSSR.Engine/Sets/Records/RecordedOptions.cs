using System.Text.Json.Nodes;
using PSSR.Pictures;

namespace PSSR.Sets.Records;

/// <summary>Options and decisions as a record holds them, by name.</summary>
internal static class RecordedOptions
{
    /// <summary>What determines the pixels, and nothing else: not where they go, nor whether an old result may be overwritten.</summary>
    public static JsonObject Of(UpscaleOptions options, ImageFormat format)
    {
        var json = RecordJson.Part(options with
        {
            Method = UpscaleMethods.Kebab(options.Method),
            Dpi = options.Method == UpscaleMethods.Dpi ? options.Dpi ?? new() : null,
            Flow = options.Method == UpscaleMethods.Ecdp ? options.Flow ?? new() : null,
        });
        json["quality"] = LossyQuality.Has(format) ? options.Quality ?? LossyQuality.Standard : null;
        return json;
    }

    /// <summary>What a method decided: numbers, truths and lists of numbers as such, everything else in words.</summary>
    public static JsonObject Of(IReadOnlyDictionary<string, object> decisions) =>
        new(decisions.Select(decision => KeyValuePair.Create(decision.Key, Node(decision.Value))));

    private static JsonNode? Node(object? value) => value switch
    {
        null => null,
        bool b => JsonValue.Create(b),
        int i => JsonValue.Create(i),
        long l => JsonValue.Create(l),
        float f => JsonValue.Create(f),
        double d => JsonValue.Create(d),
        IEnumerable<int> list => new JsonArray([.. list.Select(i => (JsonNode)JsonValue.Create(i))]),
        var other => JsonValue.Create(other.ToString()),
    };
}
