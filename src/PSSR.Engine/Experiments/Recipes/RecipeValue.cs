using System.Reflection;
using PSSR.Options;

namespace PSSR.Experiments.Recipes;

/// <summary>A literal of a recipe as a property wants it.</summary>
internal static class RecipeValue
{
    /// <param name="name">What it is the value of, for messages.</param>
    /// <param name="allowed">Values that it may have; null: all of the type.</param>
    /// <exception cref="PssrException">Kind Option: it is of another kind, or isn't allowed.</exception>
    public static object? Of(DataNode node, Type type, RecipePlace place, string name, AllowedAttribute? allowed = null)
    {
        var inner = Nullable.GetUnderlyingType(type) ?? type;
        if (node is DataValue { Value: null })
            return !inner.IsValueType || inner != type ? null : throw Wrong(node, place, name, Kind(type));
        var value = ListOf(inner) is { } item ? List(node, item, place, name) : Single(node, inner, place, name);
        if (allowed?.Holds(value) == false)
            throw place.At(node.Line, $"{name}: {Shown(node)} is not {allowed}."
                + (node is DataValue { Value: string word } && allowed.Words.Count > 0 ? NearestName.Hint(word, allowed.Words) : ""));
        return value;
    }

    /// <summary>An option's value.</summary>
    public static OptionValue Of(DataNode node, OptionPath path, RecipePlace place) => new(path,
        Of(node, path.Property.PropertyType, place, path.Name, path.Property.GetCustomAttribute<AllowedAttribute>()), node.Line);

    public static string Shown(DataNode node) => TerminalText.Escaped(node switch
    {
        DataValue { Value: string text } => $"'{text}'",
        DataValue { Value: var value } => value is bool or null ? $"${value ?? "null"}".ToLowerInvariant() : OptionValue.Text(value),
        DataList list => $"a list of {list.Items.Count}",
        _ => "a table",
    });

    private static object Single(DataNode node, Type type, RecipePlace place, string name)
    {
        if (node is not DataValue { Value: { } value })
            throw Wrong(node, place, name, Kind(type));
        if (type.IsEnum && value is string word)
            return OptionWord.Find(type, word) ?? throw place.At(node.Line,
                $"{name}: {Shown(node)} is none of its values.{NearestName.Hint(word, Enum.GetNames(type))}");
        return value switch
        {
            string when type == typeof(string) => value,
            bool when type == typeof(bool) => value,
            long number when type == typeof(double) => (double)number,
            double when type == typeof(double) => value,
            long or double when type == typeof(TimeSpan) => TimeSpan.FromSeconds(Convert.ToDouble(value)),
            long when type == typeof(long) => value,
            long and >= int.MinValue and <= int.MaxValue when type == typeof(int) => (int)(long)value,
            long and >= 0 when type == typeof(ulong) => (ulong)(long)value,
            _ => throw Wrong(node, place, name, Kind(type)),
        };
    }

    /// <summary>A single value is a list of one, as in PowerShell.</summary>
    private static Array List(DataNode node, Type item, RecipePlace place, string name)
    {
        var nodes = node is DataList list ? list.Items : [node];
        var values = Array.CreateInstance(item, nodes.Count);
        for (var i = 0; i < nodes.Count; i++)
            values.SetValue(Single(nodes[i], item, place, name), i);
        return values;
    }

    private static Type? ListOf(Type type) => type.IsArray ? type.GetElementType()
        : type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IReadOnlyList<>) ? type.GetGenericArguments()[0] : null;

    private static string Kind(Type type) => (Nullable.GetUnderlyingType(type) ?? type) switch
    {
        var t when t == typeof(string) => "a text in quotes",
        var t when t == typeof(bool) => "$true or $false",
        var t when t == typeof(double) || t == typeof(TimeSpan) => "a number",
        var t when t == typeof(ulong) => "a whole number from 0",
        { IsEnum: true } t => string.Join(", ", Enum.GetNames(t).Select(word => $"'{word}'")),
        { IsPrimitive: true } => "a whole number",
        _ => "a list",
    };

    private static PssrException Wrong(DataNode node, RecipePlace place, string name, string wanted) =>
        place.At(node.Line, $"{name} wants {wanted}, and {Shown(node)} is none.");
}
