using System.CommandLine;
using PSSR.Sets;
using PSSR.Sets.Inputs;

namespace PSSR.Cli.Binding;

/// <summary>The paths of a command that takes pictures.</summary>
internal static class PictureArguments
{
    public static Argument<string[]> Create() => new("path")
    {
        Description = "Pictures, and folders, which mean the pictures in them. Write -- before a name that begins with a dash.",
        Arity = ArgumentArity.OneOrMore,
    };

    /// <summary>Does something with each picture; one picture's trouble, or a path that means no picture, is a line on standard
    /// error.</summary>
    /// <param name="results">Whether folders and wildcards mean what PSSR made as well.</param>
    /// <returns>The exit code: of several the one that tells of more trouble.</returns>
    public static int ForEach(ParseResult parsed, string[] paths, bool recurse, bool results, Action<string> act)
    {
        var files = paths.SelectMany(path => FileSet.Expand(path, recurse, results)).DistinctBy(file => file.Path).ToList();
        return ForEach(parsed, files, files.Select(GivenSet.Judged), file => act(file.Path));
    }

    /// <summary>The same for files of a run that arranged them.</summary>
    /// <param name="given">With the paths that mean no picture.</param>
    public static int ForEach(ParseResult parsed, IEnumerable<InputFile> given, IEnumerable<InputFile> files, Action<InputFile> act)
    {
        var error = parsed.InvocationConfiguration.Error;
        var exit = TellUnmatched(parsed, given) ? ExitCode.NothingMatched : ExitCode.Done;
        foreach (var file in files.Where(file => file.Unmatched is null))
        {
            try
            {
                if (file.Problem is { } problem)
                    throw problem;
                if (file.SkipReason is null)
                    act(file);
                else if (!GivenSet.IsRecord(file.Path))
                    error.WriteLine($"pssr: {file.Path}: skipped, {file.SkipReason}.");
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                exit = ExitCode.SomeFailed;
                error.WriteLine($"pssr: {e.Message}");
            }
        }
        return exit;
    }

    /// <summary>Those files, telling of the paths that mean no picture as they go by.</summary>
    public static IEnumerable<InputFile> TellingUnmatched(ParseResult parsed, IEnumerable<InputFile> given)
    {
        foreach (var file in given)
        {
            TellUnmatched(parsed, [file]);
            yield return file;
        }
    }

    /// <summary>Tells of the paths that mean no picture, and of what was passed over beside pictures.</summary>
    /// <returns>Whether there are any.</returns>
    public static bool TellUnmatched(ParseResult parsed, IEnumerable<InputFile> given)
    {
        var unmatched = given.Where(file => file.Unmatched is not null).ToList();
        foreach (var file in unmatched.Where(file => !file.IsRemark || !QuietOption.IsGiven(parsed)))
            parsed.InvocationConfiguration.Error.WriteLine($"pssr: {file.Unmatched}");
        return unmatched.Any(file => !file.IsRemark);
    }
}
