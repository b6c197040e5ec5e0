using System.Text.Json;
using System.Text.Json.Nodes;

namespace PSSR.Host.Json;

/// <summary>What of a file's JSON is only looked at when somebody asks for it.</summary>
internal static class JsonTree
{
    /// <summary>Looks at everything: names that occur twice or are empty, and text that is no Unicode, are found here or nowhere in
    /// time.</summary>
    /// <exception cref="JsonException">There is such a thing.</exception>
    public static void Require(JsonNode? tree)
    {
        try
        {
            Visit(tree);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException)
        {
            throw new JsonException(e.Message, e);
        }
    }

    private static void Visit(JsonNode? part)
    {
        switch (part)
        {
            case JsonObject members:
                foreach (var (name, value) in members)
                {
                    if (name.Length == 0)
                        throw new JsonException("a value has no name");
                    Visit(value);
                }
                break;
            case JsonArray items:
                foreach (var item in items)
                    Visit(item);
                break;
            case JsonValue value when value.GetValueKind() == JsonValueKind.String:
                _ = value.GetValue<string>();
                break;
        }
    }
}
