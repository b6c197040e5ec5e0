using System.Collections;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Reflection;
using PSSR.Options;

namespace PSSR.Cli.Binding;

/// <summary>A property's value from what was typed, and as one would type it. Numbers have a decimal point on every machine.</summary>
internal static class OptionValue
{
    public static object? Parse(ArgumentResult argument, PropertyInfo property, string name)
    {
        var type = property.PropertyType;
        if (type == typeof(IReadOnlyList<string>))
            return argument.Tokens.Select(token => token.Value).ToArray();
        var text = argument.Tokens[0].Value;
        if (property.IsDefined(typeof(ByteCountAttribute)))
            return ByteCount.Parse(argument, name);
        if (type == typeof(IReadOnlyList<double>))
            return List(argument, text, name, InvariantNumber.Parse);
        if (type == typeof(IReadOnlyList<int>))
            return List(argument, text, name, (_, part, _) => Whole(argument, typeof(int), part, name) is int number ? number : 0);
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type.IsEnum)
            return Word(argument, type, text, name);
        if (type == typeof(string))
            return text;
        return type == typeof(double) || type == typeof(TimeSpan)
            ? InvariantNumber.Parse(argument, text, name)
            : Whole(argument, type, text, name);
    }

    /// <summary>An argument's one whole number.</summary>
    public static T Whole<T>(ArgumentResult argument, string name) where T : struct =>
        Whole(argument, typeof(T), argument.Tokens[0].Value, name) is T number ? number : default;

    /// <summary>All of an argument's.</summary>
    public static int[] Wholes(ArgumentResult argument, string name) =>
        [.. argument.Tokens.Select(token => Whole(argument, typeof(int), token.Value, name) is int number ? number : 0)];

    /// <summary>Null where there is nothing to show: no value, a flag that is off, an empty list or text.</summary>
    public static string? Text(object? value) => value switch
    {
        null or false or "" => null,
        string text => text,
        Enum word => OptionRecord.KebabCase($"{word}"),
        TimeSpan time => time.TotalSeconds.ToString(CultureInfo.InvariantCulture),
        IEnumerable list => string.Join(',', list.Cast<object>().Select(Text)) is { Length: > 0 } all ? all : null,
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    /// <summary>An enum's values as they are typed; hyphens and case don't matter.</summary>
    public static IEnumerable<string> Words(Type type) => Enum.GetNames(type).Select(OptionRecord.KebabCase);

    private static T[] List<T>(ArgumentResult argument, string text, string name, Func<ArgumentResult, string, string, T> parse) =>
        [.. text.Split(',').Select(part => parse(argument, part, name))];

    /// <summary>Of an enumeration.</summary>
    public static object? Word(ArgumentResult argument, Type type, string text, string name)
    {
        if (OptionWord.Find(type, text) is { } found)
            return found;
        argument.AddError($"{name}: '{text}' is not {string.Join(", ", Words(type))}.");
        return null;
    }

    private static object? Whole(ArgumentResult argument, Type type, string text, string name)
    {
        var signed = long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number);
        if (type == typeof(ulong) && ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var key))
            return key;
        if (type == typeof(long) && signed)
            return number;
        if (type == typeof(int) && signed && number is >= int.MinValue and <= int.MaxValue)
            return (int)number;
        argument.AddError($"{name}: '{text}' is not a whole number{(type == typeof(ulong) ? " from 0" : "")}.");
        return null;
    }
}
