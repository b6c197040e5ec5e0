using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Sets;
using PSSR.Sets.Converting;
using PSSR.Sets.Records;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr degrade</c>: pictures to train on or to measure with.</summary>
internal static class DegradeCommand
{
    public static Command Create()
    {
        var path = new Argument<string[]>("path")
        {
            Description = "Pictures, and folders, which mean the pictures in them; with --from-record, records (*.degradation.json).",
            Arity = ArgumentArity.OneOrMore,
        };
        var options = new OptionBinder<DegradeOptions>(new() { OutputDirectory = "" })
        {
            Names = new Dictionary<string, string>
            {
                [nameof(DegradeOptions.OutputDirectory)] = "--out",
                [nameof(DegradeOptions.Shrink)] = "--kernel",
            },
        };
        var fromRecord = new Option<bool>("--from-record") { Description = "The paths are records; makes their pictures again." };
        var source = new Option<string?>("--source") { Description = "Where the records' pictures lie now. Default: where they were." };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output." };
        var command = new Command("degrade", "Makes low-resolution or damaged versions of pictures. Exit code: 0 all done, 2 some pictures "
            + "failed, 3 bad arguments, 130 stopped.")
        {
            path, fromRecord, source, recurse, json,
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var run = new DegradeRun(options.Read(parsed));
            using var stop = new StopSignal();
            var paths = parsed.GetValue(path)!;
            if (parsed.GetValue(fromRecord))
                return Run(parsed, parsed.GetValue(json), paths, record => run.Repeat(record, parsed.GetValue(source), stop.Token));
            var files = paths.SelectMany(p => FileSet.Expand(p, parsed.GetValue(recurse))).DistinctBy(file => file.Path).ToList();
            run.Expect(files);
            return Run(parsed, parsed.GetValue(json), files, file => run.Degrade(run.Plan(file), stop.Token));
        });
        return command;
    }

    private static int Run<T>(ParseResult parsed, bool json, IEnumerable<T> all, Func<T, DegradedImage> make)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        var failed = false;
        foreach (var one in all)
        {
            try
            {
                var result = make(one);
                output.WriteLine(json ? ResultLine.Json(result) : Line(result));
                foreach (var warning in json ? [] : result.Warnings)
                    error.WriteLine($"pssr: warning: {result.Input}: {warning}.");
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                error.WriteLine($"pssr: {e.Message}");
                failed = true;
            }
        }
        return failed ? ExitCode.SomeFailed : ExitCode.Done;
    }

    private static string Line(DegradedImage result)
    {
        var p = result.Parameters;
        var blur = p.BlurSize > 1 ? FormattableString.Invariant($", blur {p.BlurSize} σ {p.BlurSigma:0.##}") : "";
        var rest =
            $"{(p.Noise > 0 ? FormattableString.Invariant($", noise {p.Noise:0.#}") : "")}{(p.JpegQuality is { } q ? $", JPEG {q}" : "")}";
        var again = result.AsRecorded switch { true => ", as recorded", false => ", NOT as recorded", null => "" };
        return FormattableString.Invariant(
            $"{result.Input} -> {result.Output}  {result.Width}x{result.Height}  ÷{p.Scale:0.##}{blur}{rest}{again}");
    }
}
