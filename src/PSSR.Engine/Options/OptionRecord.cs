using System.Reflection;

namespace PSSR.Options;

/// <summary>A record of options, seen from the faces (command line, cmdlets): what it asks for, and a copy with what was given.</summary>
public static class OptionRecord
{
    /// <summary>What a record asks for, in its order: public properties that can be set, those marked <see cref="NotAskedAttribute"/> apart.</summary>
    public static IEnumerable<PropertyInfo> Asked(Type record) => record.GetProperties()
        .Where(property => property.SetMethod is { IsPublic: true } && !property.IsDefined(typeof(NotAskedAttribute)));

    /// <summary>A copy with other values. What wasn't given stays as it is in <paramref name="options"/>.</summary>
    /// <param name="given">By property; a <see cref="TimeSpan"/> as seconds.</param>
    public static T With<T>(T options, IEnumerable<KeyValuePair<PropertyInfo, object?>> given) where T : class
    {
        var copy = Activator.CreateInstance<T>(); // required members are among those copied
        foreach (var property in typeof(T).GetProperties(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic).Where(p => p.CanWrite))
            property.SetValue(copy, property.GetValue(options));
        foreach (var (property, value) in given)
            property.SetValue(copy, value is double seconds && property.PropertyType == typeof(TimeSpan) ? TimeSpan.FromSeconds(seconds) : value);
        return copy;
    }

    /// <summary>A property's name as the command line has it: <c>tile-size</c>.</summary>
    public static string KebabCase(string name) =>
        string.Concat(name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"-{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
