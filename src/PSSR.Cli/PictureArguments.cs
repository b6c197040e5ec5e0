using System.CommandLine;
using System.CommandLine.Parsing;

namespace PSSR.Cli;

/// <summary>The paths of a command that takes pictures.</summary>
internal static class PictureArguments
{
    public static Argument<string[]> Create() => new("path")
    {
        Description = "Pictures, and folders, which mean the pictures in them. Write -- before a name that begins with a dash.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>A mistyped option would otherwise be one more path.</summary>
    public static void RefuseUnknownOptions(ParseResult parsed, Argument path)
    {
        var beforeDashes = parsed.Tokens.TakeWhile(token => token.Type != TokenType.DoubleDash).Select(token => token.Value).ToHashSet();
        foreach (var token in parsed.GetResult(path)!.Tokens)
            if (token.Value.StartsWith('-') && beforeDashes.Contains(token.Value))
                throw new PssrException(PssrErrorKind.Option,
                    $"There is no option '{token.Value}'. If it is a picture's name, write -- before it.", token.Value);
    }
}
