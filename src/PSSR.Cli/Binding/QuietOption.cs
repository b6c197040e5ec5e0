using System.CommandLine;

namespace PSSR.Cli.Binding;

/// <summary><c>--quiet</c>, of commands that make files.</summary>
internal static class QuietOption
{
    private const string Name = "--quiet";

    public static Option<bool> Create() => new(Name)
    {
        Description = "Errors and warnings alone, on standard error: no progress, and no lines but those of --json on pictures.",
    };

    public static bool IsGiven(ParseResult parsed) => IsGiven(parsed, Name);

    /// <summary>Where a command's lines go.</summary>
    public static TextWriter For(ParseResult parsed, TextWriter output) =>
        IsGiven(parsed) && !IsGiven(parsed, "--json") ? TextWriter.Null : output;

    private static bool IsGiven(ParseResult parsed, string name) =>
        parsed.CommandResult.Command.Options.OfType<Option<bool>>().FirstOrDefault(option => option.Name == name) is { } known
            && parsed.GetValue(known);
}
