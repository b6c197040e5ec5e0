using System.CommandLine;
using System.CommandLine.Parsing;
using PSSR.Experiments.Recipes;

namespace PSSR.Cli.Binding;

/// <summary>What parses and was meant otherwise, mostly a script's variable that wasn't set.</summary>
internal static class ArgumentSlips
{
    /// <summary>Of a name that others are likened to.</summary>
    private const int ShortestWord = 3;

    private static readonly string[] MayBeEmpty = ["--prefix", "--title"];

    /// <summary>The first of them in a sentence; null where there is none.</summary>
    /// <param name="args">What was parsed: the parser forgets that a value was written to its option.</param>
    public static string? Find(ParseResult parsed, IEnumerable<string> args)
    {
        var options = parsed.CommandResult.Command.Options;
        return args.TakeWhile(arg => arg != "--").Select(arg => Inline(arg, options)).FirstOrDefault(slip => slip is not null)
            ?? parsed.CommandResult.Children.OfType<OptionResult>().Select(result => Swallowed(result, options))
                .FirstOrDefault(slip => slip is not null)
            ?? (Empty(parsed) is { } empty ? $"{empty} is given as '', which is no value. Name one, or leave it out." : null)
            ?? UnknownCommand(parsed) ?? UnknownOption(parsed);
    }

    /// <summary>Where one of several commands is to follow.</summary>
    private static string? UnknownCommand(ParseResult parsed)
    {
        var known = parsed.CommandResult.Command.Subcommands.Select(command => command.Name).ToList();
        if (known.Count == 0 || parsed.Errors.Count == 0 || parsed.UnmatchedTokens is [['-', ..], ..])
            return null;
        var all = $"{string.Join(", ", known)}; see '{Typed(parsed.CommandResult)} --help'.";
        return parsed.UnmatchedTokens is [var written, ..]
            ? $"There is no command '{written}'. {(Meant(written, known) is { } meant ? $"Did you mean {meant}?" : $"Commands: {all}")}"
            : $"'{Typed(parsed.CommandResult)}' is followed by one of {all}";
    }

    /// <summary>A mistyped option would be one more path.</summary>
    private static string? UnknownOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        var beforeDashes = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet();
        var taken = parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(result => result.Tokens);
        if (taken.Select(token => token.Value).Concat(parsed.UnmatchedTokens)
            .FirstOrDefault(value => value.StartsWith('-') && beforeDashes.Contains(value)) is not { } written)
            return null;
        var known = command.Options.Where(option => !option.Hidden).Select(option => option.Name);
        return $"There is no option '{written}'. "
            + (Meant(written.Split('=', ':')[0], known) is { } meant ? $"Did you mean {meant}?"
                : $"See '{Typed(parsed.CommandResult)} --help'.")
            + (command.Arguments.Count > 0 ? " If it is a file's name, write -- before it." : "");
    }

    /// <summary>The command as it was typed, without what follows it.</summary>
    private static string Typed(CommandResult result) =>
        result.Parent is CommandResult above ? $"{Typed(above)} {result.Command.Name}" : "pssr";

    /// <summary>The names that one may have meant: of which it is the beginning, or the other way round; else those that are written much
    /// like it. Null: none.</summary>
    private static string? Meant(string written, IEnumerable<string> known)
    {
        var word = written.TrimStart('-');
        if (word.Length < ShortestWord)
            return null;
        var names = known.Select(name => (Name: name, Word: name.TrimStart('-'))).Where(name => name.Word.Length >= ShortestWord).ToList();
        var meant = names.FindAll(name => name.Word.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            || word.StartsWith(name.Word, StringComparison.OrdinalIgnoreCase));
        if (meant.Count == 0 && word.Length > ShortestWord) // of three letters two are another word
            meant = names.FindAll(name => NearestName.IsNear(word, name.Word));
        return meant.Count == 0 ? null : string.Join(" or ", meant.Select(name => name.Name));
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
