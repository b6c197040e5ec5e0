using System.Reflection;

namespace PSSR.Options;

/// <summary>A record of options, seen from the faces (command line, cmdlets): what it asks for, and a copy with what was given.</summary>
public static class OptionRecord
{
    /// <summary>What a record asks for, in its order: public properties that can be set.</summary>
    /// <remarks>Those marked <see cref="NotAskedAttribute"/> apart.</remarks>
    public static IEnumerable<PropertyInfo> Asked(Type record) => record.GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && !property.IsDefined(typeof(NotAskedAttribute)));

    /// <summary>A copy with other values. What wasn't given stays as it is in <paramref name="options"/>.</summary>
    /// <param name="given">By property; a <see cref="TimeSpan"/> as seconds, a word in upper or lower case.</param>
    public static T With<T>(T options, IEnumerable<KeyValuePair<PropertyInfo, object?>> given) where T : class =>
        (T)Copy(options, given);

    /// <summary>The same, of a record whose type is only known when it runs.</summary>
    /// <inheritdoc cref="With"/>
    public static object Copy(object options, IEnumerable<KeyValuePair<PropertyInfo, object?>> given)
    {
        var copy = Activator.CreateInstance(options.GetType())!; // required members are among those copied
        const BindingFlags all = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        foreach (var property in options.GetType().GetProperties(all).Where(property => property.CanWrite))
            property.SetValue(copy, property.GetValue(options));
        foreach (var (property, value) in given)
            property.SetValue(copy, AsPropertyOf(property, value));
        return copy;
    }

    private static object? AsPropertyOf(PropertyInfo property, object? value) => value switch
    {
        double seconds when property.PropertyType == typeof(TimeSpan) => TimeSpan.FromSeconds(seconds),
        string word when property.GetCustomAttribute<AllowedAttribute>() is { } allowed => allowed.Spelt(word),
        _ => value,
    };

    /// <summary>A property's name as the command line has it: <c>tile-size</c>.</summary>
    public static string KebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
