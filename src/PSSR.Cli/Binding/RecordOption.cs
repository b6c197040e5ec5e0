using System.CommandLine;
using System.Reflection;

namespace PSSR.Cli.Binding;

/// <summary>An option that is a record's property.</summary>
internal interface IRecordOption
{
    PropertyInfo Property { get; }

    object? ValueIn(ParseResult parsed);

    /// <summary>Fills in what help shows; nothing else needs it.</summary>
    void Describe();
}

/// <param name="standard">The property's value where nothing is typed.</param>
internal sealed class RecordOption<TValue>(PropertyInfo property, string name, object? standard) : Option<TValue>(name), IRecordOption
{
    public PropertyInfo Property => property;

    public object? ValueIn(ParseResult parsed) => parsed.GetValue(this);

    public void Describe()
    {
        Description = OptionHelp.Summary(property);
        HelpName ??= OptionHelp.Values(property);
        if (!Description.Contains("Default:", StringComparison.Ordinal) && OptionValue.Text(standard) is { } text)
            Description += $" [default: {text}]";
    }
}
