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
                [nameof(DegradeOptions.TruthDirectory)] = "--truth",
            },
        };
        var fromRecord = new Option<bool>("--from-record") { Description = "The paths are records; makes their pictures again." };
        var source = new Option<string?>("--source") { Description = "Where the records' pictures lie now. Default: where they were." };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output." };
        var command = new Command("degrade", "Makes low-resolution or damaged versions of pictures. Exit code: 0 all done, 2 some pictures "
            + "failed, 3 bad arguments, 4 a path means no picture, 130 stopped.")
        {
            path, fromRecord, source, recurse, json, QuietOption.Create(),
        };
        options.AddTo(command);
        command.SetAction(parsed =>
        {
            var isAgain = parsed.GetValue(fromRecord);
            if (isAgain && options.TypedOther(parsed, nameof(DegradeOptions.OutputDirectory), nameof(DegradeOptions.TruthDirectory),
                nameof(DegradeOptions.Metadata), nameof(DegradeOptions.Force)) is { } other)
                throw new PssrException(PssrErrorKind.Option, $"{other} doesn't go with --from-record: the record says how.", other);
            if (!isAgain && parsed.GetValue(source) is not null)
                throw new PssrException(PssrErrorKind.Option, "--source is for --from-record.", "--source");
            var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
            using var run = new DegradeRun(options.Read(parsed), told => error.WriteLine($"pssr: {told}"));
            using var stop = new StopSignal();
            var (paths, asJson) = (parsed.GetValue(path)!, parsed.GetValue(json));
            void Write(DegradedImage result)
            {
                output.WriteLine(asJson ? JsonLines.For(output, ResultLine.Json(result)) : Line(result));
                foreach (var warning in asJson ? [] : result.Warnings)
                    error.WriteLine($"pssr: warning: {result.Input}: {warning}.");
            }

            if (isAgain)
            {
                var records = paths.SelectMany(FileSet.ExpandFiles).ToList();
                return PictureArguments.ForEach(parsed, records, records,
                    record => Write(run.Repeat(record.Path, parsed.GetValue(source), stop.Token)));
            }
            var given = paths.SelectMany(p => FileSet.Expand(p, parsed.GetValue(recurse))).ToList();
            return PictureArguments.ForEach(parsed, given, run.Select(given), file => Write(run.Degrade(run.Plan(file), stop.Token)));
        });
        return command;
    }

    private static string Line(DegradedImage result)
    {
        var p = result.Parameters;
        var blur = p.BlurSize > 1 ? FormattableString.Invariant($", blur {p.BlurSize} σ {p.BlurSigma:0.##}") : "";
        var steps = p.Steps is { Count: var count } ? $", {count} steps" : "";
        var rest =
            $"{(p.Noise > 0 ? FormattableString.Invariant($", noise {p.Noise:0.#}") : "")}{(p.JpegQuality is { } q ? $", JPEG {q}" : "")}";
        var again = result.AsRecorded switch { true => ", as recorded", false => ", NOT as recorded", null => "" };
        return FormattableString.Invariant(
            $"{result.Input} -> {result.Output}  {result.Width}x{result.Height}  ÷{p.Scale:0.##}{steps}{blur}{rest}{again}")
            + (result.Reason is { } reason ? $", {reason}" : "");
    }
}
