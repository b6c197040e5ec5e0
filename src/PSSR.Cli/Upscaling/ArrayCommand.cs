using System.CommandLine;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Cli.Binding;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr array</c>: a set as an array of shards on an engine that exists.</summary>
internal static class ArrayCommand
{
    public static Command Create() => new("array", "Sets as arrays of shards: on Slurm, over SSH, on Kubernetes, or on this machine.")
    {
        CreateSubmit(), CreateResubmit(), CreateStatus(), CreateWait(), CreateStop(), CreateReceive(), CreateRun(),
    };

    private static Command CreateSubmit()
    {
        var binder = new OptionBinder<ArrayOptions>(new());
        var whatIf = new Option<bool>("--what-if") { Description = "Only show the files that the engine would be given." };
        var command = UpscaleCommand.Create("submit",
            "Plans a set and hands it to an engine. Prints the array's folder first, by which the other commands know it.",
            PictureArguments.Create(), (parsed, options, paths, recurse, json) =>
            {
                var planner = new ArrayPlanner(options, binder.Read(parsed), ArrayProgram.ThisPssr());
                var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
                if (planner.Caution is { } caution)
                    error.WriteLine($"pssr: {caution}");
                if (parsed.GetValue(whatIf))
                {
                    foreach (var (path, text) in planner.Foretell(paths[0]))
                        foreach (var line in text.Split('\n').Prepend(path))
                            output.WriteLine(line);
                    return ExitCode.Done;
                }
                using var stop = new StopSignal();
                var isOneFolder = paths.Length == 1 && Directory.Exists(paths[0]);
                string? none = null, remark = null;
                var given = isOneFolder ? FileSet.Literal(paths[0], recurse).Select(Noted)
                    : paths.SelectMany(path => FileSet.Expand(path, recurse)).ToList();
                var exit = isOneFolder || !PictureArguments.TellUnmatched(parsed, given) ? ExitCode.Done : ExitCode.NothingMatched;
                try
                {
                    var folder = planner.Plan(given, isOneFolder, fromCommonParent: false, file =>
                    {
                        if (file.Problem is { } problem)
                            exit = ExitCode.SomeFailed;
                        error.WriteLine($"pssr: {file.Problem?.Message ?? $"{file.Path}: skipped. {file.SkipReason}"}");
                    }, stop.Token);
                    return ExitCode.Worse(exit, Submit(parsed, folder, null, json));
                }
                catch (PssrException e) when (planner.FoundNothing && (none is not null || exit != ExitCode.Done))
                {
                    error.WriteLine($"pssr: {none ?? e.Message}");
                    return none is null ? exit : ExitCode.NothingMatched;
                }

                // One folder is listed more than once, and is no list that could be asked beforehand.
                InputFile Noted(InputFile file)
                {
                    if (!file.IsRemark)
                        none = file.Unmatched;
                    else if (remark is null)
                        error.WriteLine($"pssr: {remark = file.Unmatched}");
                    return file;
                }
            });
        binder.AddTo(command);
        command.Add(whatIf);
        return command;
    }

    private static Command CreateResubmit()
    {
        var (folder, json) = (Folder(), Json());
        var shards = new Option<int[]>("--shard")
        {
            Description = "Which, from 0. Default: those that are dead, failed, were stopped or never submitted, or can't be read.",
            AllowMultipleArgumentsPerToken = true,
            CustomParser = argument => OptionValue.Wholes(argument, "--shard"),
        };
        var command = new Command("resubmit", "Submits shards of an array again.") { folder, shards, json };
        command.SetAction(parsed =>
        {
            var some = parsed.GetValue(shards) is { Length: > 0 } named ? named : null;
            return ArraySubmitter.Again(parsed.GetValue(folder)!, some)
                .Max(array => Submit(parsed, array, some, parsed.GetValue(json)));
        });
        return command;
    }

    private static Command CreateStatus()
    {
        var (folder, json) = (Folder(), Json());
        var command = new Command("status",
            "Tells where arrays stand. Exit code: 0 running or all done, 2 some pictures failed, 3 a shard failed, 5 a shard is dead, "
                + "can't be read or was never submitted, 130 stopped.") { folder, json };
        command.SetAction(parsed => Each(parsed, folder, array => Tell(parsed, ArrayStatus.Of(array), parsed.GetValue(json))));
        return command;
    }

    private static Command CreateWait()
    {
        var (folder, json, binder) = (Folder(), Json(), new OptionBinder<ArrayWait>(new()));
        var command = new Command("wait", "Waits until arrays have ended. Exit code: as of status.") { folder, json };
        binder.AddTo(command);
        command.SetAction(parsed =>
        {
            using var stop = new StopSignal();
            return Each(parsed, folder, array =>
                Tell(parsed, binder.Read(parsed).For(array, _ => { }, stop.Token), parsed.GetValue(json)));
        });
        return command;
    }

