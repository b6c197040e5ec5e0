using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Measuring;
using PSSR.Metrics;

namespace PSSR.Cli.Measuring;

/// <summary><c>pssr measure</c>: pictures against the true ones, sets, and the frequency domain.</summary>
internal static class MeasureCommand
{
    internal const string ExitCodes = "Exit code: 0 all measured, 2 some pictures failed, 3 bad arguments or model, "
        + "4 a path means no picture, 130 stopped.";

    public static Command Create() =>
        new("measure", "Measures pictures against the true ones.") { CreateQuality(), CreateSet(), CreateFrequency(),
            MeasureFacesCommand.Create() };

    private static Command CreateQuality()
    {
        var (path, reference, recurse, device, json) = (PictureArguments.Create(), Reference(false), Recurse(), Device(), Json());
        var (quality, lrPsnr) = (QualityModel("Scores each picture by itself"), new Option<bool>("--lr-psnr")
        {
            Description = "Shrink each result again and measure PSNR against the picture that it was made from; needs no --reference.",
        });
        var preset = new Option<string>("--preset")
        {
            Description = $"{string.Join(", ", MetricPreset.All.Select(p => p.Name))}.",
            DefaultValueFactory = _ => MetricPreset.BasicSrY.Name,
        };
        var scale =
            Number("--scale", "Target size over source size, for BasicSR-Y's border. Default: what the record beside the picture says.");
        var lpips = WordOption.Of("--lpips", "auto (when its models were imported), always or never.", "auto", "always", "never");
        lpips.DefaultValueFactory = _ => "auto";
        var network = Network();
        var range = WordOption.Of<LpipsRange>("--lpips-range",
            "What LPIPS is fed: signed (-1 to 1, as it was trained), or released (-1 to 509, as DPI's released script does).");
        var baseline = new Option<bool>("--baseline") { Description = "Measure what bicubic makes of each result's source, too." };
        var command = new Command("quality", $"PSNR, SSIM, LPIPS and more, picture by picture and summed up. {ExitCodes}")
        {
            path, reference, recurse, preset, scale, lpips, network, range, lrPsnr, quality, baseline, device, json,
        };
        command.SetAction(parsed =>
        {
            using var run = new QualityRun(new QualityOptions
            {
                Reference = parsed.GetValue(reference),
                Recurse = parsed.GetValue(recurse),
                Preset = parsed.GetValue(preset)!,
                Scale = parsed.GetValue(scale),
                WithLpips = parsed.GetValue(lpips) switch { "always" => true, "never" => false, _ => null },
                LpipsNetwork = parsed.GetValue(network),
                LpipsRange = parsed.GetValue(range),
                WithLrPsnr = parsed.GetValue(lrPsnr),
                QualityModels = parsed.GetValue(quality)!,
                WithBaseline = parsed.GetValue(baseline),
                Device = parsed.GetValue(device)!,
            });
            if (run.LpipsMissing is { } missing)
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: LPIPS is left out. {missing}");
            using var stop = new StopSignal();
            var measured = new List<ImageQuality>();
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true, picture =>
            {
                var measurement = run.Measure(picture, null, stop.Token);
                measured.Add(measurement);
                foreach (var left in run.LeftOut(measurement))
                    parsed.InvocationConfiguration.Error.WriteLine($"pssr: {left}");
                MeasureLine.Write(parsed, measurement, parsed.GetValue(json));
            });
            foreach (var summary in ImageQuality.Summaries(measured))
                MeasureLine.Write(parsed, summary, parsed.GetValue(json));
            return exit;
        });
        return command;
    }

    private static Command CreateSet()
    {
        var (path, reference, recurse, device, json) = (PictureArguments.Create(), Reference(false), Recurse(), Device(), Json());
        var model = new Option<string?>("--model") { Description = "Model of the kind features, for the Fréchet distance." };
        var classifier = new Option<string?>("--classifier") { Description = "Model that gives class scores, for the Inception Score." };
        var quality = QualityModel("Scores, averaged over the set");
        var splits = new Option<int>("--splits")
        {
            Description = "Parts over which the Inception Score is averaged.", DefaultValueFactory = _ => 10,
            CustomParser = argument => OptionValue.Whole<int>(argument, "--splits"),
        };
        var command = new Command("set", $"Fréchet distance, Inception Score and mean scores of a set. {ExitCodes}")
        {
            path, reference, recurse, model, classifier, quality, splits, device, json,
        };
        command.SetAction(parsed =>
        {
            var run = new SetQualityRun(new SetQualityOptions
            {
                Model = parsed.GetValue(model), Classifier = parsed.GetValue(classifier), QualityModels = parsed.GetValue(quality)!,
                Splits = parsed.GetValue(splits), Device = parsed.GetValue(device)!,
            });
            if (parsed.GetValue(model) is not null && parsed.GetValue(reference) is null)
                throw new PssrException(PssrErrorKind.Option, "A Fréchet distance needs --reference.", "--reference");
            var (pictures, references) = (new List<string>(), new List<string>());
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true, pictures.Add);
            if (parsed.GetValue(reference) is { } folder)
                exit = ExitCode.Worse(exit,
                    PictureArguments.ForEach(parsed, [folder], parsed.GetValue(recurse), results: false, references.Add));
            if (exit != ExitCode.Done && (pictures.Count == 0 || (references.Count == 0 && parsed.GetValue(model) is not null)))
                return exit;
            using var stop = new StopSignal();
            var values = run.Measure(pictures, references, bad =>
            {
                exit = ExitCode.SomeFailed;
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {bad.Message}");
            }, null, stop.Token);
            foreach (var value in values)
            {
                if (value.Caution is { } caution)
                    parsed.InvocationConfiguration.Error.WriteLine($"pssr: {value.Metric}: {caution}");
                MeasureLine.Write(parsed, value, parsed.GetValue(json));
            }
            return exit;
        });
        return command;
    }

    private static Command CreateFrequency()
    {
        var (path, reference, recurse, json) = (PictureArguments.Create(), Reference(true), Recurse(), Json());
        var box = Number("--box-size",
            "Sides of the box around frequency zero as a share of the spectrum's. Default: source size over target size.");
        var level =
            Number("--noise-level", "Noise injected into a second row of pictures. Default: the result's own; 0 leaves the row out.");
        var model =
            new Option<string?>("--model") { Description = "The model whose schedule the noise follows. Default: the result's own." };
        var seed = new Option<ulong>("--seed")
        {
            Description = "Key of the noise.", CustomParser = argument => OptionValue.Whole<ulong>(argument, "--seed"),
        };
        var sheets = new Option<string?>("--sheets")
        {
            Description = "Folder, apart from the results, for pictures with their maps, NAME.frequency.png.",
        };
        var force = new Option<bool>("--force") { Description = "Overwrite existing sheets." };
        var command = new Command("frequency", $"Errors at low and high frequencies, with and without injected noise. {ExitCodes}")
        {
            path, reference, recurse, box, level, model, seed, sheets, force, json,
        };
        command.SetAction(parsed =>
        {
            var run = new FrequencyRun(new FrequencyOptions
            {
                Reference = parsed.GetValue(reference)!,
                Recurse = parsed.GetValue(recurse),
                BoxSize = parsed.GetValue(box),
                NoiseLevel = parsed.GetValue(level),
                Model = parsed.GetValue(model),
                Seed = parsed.GetValue(seed),
            });
            var names = parsed.GetValue(sheets) is { } folder ? new FrequencySheetNames(Path.GetFullPath(folder)) : null;
            using var stop = new StopSignal();
            var exit = PictureArguments.ForEach(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse), results: true, picture =>
            {
                var sheet = names?.For(picture);
                var inspection = run.Inspect(picture, null, stop.Token);
                foreach (var left in inspection.LeftOut)
                    parsed.InvocationConfiguration.Error.WriteLine($"pssr: {left}");
                foreach (var measurement in inspection.Measurements)
                    MeasureLine.Write(parsed, measurement, parsed.GetValue(json));
                if (sheet is not null)
                    FrequencySheet.Write(sheet, inspection, parsed.GetValue(force));
            });
            return exit;
        });
        return command;
    }

    internal static Option<string?> Reference(bool required) => new("--reference")
    {
        Description = "The folder of true pictures, paired by name where pairs are compared; or one picture.", Required = required,
    };

    internal static Option<string?> Network() =>
        WordOption.Of("--lpips-network", "alex, squeeze or vgg, in the place of the preset's own.", "alex", "squeeze", "vgg");

    private static Option<string[]> QualityModel(string what) => new("--quality-model")
    {
        Description = $"{what}: an imported model of the kind quality (MUSIQ, CLIP-IQA), or its folder; may be repeated.",
        DefaultValueFactory = _ => [],
    };

    internal static Option<bool> Recurse() => new("--recurse") { Description = "Descend into folders." };

    internal static Option<string> Device() =>
        new("--device") { Description = "auto, cpu, cuda or cuda:N.", DefaultValueFactory = _ => "auto" };

    internal static Option<bool> Json() => new("--json") { Description = "JSON lines on standard output." };

    private static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description, CustomParser = argument => InvariantNumber.Parse(argument, name),
    };
}
