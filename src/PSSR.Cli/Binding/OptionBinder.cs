using System.CommandLine;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json.Serialization;
using PSSR.Options;

namespace PSSR.Cli.Binding;

/// <summary>
/// The options of a command that a record asks for, one for each property: its name in kebab case (or as its JSON has it), and by
/// <see cref="OptionHelp"/> its doc comment, its value in <paramref name="standard"/> and what it allows. What was typed is read back into
/// the record; nothing else is changed.
/// </summary>
/// <param name="standard">Whose values stand where nothing is typed.</param>
internal sealed class OptionBinder<T>(T standard) where T : class
{
    private List<IRecordOption>? _options;

    /// <summary>Options that are called otherwise than their properties: property, then option.</summary>
    public IReadOnlyDictionary<string, string> Names { get; init; } = new Dictionary<string, string>();

    /// <summary>Options that the command has no use for.</summary>
    public IReadOnlyCollection<string> Without { get; init; } = [];

    /// <summary>Whether help shows the record's values as the defaults.</summary>
    public bool ShowsDefaults { get; init; } = true;

    public void AddTo(Command command)
    {
        _options = [.. OptionRecord.Asked(typeof(T)).Where(property => !Without.Contains(property.Name)).Select(Option)];
        foreach (var option in _options)
            command.Add((Option)option);
    }

    /// <summary>The record with what was typed.</summary>
    public T Read(ParseResult parsed) => Read(parsed, standard);

    /// <summary>The same, where the rest isn't the standard's but another record's.</summary>
    public T Read(ParseResult parsed, T basis) => OptionRecord.With(basis, _options!
        .Where(option => IsTyped(parsed, (Option)option))
        .Select(option => KeyValuePair.Create(option.Property, option.ValueIn(parsed))));

    /// <summary>The first option that was typed and isn't of these properties; null where there is none.</summary>
    public string? TypedOther(ParseResult parsed, params IReadOnlyCollection<string> properties) => _options!
        .Where(option => !properties.Contains(option.Property.Name)).Cast<Option>().FirstOrDefault(option => IsTyped(parsed, option))?.Name;

    /// <summary>The same; null where that isn't other than the standard.</summary>
    public T? ReadOther(ParseResult parsed) => Read(parsed) is var read && !read.Equals(standard) ? read : null;

    private static bool IsTyped(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private IRecordOption Option(PropertyInfo property)
    {
        var json = property.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name.Replace('_', '-');
        var name = Names.GetValueOrDefault(property.Name) ?? $"--{json ?? OptionRecord.KebabCase(property.Name)}";
        var value = ShowsDefaults ? property.GetValue(standard) : null;
        return property.PropertyType switch
        {
            // Of the parser's own kind, so that a flag doesn't swallow the path after it.
            var type when type == typeof(bool) => new RecordOption<bool>(property, name, value),
            var type when type == typeof(bool?) => new RecordOption<bool?>(property, name, value),
            var type => new RecordOption<object?>(property, name, value)
            {
                Required = property.IsDefined(typeof(RequiredMemberAttribute)),
                Arity = type == typeof(IReadOnlyList<string>) ? ArgumentArity.OneOrMore : ArgumentArity.ExactlyOne,
                CustomParser = argument => OptionValue.Parse(argument, property, name),
            },
        };
    }
}
