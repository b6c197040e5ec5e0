using System.CommandLine;
using System.Text.Json;
using PSSR.Cli.Binding;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr degrade</c>: pictures to train on or to measure with.</summary>
internal static class DegradeCommand
{
    public static Command Create()
    {
        var path = new Argument<string[]>("path")
        {
            Description = "Pictures, and folders, which mean the pictures in them; with --from-record, records (*.degradation.json).", Arity = ArgumentArity.OneOrMore,
        };
        var output = new Option<string>("--out") { Description = "Where results go, as PNG under the same names; not where the pictures are.", Required = true };
        var degradation = new Option<string>("--degradation")
        {
            Description = $"{string.Join(", ", KnownDegradations.Names)}. Default: bicubic.", DefaultValueFactory = _ => "bicubic",
        };
        var scale = Number("--scale", "How much the picture shrinks. Default: 4 for bicubic, drawn by the others.");
        var blurSize = new Option<int?>("--blur-size") { Description = "Side of the blur's kernel in pixels, odd; 1 for no blur." };
        var blurSigma = Number("--blur-sigma", "The blur's standard deviation in pixels.");
        var noise = Number("--noise", "Standard deviation of the noise, of 255.");
        var quality = new Option<int?>("--jpeg-quality") { Description = "Quality of a JPEG compression, 1 to 100." };
        var kernel = new Option<ResamplingKernel?>("--kernel") { Description = "How the picture shrinks. Default: MatlabBicubic, or TorchBilinear with real and severe." };
        var enlarge = new Option<bool?>("--enlarge") { Description = "Enlarge the result to the picture's own size again, as real and severe do." };
        var seed = new Option<ulong>("--seed") { Description = "With a picture's content, key of what is drawn for it. Default: 0." };
        var fromRecord = new Option<bool>("--from-record") { Description = "The paths are records; makes their pictures again." };
        var source = new Option<string?>("--source") { Description = "Where the records' pictures lie now. Default: where they were." };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders, and mirror them below --out." };
        var force = new Option<bool>("--force") { Description = "Overwrite existing results. Inputs are never overwritten." };
        var json = new Option<bool>("--json") { Description = "One JSON line a picture on standard output." };
        var command = new Command("degrade", "Makes low-resolution or damaged versions of pictures. Exit code: 0 all done, 2 some pictures failed, 3 bad arguments, 130 stopped.")
        {
            path, output, degradation, scale, blurSize, blurSigma, noise, quality, kernel, enlarge, seed, fromRecord, source, recurse, force, json,
        };
        command.SetAction(parsed =>
        {
            var run = new DegradeRun(new DegradeOptions
            {
                Degradation = parsed.GetValue(degradation)!,
                Scale = parsed.GetValue(scale),
                BlurSize = parsed.GetValue(blurSize),
                BlurSigma = parsed.GetValue(blurSigma),
                Noise = parsed.GetValue(noise),
                JpegQuality = parsed.GetValue(quality),
                Shrink = parsed.GetValue(kernel),
                Enlarge = parsed.GetValue(enlarge),
                Seed = parsed.GetValue(seed),
                OutputDirectory = parsed.GetValue(output)!,
                Force = parsed.GetValue(force),
            });
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
                output.WriteLine(json ? JsonSerializer.Serialize(result, JsonSerializerOptions.Web) : Line(result));
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
        var rest = $"{(p.Noise > 0 ? FormattableString.Invariant($", noise {p.Noise:0.#}") : "")}{(p.JpegQuality is { } q ? $", JPEG {q}" : "")}";
        var again = result.AsRecorded switch { true => ", as recorded", false => ", NOT as recorded", null => "" };
        return FormattableString.Invariant($"{result.Input} -> {result.Output}  {result.Width}x{result.Height}  ÷{p.Scale:0.##}{blur}{rest}{again}");
    }

    private static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description, CustomParser = argument => InvariantNumber.Parse(argument, name),
    };
}
