using System.CommandLine;
using System.CommandLine.Parsing;
using PSSR.Sets;

namespace PSSR.Cli.Binding;

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

    /// <summary>Does something with each picture; one picture's trouble is a line on standard error.</summary>
    /// <param name="results">Whether folders and wildcards mean what PSSR made as well.</param>
    /// <returns>Whether there was any trouble.</returns>
    public static bool ForEach(ParseResult parsed, string[] paths, bool recurse, bool results, Action<string> act)
    {
        var failed = false;
        foreach (var file in paths.SelectMany(path => FileSet.Expand(path, recurse, results)).DistinctBy(file => file.Path))
        {
            try
            {
                if (file.Problem is { } problem)
                    throw problem;
                act(file.Path);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                failed = true;
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {e.Message}");
            }
        }
        return failed;
    }
}
