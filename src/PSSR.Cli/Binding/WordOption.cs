using System.CommandLine;

namespace PSSR.Cli.Binding;

/// <summary>An option that is one of a few words; hyphens and case don't matter.</summary>
internal static class WordOption
{
    /// <param name="words">As the engine has them.</param>
    public static Option<string?> Of(string name, string description, params string[] words) => new(name)
    {
        Description = description,
        CustomParser = argument =>
        {
            var text = argument.Tokens[0].Value;
            if (Array.Find(words, word => Bare(word).Equals(Bare(text), StringComparison.OrdinalIgnoreCase)) is { } found)
                return found;
            argument.AddError($"{name}: '{text}' is not {string.Join(", ", words)}.");
            return null;
        },
    };

    /// <summary>The same of an enumeration.</summary>
    public static Option<T> Of<T>(string name, string description) where T : struct, Enum => new(name)
    {
        Description = description,
        CustomParser = argument => OptionValue.Word(argument, typeof(T), argument.Tokens[0].Value, name) is T found ? found : default,
    };

    private static string Bare(string word) => word.Replace("-", "", StringComparison.Ordinal);
}
