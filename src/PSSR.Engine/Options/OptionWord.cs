using System.Reflection;

namespace PSSR.Options;

/// <summary>Another word for an enumeration's value: jpg for jpeg.</summary>
[AttributeUsage(AttributeTargets.Field)]
public sealed class AlsoCalledAttribute(string word) : Attribute
{
    public string Word { get; } = word;
}

/// <summary>Enumerations as they are typed.</summary>
public static class OptionWord
{
    /// <summary>The value that a word means; hyphens, a leading dot (of a file's extension) and case don't matter.</summary>
    /// <param name="type">An enumeration.</param>
    /// <returns>Null where no value is called so.</returns>
    public static object? Find(Type type, string word)
    {
        var plain = word.TrimStart('.').Replace("-", "", StringComparison.Ordinal);
        return type.GetFields(BindingFlags.Public | BindingFlags.Static).FirstOrDefault(field =>
            plain.Equals(field.Name, StringComparison.OrdinalIgnoreCase)
            || plain.Equals(field.GetCustomAttribute<AlsoCalledAttribute>()?.Word, StringComparison.OrdinalIgnoreCase))?.GetValue(null);
    }
}
