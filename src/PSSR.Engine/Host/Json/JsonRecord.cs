using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace PSSR.Host.Json;

/// <summary>Records that people write by hand: what doesn't fit is told by its name, its value and what it may be, and not in the words of
/// .NET.</summary>
internal static class JsonRecord
{
    /// <exception cref="JsonException">It is no such record; the message is a sentence without its full stop.</exception>
    public static T Read<T>(JsonNode json, JsonSerializerOptions options)
    {
        try
        {
            return json.Deserialize<T>(options) ?? throw new JsonException("it holds null");
        }
        catch (JsonException e) when (Words(e, json, options.GetTypeInfo(typeof(T))) is { } words)
        {
            throw new JsonException(words, e.Path, e.LineNumber, e.BytePositionInLine, e);
        }
    }

    /// <inheritdoc cref="Read{T}(JsonNode, JsonSerializerOptions)"/>
    public static T Read<T>(ReadOnlySpan<byte> utf8, JsonSerializerOptions options)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(utf8, options) ?? throw new JsonException("it holds null");
        }
        catch (JsonException)
        {
            // What is no JSON at all says so once more.
            return Read<T>(JsonNode.Parse(utf8) ?? throw new JsonException("it holds null"), options);
        }
    }

    private static string? Words(JsonException e, JsonNode? json, JsonTypeInfo type) =>
        Unknown(json, type) ?? (e.Path is { } path ? Unfit(path, json, type) : null);

    private static string? Unknown(JsonNode? json, JsonTypeInfo type)
    {
        if (json is not JsonObject members || type.Kind != JsonTypeInfoKind.Object)
            return null;
        foreach (var (name, value) in members)
        {
            if (Property(type, name) is not { } property)
                return $"there is no '{name}', only "
                    + string.Join(", ", type.Properties.Where(known => known.Set is not null).Select(known => known.Name));
            if (Unknown(value, type.Options.GetTypeInfo(property.PropertyType)) is { } below)
                return $"{name}: {below}";
        }
        return null;
    }

    /// <param name="path">As .NET has it: $.schedule.steps, $.mean[1].</param>
    private static string? Unfit(string path, JsonNode? json, JsonTypeInfo type)
    {
        var names = new List<string>();
        JsonPropertyInfo? property = null;
        foreach (var name in path.Split('.').Skip(1).Select(part => part.Split('[')[0]))
        {
            if (json is not JsonObject members || Property(type, name) is not { } next)
                break;
            (property, json, type) = (next, members[name], type.Options.GetTypeInfo(next.PropertyType));
            names.Add(name);
        }
        return property is null ? null
            : $"{string.Join('.', names)} is {json?.ToJsonString() ?? "null"}; it must be {Expected(property.PropertyType)}";
    }

    private static JsonPropertyInfo? Property(JsonTypeInfo type, string name) =>
        type.Properties.FirstOrDefault(property => property.Name == name);

    private static string Expected(Type type) => Nullable.GetUnderlyingType(type) is { } inner ? Expected(inner)
        : type.IsEnum ? string.Join(" or ", type.GetFields(BindingFlags.Public | BindingFlags.Static)
            .Select(field => field.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? field.Name))
        : type == typeof(bool) ? "true or false"
        : type == typeof(string) ? "text"
        : type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) || type == typeof(float) ? "a number"
        : type.IsAssignableTo(typeof(IEnumerable)) ? "a list"
        : "a record of its own";
}
