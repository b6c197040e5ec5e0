using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using PSSR.Cli.Binding;
using PSSR.Cli.Building;
using PSSR.Cli.Measuring;
using PSSR.Cli.Models;
using PSSR.Cli.Upscaling;

namespace PSSR.Cli;

/// <summary>What scheduled tasks read.</summary>
internal static class ExitCode
{
    public const int Done = 0;
    public const int Crashed = 1;
    public const int SomeFailed = 2;
    public const int BadArguments = 3;
    public const int NothingMatched = 4;
    public const int Stopped = 130;

    /// <summary>Of two of <see cref="Done"/>, <see cref="SomeFailed"/> and <see cref="NothingMatched"/>.</summary>
    public static int Worse(int a, int b) => a == SomeFailed || b == SomeFailed ? SomeFailed : Math.Max(a, b);
}

/// <summary>Parses, runs one command, and turns what concerns the whole run into a message and an exit code.</summary>
internal static class CommandLine
{
    public static RootCommand Root() => new("PSSR upscales pictures with diffusion models.")
    {
        UpscaleCommand.Create(),
        WatchCommand.Create(),
        ArrayCommand.Create(),
        ModelCommand.Create(),
        BuildCommand.Create(),
        DegradeCommand.Create(),
        ExportCommand.Create(),
        MeasureCommand.Create(),
        ReportCommand.Create(),
        ExperimentCommand.Create(),
        FieldCommand.Create(),
        SheetCommand.Create(),
        RuntimeCommand.Create(),
        ShowCommand.Create(),
        EnvironmentCommand.Create(),
    };

    /// <summary>Commands that make no file: their lines are all that they are for.</summary>
    private static readonly string[] Tellers = ["measure", "field", "env", "list", "find", "test", "show", "status", "wait", "receive"];

    /// <param name="output">May fail: that costs lines, and no work.</param>
    /// <param name="error">The same.</param>
    public static int Run(RootCommand root, string[] args, TextWriter output, TextWriter error)
    {
        using var steadyOutput = new SteadyWriter(new PlainWriter(output));
        using var steadyError = new SteadyWriter(new PlainWriter(error));
        // A picture may be called @a.png; response files would swallow it.
        var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null, EnablePosixBundling = false });
        if (ArgumentSlips.Find(parsed, args) is { } slip)
        {
            steadyError.WriteLine($"pssr: {slip}");
            return ExitCode.BadArguments;
        }
        if (parsed.Errors.Count > 0)
        {
            foreach (var problem in parsed.Errors)
                steadyError.WriteLine($"pssr: {problem.Message}");
            steadyError.WriteLine("pssr: see 'pssr --help' and 'pssr COMMAND --help'.");
            return ExitCode.BadArguments;
        }
        if (parsed.Action is HelpAction)
            OptionHelp.Describe(parsed.CommandResult.Command);
        var exit = Invoke(parsed, steadyOutput, steadyError);
        if (steadyOutput.Problem is not { } lost)
            return exit;
        steadyError.WriteLine($"pssr: lines are missing from standard output, which could not be written: {lost}.");
        return exit == ExitCode.Done && IsTeller(parsed) ? ExitCode.SomeFailed : exit;
    }

    private static int Invoke(ParseResult parsed, TextWriter output, TextWriter error)
    {
        try
        {
            return parsed.Invoke(new InvocationConfiguration
            {
                Output = parsed.Action is HelpAction ? output : QuietOption.For(parsed, output), Error = error,
                EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null,
            });
        }
        catch (OperationCanceledException)
        {
            error.WriteLine("pssr: stopped.");
            return ExitCode.Stopped;
        }
        catch (PssrException e)
        {
            error.WriteLine($"pssr: {Named(e, parsed.CommandResult.Command)}");
            return e.Kind == PssrErrorKind.Image ? ExitCode.SomeFailed : ExitCode.BadArguments;
        }
        catch (Exception e) when (Trouble.With(e) is { } trouble)
        {
            error.WriteLine($"pssr: {trouble}");
            return ExitCode.BadArguments;
        }
        catch (Exception e)
        {
            foreach (var line in $"pssr: this is a defect in PSSR: {e}".Split('\n', StringSplitOptions.TrimEntries))
                error.WriteLine(line);
            return ExitCode.Crashed;
        }
    }

    /// <summary>An error of an option begins with the record's property, which has another name here: --out is OutputDirectory.</summary>
    private static string Named(PssrException error, Command command) => error.Target is { } property
        && error.Message.StartsWith($"{property}:", StringComparison.Ordinal)
        && command.Options.FirstOrDefault(option => option is IRecordOption { Property.Name: var name } && name == property) is { } known
        ? known.Name + error.Message[property.Length..] : error.Message;

    private static bool IsTeller(ParseResult parsed)
    {
        for (SymbolResult? result = parsed.CommandResult; result is not null; result = result.Parent)
            if (result is CommandResult { Command.Name: var name } && Tellers.Contains(name))
                return true;
        return false;
    }
}
