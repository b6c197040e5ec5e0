using System.CommandLine;
using System.CommandLine.Parsing;

namespace PSSR.Cli.Binding;

/// <summary>What parses and was meant otherwise, mostly a script's variable that wasn't set.</summary>
internal static class ArgumentSlips
{
    private static readonly string[] MayBeEmpty = ["--prefix", "--title"];

    /// <summary>The first of them in a sentence; null where there is none.</summary>
    /// <param name="args">What was parsed: the parser forgets that a value was written to its option.</param>
    public static string? Find(ParseResult parsed, IEnumerable<string> args)
    {
        var options = parsed.CommandResult.Command.Options;
        return args.TakeWhile(arg => arg != "--").Select(arg => Inline(arg, options)).FirstOrDefault(slip => slip is not null)
            ?? parsed.CommandResult.Children.OfType<OptionResult>().Select(result => Swallowed(result, options))
                .FirstOrDefault(slip => slip is not null)
            ?? (Empty(parsed) is { } empty ? $"{empty} is given as '', which is no value. Name one, or leave it out." : null);
    }

    /// <summary>--out= would take the next argument for its value, and --force=no be on with a path no.</summary>
    private static string? Inline(string arg, IEnumerable<Option> options)
    {
        if (arg.IndexOfAny(['=', ':']) is not (> 0 and var end) || Called(arg[..end], options) is not { } option)
            return null;
        var value = arg[(end + 1)..];
        if (value.Length == 0)
            return $"{option.Name} has no value after '{arg[end]}'. Give one, or leave the option out.";
        return (option.ValueType == typeof(bool) || option.ValueType == typeof(bool?)) && !bool.TryParse(value, out _)
            ? $"{option.Name}: '{value}' is neither true nor false." : null;
    }

    private static string? Swallowed(OptionResult result, IEnumerable<Option> options) =>
        result.Tokens.Select(token => Called(token.Value, options)).FirstOrDefault(option => option is not null) is { } next
            ? $"{result.Option.Name} has no value: '{next.Name}' after it is another option. Give one, or leave it out." : null;

    private static Option? Called(string name, IEnumerable<Option> options) =>
        options.FirstOrDefault(option => option.Name == name || option.Aliases.Contains(name));

    /// <summary>A path it would be, and none that the system takes.</summary>
    private static string? Empty(ParseResult parsed) => parsed.CommandResult.Children
        .Where(result => result.Tokens.Any(token => token.Value.Length == 0))
        .Select(result => result switch
        {
            OptionResult { Option.Name: var name } => MayBeEmpty.Contains(name) ? null : name,
            ArgumentResult { Argument.Name: var name } => name,
            _ => null,
        }).FirstOrDefault(name => name is not null);
}
