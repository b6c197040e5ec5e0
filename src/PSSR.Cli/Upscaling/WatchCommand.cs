using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Sets;
using PSSR.Sets.Watching;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr watch</c>: upscales what arrives in folders, until it is stopped.</summary>
internal static class WatchCommand
{
    public static Command Create()
    {
        var path = new Argument<string[]>("folder")
        {
            Description = "Folders in which pictures arrive. One that isn't there is waited for.",
            Arity = ArgumentArity.OneOrMore,
        };
        var watch = new OptionBinder<WatchOptions>(new());
        var command = UpscaleCommand.Create("watch",
            "Upscales pictures as they arrive in folders, until it is stopped by Ctrl+C or SIGTERM. Exit code: 0 all done, 2 some pictures "
                + "failed, 3 bad arguments or model.", path,
            (parsed, options, folders, recurse, json) => Run(parsed, options, watch.Read(parsed), folders, recurse, json));
        watch.AddTo(command);
        command.Add(QuietOption.Create());
        return command;
    }

    private static int Run(ParseResult parsed, UpscaleOptions options, WatchOptions watching, string[] folders, bool recurse, bool json)
    {
        var error = parsed.InvocationConfiguration.Error;
        foreach (var file in folders.Where(File.Exists))
        {
            throw new PssrException(PssrErrorKind.Option, $"'{file}' is a file. Name the folder to watch; --include says which files.",
                file);
        }
        using var stop = new StopSignal();
        using var run = new UpscaleRun(options);
        if (run.Caution is { } caution)
            error.WriteLine($"pssr: {caution}");
        var progress = new ProgressLine(parsed, 0);
        using var watch = new UpscaleWatch(run, [.. folders.Select(Path.GetFullPath)], recurse, watching,
            told => progress.Interrupt(() => error.WriteLine($"pssr: {told}")))
        {
            AtRest = () => progress.Interrupt(() => { }),
        };
        try
        {
            foreach (var result in watch.Results(progress, stop.Token))
                UpscaleCommand.Tell(parsed, progress, result, json);
        }
        catch (OperationCanceledException)
        {
            run.Dispose(); // what is being written is finished, and counts
        }
        // To be stopped is how a watch ends.
        return UpscaleCommand.Tell(parsed, progress, run.Summarise(), json);
    }
}