    private static Command CreateStop()
    {
        var (folder, json) = (Folder(), Json());
        var command = new Command("stop", "Stops arrays: what is in work is given back, what waits never begins.") { folder, json };
        command.SetAction(parsed => Each(parsed, folder, array =>
        {
            foreach (var problem in ArraySubmitter.Stop(array))
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {TerminalText.Escaped(problem)}");
            Tell(parsed, ArrayStatus.Of(array), parsed.GetValue(json));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command CreateReceive()
    {
        var (folder, json) = (Folder(), Json());
        var command = new Command("receive",
            "Tells what became of an array's pictures, as one run would have: a line each, then the summary. Exit code: as of upscale.")
        {
            folder, json,
        };
        command.SetAction(parsed => Each(parsed, folder, array =>
        {
            var results = new ArrayResults(array);
            var progress = new ProgressLine(parsed, 0);
            foreach (var result in results.Read())
                UpscaleCommand.Tell(parsed, progress, result, parsed.GetValue(json));
            foreach (var problem in results.Problems)
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {TerminalText.Escaped(problem)}");
            return UpscaleCommand.Tell(parsed, progress, results.Summary, parsed.GetValue(json));
        }));
        return command;
    }

    private static Command CreateRun()
    {
        var (folder, json) = (Folder(), Json());
        var index = new Argument<int>("shard")
        {
            Description = "Which, from 0.", CustomParser = argument => OptionValue.Whole<int>(argument, "shard"),
        };
        var command = new Command("run", "Runs one shard of an array here: what its job files call. Exit code: as of upscale.")
        {
            folder, index, json,
        };
        command.SetAction(parsed =>
        {
            ShardRun? begun = null;
            using var stop = new StopSignal(() => begun?.GiveBack());
            using var shard = begun = new ShardRun(parsed.GetValue(folder)!, parsed.GetValue(index));
            var progress = new ProgressLine(parsed, shard.Pictures);
            try
            {
                foreach (var result in shard.Upscale(progress, stop.Token))
                    UpscaleCommand.Tell(parsed, progress, result, parsed.GetValue(json));
            }
            catch (OperationCanceledException)
            {
                return UpscaleCommand.Tell(parsed, progress, shard.Summarise(stopped: true), parsed.GetValue(json));
            }
            return UpscaleCommand.Tell(parsed, progress, shard.Summarise(stopped: false), parsed.GetValue(json));
        });
        return command;
    }

    private static int Submit(ParseResult parsed, string folder, int[]? shards, bool json)
    {
        foreach (var problem in ArraySubmitter.Submit(folder, shards))
            parsed.InvocationConfiguration.Error.WriteLine($"pssr: {TerminalText.Escaped(problem)}");
        if (!json)
            parsed.InvocationConfiguration.Output.WriteLine(Path.GetFullPath(folder));
        Tell(parsed, ArrayStatus.Of(folder), json);
        return ExitCode.Done;
    }

    private static int Each(ParseResult parsed, Argument<string> folder, Func<string, int> act)
    {
        var exit = ExitCode.Done;
        foreach (var array in ArrayStatus.Folders(parsed.GetValue(folder)!))
            exit = Math.Max(exit, act(array));
        return exit;
    }

    /// <summary>A line of the array, and one of each shard; what failed on standard error.</summary>
    private static int Tell(ParseResult parsed, UpscaleArray array, bool json)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (json)
        {
            output.WriteLine(JsonLines.For(output, ArrayLine.Json(array)));
            return array.ExitCode;
        }
        output.WriteLine(array.ToText());
        foreach (var shard in array.Shards)
            output.WriteLine($"  {shard}{(shard.Failed > 0 ? $", {shard.Failed} failed" : "")}"
                + $"{(shard.Process is { } process ? $"; {process}" : "")}{(shard.Engine is { } engine ? $"; {engine}" : "")}");
        foreach (var shard in array.Shards.Where(shard => shard.Problem is not null))
            error.WriteLine($"pssr: shard {shard.Index}: {shard.Problem}");
        foreach (var failure in array.Failures)
            error.WriteLine($"pssr: shard {failure.Shard}: {TerminalText.Escaped($"{failure}")}");
        if (array.EngineProblem is { } problem)
            error.WriteLine($"pssr: {problem}");
        return array.ExitCode;
    }

    private static Argument<string> Folder() => new("folder")
    {
        Description = "The array's folder, or the folder of results that has arrays, which means all of them.",
    };

    private static Option<bool> Json() => new("--json") { Description = "JSON, one line each." };
}
