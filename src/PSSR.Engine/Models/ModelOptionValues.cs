using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Host.Json;

namespace PSSR.Models;

/// <summary>Options of an architecture as people type them: NAME=VALUE, where a value is JSON (64, true, [1,8]) or else text
/// (32,16,8).</summary>
public static class ModelOptionValues
{
    /// <exception cref="PssrException">Kind Option: no name.</exception>
    public static (string Name, string Value) Split(string text) => text.Split('=', 2) is [{ Length: > 0 } name, var value]
        ? (name, value)
        : throw new PssrException(PssrErrorKind.Option, $"'{text}' is no option: write NAME=VALUE, as in num_head_channels=64.", text);

    /// <summary>The last of two with one name counts.</summary>
    public static JsonObject Parse(IEnumerable<(string Name, string Value)> options)
    {
        var json = new JsonObject();
        foreach ((string name, string value) in options)
            json[name] = Value(value);
        return json;
    }

    /// <summary>Two numbers with a comma between, the first smaller.</summary>
    /// <exception cref="PssrException">Kind Option: something else.</exception>
    public static double[] Range(string text)
    {
        double[] ends = [.. text.Split(',')
            .Select(part => double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out double end) ? end : double.NaN)];
        return ends is [var low, var high] && low < high ? ends
            : throw new PssrException(PssrErrorKind.Option, $"'{text}' is no value range: write 0,1 or -1,1.", text);
    }

    private static JsonNode? Value(string text)
    {
        try
        {
            var value = JsonNode.Parse(text);
            JsonTree.Require(value);
            return value;
        }
        catch (Exception e) when (e is JsonException or ArgumentException)
        {
            return JsonValue.Create(text);
        }
    }
}
