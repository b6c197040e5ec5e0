using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Faces;
using PSSR.Sets;
using PSSR.Sets.Records;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr upscale</c>: the records' options, and one line a picture.</summary>
internal static class UpscaleCommand
{
    public static Command Create()
    {
        var whatIf = new Option<bool>("--what-if")
        {
            Description = "Only tell what would be done: each picture's sizes, and in all pixels, disk, time and memory.",
        };
        var command = Create("upscale",
            "Upscales pictures. Exit code: 0 all done, 2 some pictures failed, 3 bad arguments or model, 4 a path means no picture, 5 some "
                + "stay in work by a machine that may be dead, 130 stopped.", PictureArguments.Create(),
            (parsed, options, paths, recurse, json) => Run(parsed, options, paths, recurse, json, parsed.GetValue(whatIf)));
        command.Add(whatIf);
        command.Add(QuietOption.Create());
        return command;
    }

    /// <summary>A command with all options of an upscale.</summary>
    /// <param name="run">Gets the options, the paths, and whether --recurse and --json were given; gives the exit code.</param>
    public static Command Create(string name, string description, Argument<string[]> path,
        Func<ParseResult, UpscaleOptions, string[], bool, bool, int> run)
    {
        var upscale = new OptionBinder<UpscaleOptions>(new())
        {
            Names = new Dictionary<string, string> { [nameof(UpscaleOptions.OutputDirectory)] = "--out" },
        };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var set = new OptionBinder<SetOptions>(new())
        {
            Names = new Dictionary<string, string> { [nameof(SetOptions.LogPath)] = "--log" },
        };
        var json =
            new Option<bool>("--json") { Description = "One JSON line a picture on standard output, and the summary as one on standard "
                + "error." };
        var (dpi, flow) = (new OptionBinder<DpiOptions>(new()), new OptionBinder<FlowOptions>(new()));
        var faces = new OptionBinder<FaceOptions>(new());

        var command = new Command(name, description) { path };
        upscale.AddTo(command);
        command.Add(recurse);
        set.AddTo(command);
        command.Add(json);
        dpi.AddTo(command);
        flow.AddTo(command);
        faces.AddTo(command);
        command.SetAction(parsed =>
        {
            // Settings of a method that weren't given are none: with other methods they would be refused.
            var options = upscale.Read(parsed) with
            {
                Dpi = dpi.ReadOther(parsed), Flow = flow.ReadOther(parsed), Faces = faces.ReadOther(parsed), Set = set.Read(parsed),
            };
            return run(parsed, options, parsed.GetValue(path)!, parsed.GetValue(recurse), parsed.GetValue(json));
        });
        return command;
    }

    private static int Run(ParseResult parsed, UpscaleOptions options, string[] paths, bool recurse, bool json, bool whatIf)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        UpscaleRun? begun = null;
        using var stop = new StopSignal(() => begun?.GiveBack());
        using var run = begun = new UpscaleRun(options, dry: whatIf);
        if (run.Caution is { } caution)
            error.WriteLine($"pssr: {caution}");
        var files = run.Select(PictureArguments.TellingUnmatched(parsed, paths.SelectMany(path => FileSet.Expand(path, recurse))));
        var progress = new ProgressLine(parsed, files.Count);
        try
        {
            foreach (var result in whatIf ? run.Ask(files, Foretell, stop.Token) : run.Upscale(files, progress, stop.Token))
                Tell(parsed, progress, result, json);
        }
        catch (OperationCanceledException)
        {
            run.Dispose(); // what is being written is finished, and counts
            Tell(parsed, progress, run.Summarise(stopped: true), json);
            throw;
        }
        return Tell(parsed, progress, run.Summarise(), json);

        void Foretell(PlannedFile file) => output.WriteLine(json ? JsonLines.For(output, PlannedLine.Json(file))
            : $"{file.Input.Path} -> {file.Output}  would be {file.Size?.ToString() ?? "done, though its header tells no size"}");
    }

    /// <summary>One line a picture, and one for each of its warnings.</summary>
    public static void Tell(ParseResult parsed, ProgressLine progress, UpscaleResult result, bool json)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var line = json ? JsonLines.For(output, ResultLine.Json(result)) : Line(result);
        progress.Interrupt(() => (result.Status == UpscaleStatus.Failed && !json ? error : output).WriteLine(line));
        foreach (var warning in json ? [] : result.Warnings)
            progress.Interrupt(() => error.WriteLine($"pssr: warning: {result.Input}: {warning}."));
    }

    /// <summary>The last line, and the exit code. Standard output has one line of JSON a picture, and nothing else: scripts count
    /// them.</summary>
    public static int Tell(ParseResult parsed, ProgressLine progress, UpscaleSummary summary, bool json)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        if (summary.Estimate is { } estimate && !json)
            output.WriteLine(estimate);
        if (!json)
            progress.Interrupt(() => output.WriteLine(summary.ToString()));
        else if (!QuietOption.IsGiven(parsed))
            progress.Interrupt(() => error.WriteLine(JsonLines.For(error, summary.Json())));
        if (summary.MadeOtherwise > 0)
            error.WriteLine($"pssr: {summary.MadeOtherwise} of the results that are there were made otherwise than was asked for now; "
                + "--force makes them anew.");
        foreach (var problem in new[] { summary.PatternProblem, summary.LogProblem }.OfType<string>())
            error.WriteLine($"pssr: {problem}");
        return summary.ExitCode;
    }

    private static string Line(UpscaleResult result) => result.Status switch
    {
        UpscaleStatus.Done => FormattableString.Invariant(
            $"{result.Input} -> {result.Output}  {result.Width}x{result.Height}  {result.Evaluations} evaluations")
            + FormattableString.Invariant($"  {result.Elapsed.TotalSeconds:0.0} s"),
        UpscaleStatus.Skipped => $"{result.Input}: skipped. {result.Reason}",
        _ when result.Reason!.Contains(result.Input, StringComparison.Ordinal) => $"pssr: {result.Reason}",
        _ => $"pssr: {result.Input}: {result.Reason}",
    };
}
