using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using PSSR.Cli.Binding;
using PSSR.DiffSr.Field;
using PSSR.Drawing;
using PSSR.Networks;
using PSSR.Sets;

namespace PSSR.Cli.Upscaling;

/// <summary><c>pssr field</c>: Find-PerceptualRecoverableField's parameters in kebab case, and one line a scale.</summary>
internal static class FieldCommand
{
    private static readonly FieldSearchOptions Default = new();

    public static Command Create()
    {
        var path = new Argument<string[]>("path")
        {
            Description = "High-resolution pictures, and folders of them, to measure on. Default: what was saved for the model, else synthetic ones.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var recurse = new Option<bool>("--recurse") { Description = "Descend into folders." };
        var model = Of("--model", "Name of an installed prior, or a folder with a model card.", Default.Model);
        var scale = Numbers("--scale", "Scales, comma-separated; any real numbers from 1. Default: 2,3,4.");
        var mode = Of("--mode", "theory computes from a calibration; empirical also tries levels on the pictures.", FieldMode.Theory);
        var levels = Numbers("--noise-level", "Levels to try in empirical mode, comma-separated. Default: around the theory's, then finer around the best.");
        var metric = Of("--metric", "What the best level is chosen by: auto, psnr, ssim, lpips or frechet.", FieldMetric.Auto);
        var lpipsNetwork = Text("--lpips-network", "alex, squeeze or vgg. Default: the first whose weights are imported.");
        var features = Text("--feature-model", "Imported model of the kind features, for a Frechet distance of the whole set at each level.");
        var steps = new Option<int?>("--steps") { Description = "Visited diffusion steps in empirical mode. Default: those of the model's card, else 10." };
        var count = Of("--picture-count", "Synthetic pictures to make where none are named.", Default.Count);
        var crop = Of("--crop-size", "Side of the square in the middle of each picture that is looked at.", Default.CropSize);
        var omega = Number("--omega", "Weight of the fidelity loss.");
        var signature = Number("--signature-threshold", "C^S, the most signature loss.");
        var fidelity = Number("--fidelity-threshold", "C^F, the most weighted fidelity loss.");
        var form = new Option<FidelityForm?>("--fidelity") { Description = "ExactKl, or Paper: the paper's Eq. 17." };
        var variance = new Option<SignatureVariance?>("--variance") { Description = "Posterior, PosteriorSquared or PaperDdim: the variance in the signature's weights." };
        var unit = Text("--unit", "per-element, or paper: the fidelity loss summed over 256x256 pictures.");
        var seed = new Option<ulong>("--seed") { Description = "Key of the noise. Default: 0." };
        var recalibrate = new Option<bool>("--recalibrate") { Description = "Measure anew what was saved for the model." };
        var save = new Option<bool>("--save") { Description = "Store calibration, thresholds and found levels for the model: pssr upscale takes its noise level from them." };
        var show = new Option<bool>("--show") { Description = "Draw the curves." };
        var interactive = new Option<bool>("--interactive") { Description = "Move the level by keys, see scores and picture change, and accept one." };
        var sheet = Text("--sheet-path", "The PNG that --interactive writes anew after every move. Default: pssr-field.png in the temporary folder.");
        var output = Text("--out", "Also write the results to this .csv, .json or .svg file.");
        var force = new Option<bool>("--force") { Description = "Overwrite that file." };
        var precision = Of("--precision", "fp32 or bf16.", Default.Precision);
        var device = Of("--device", "auto, cpu, cuda or cuda:N.", Default.Device);

        var command = new Command("field", "Finds the noise levels that Diff-SR recovers pictures from, scale by scale.")
        {
            path, recurse, model, scale, mode, levels, metric, lpipsNetwork, features, steps, count, crop, omega, signature, fidelity, form, variance, unit, seed, recalibrate,
            save, show, interactive, sheet, output, force, precision, device,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(path)!.Length > 0)
                PictureArguments.RefuseUnknownOptions(parsed, path);
            var name = parsed.GetValue(model)!;
            var basis = FieldSearch.ThresholdsOf(name);
            var tried = parsed.GetValue(levels) ?? [];
            var options = new FieldSearchOptions
            {
                Model = name,
                Scales = parsed.GetValue(scale) ?? Default.Scales,
                Mode = tried.Length > 0 ? FieldMode.Empirical : parsed.GetValue(mode),
                Levels = tried,
                Metric = parsed.GetValue(metric),
                Features = parsed.GetValue(features),
                Pictures = Pictures(parsed, parsed.GetValue(path)!, parsed.GetValue(recurse)),
                Count = parsed.GetValue(count),
                CropSize = parsed.GetValue(crop),
                Field = basis with
                {
                    Omega = parsed.GetValue(omega) ?? basis.Omega,
                    SignatureThreshold = parsed.GetValue(signature) ?? basis.SignatureThreshold,
                    FidelityThreshold = parsed.GetValue(fidelity) ?? basis.FidelityThreshold,
                    Fidelity = parsed.GetValue(form) ?? basis.Fidelity,
                    Variance = parsed.GetValue(variance) ?? basis.Variance,
                    Elements = Elements(parsed.GetValue(unit), basis.Elements),
                },
                Steps = parsed.GetValue(steps),
                Seed = parsed.GetValue(seed),
                Recalibrate = parsed.GetValue(recalibrate),
                Save = parsed.GetValue(save),
                Precision = parsed.GetValue(precision)!,
                Device = parsed.GetValue(device)!,
            };
            var target = parsed.GetValue(output);
            var results = parsed.GetValue(interactive)
                ? Explore(parsed, options, parsed.GetValue(lpipsNetwork), parsed.GetValue(sheet))
                : Run(parsed, options, parsed.GetValue(lpipsNetwork), parsed.GetValue(show));
            if (target is not null && results.Count > 0)
                FieldReport.Write(target, results, parsed.GetValue(force));
            return ExitCode.Done;
        });
        return command;
    }

    private static IReadOnlyList<RecoverableFieldResult> Run(ParseResult parsed, FieldSearchOptions options, string? network, bool show)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var stop = new StopSignal();
        using var lpips = FieldLpips.Load(options, network, why => error.WriteLine($"pssr: {why}"));
        using var search = new FieldSearch(options, lpips, bad => error.WriteLine($"pssr: {bad.Message}"));
        var progress = new FieldLine(error);
        var results = new List<RecoverableFieldResult>();
        foreach (var result in search.Run(progress, stop.Token))
        {
            progress.Finish();
            results.Add(result);
            output.WriteLine(Line(result));
            if (show)
                foreach (var line in FieldReport.Charts(result).SelectMany(chart => ConsoleChart.Draw(chart)))
                    output.WriteLine(line);
        }
        return results;
    }

    private static IReadOnlyList<RecoverableFieldResult> Explore(ParseResult parsed, FieldSearchOptions options, string? network, string? sheet)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var stop = new StopSignal();
        using var lpips = FieldLpips.Load(options, network, _ => { });
        using var search = new FieldSearch(options, lpips, bad => error.WriteLine($"pssr: {bad.Message}"));
        var explorer = new FieldExplorer(search, options.Scales, new SystemTerminal(), sheet ?? Path.Join(Path.GetTempPath(), "pssr-field.png"));
        if (explorer.Run(stop.Token) is not { } accepted)
            return [];
        var result = options.Save ? search.SaveAccepted(accepted) : accepted;
        output.WriteLine(Line(result));
        return [result];
    }

    private static string Line(RecoverableFieldResult r) => FormattableString.Invariant(
        $"{r.Model} {r.Scale:0.###}x: noise level {r.NoiseLevel:0.####} ({r.Advice}){(r.SavedTo is { } path ? $"; saved to {path}" : "")}");

    private static IReadOnlyList<string> Pictures(ParseResult parsed, string[] paths, bool recurse)
    {
        var pictures = new List<string>();
        foreach (var file in paths.SelectMany(path => FileSet.Expand(path, recurse)).DistinctBy(file => file.Path))
        {
            if (file.Problem is { } problem)
                parsed.InvocationConfiguration.Error.WriteLine($"pssr: {problem.Message}");
            else
                pictures.Add(file.Path);
        }
        return paths.Length == 0 || pictures.Count > 0
            ? pictures
            : throw new PssrException(PssrErrorKind.Option, "None of the paths means a picture. Leave them out to measure on synthetic pictures.", "path");
    }

    private static double Elements(string? unit, double basis) => unit switch
    {
        null => basis,
        "per-element" => 1,
        "paper" => RecoverableFieldOptions.PaperElements,
        _ => throw new PssrException(PssrErrorKind.Option, $"--unit: '{unit}' is neither per-element nor paper.", unit),
    };

    private static Option<T> Of<T>(string name, string description, T standard) => new(name) { Description = description, DefaultValueFactory = _ => standard };

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };

    private static Option<double?> Number(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = argument => InvariantNumber.Parse(argument, name),
    };

    private static Option<double[]?> Numbers(string name, string description) => new(name)
    {
        Description = description,
        CustomParser = argument => Parse(argument, name),
    };

    private static double[] Parse(ArgumentResult argument, string name)
    {
        var numbers = new List<double>();
        foreach (var text in argument.Tokens[0].Value.Split(','))
        {
            if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value))
            {
                argument.AddError($"{name}: '{text}' is not a number.");
                return [];
            }
            numbers.Add(value);
        }
        return [.. numbers];
    }
}
