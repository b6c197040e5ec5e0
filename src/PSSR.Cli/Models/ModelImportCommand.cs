using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.Models;
using PSSR.Models.Families;

namespace PSSR.Cli.Models;

/// <summary><c>pssr model import</c>.</summary>
internal static class ModelImportCommand
{
    private static readonly ModelImportOptions Default = new();

    public static Command Create()
    {
        var path = new Argument<string>("path") { Description = "A .pt, .pth or .safetensors file, by what it is and not by its name." };
        var name = Text("--name", "The name it will have. Default: the file's.");
        var architecture = new Option<string>("--architecture")
        {
            Description = "auto, torchscript, face-detector, quality-metric, or one of "
                + $"{string.Join(", ", NetworkFamilies.All.Select(f => f.Architecture))}.",
            DefaultValueFactory = _ => Default.Architecture,
        };
        var option =
            new Option<string[]>("--option") { Description = "NAME=VALUE, an option of the architecture that weights don't tell; may be "
                + "repeated.", DefaultValueFactory = _ => [] };
        var schedule = Text("--schedule",
            "Noise schedule: linear, scaled-linear, squared-cosine, cosine or sigmoid. Default: the known model's, or linear.");
        var steps = new Option<int?>("--diffusion-steps")
        {
            Description = "Steps of that schedule, whichever it is. Default: the known model's, or 1000.",
            CustomParser = argument => OptionValue.Whole<int>(argument, "--diffusion-steps"),
        };
        var range =
            Text("--value-range", "Lowest and highest value of the pictures that it sees: 0,1 or -1,1. Default: the architecture's.");
        var license = Text("--license", "Licence on the card. Default: the known model's.");
        var under = Text("--under", "The dict with the weights, as a path (ema/shadow), where a file holds several.");
        var precision =
            new Option<string>("--precision") { Description = "fp32, fp16 or bf16.", DefaultValueFactory = _ => Default.Precision };
        var force = new Option<bool>("--force") { Description = "Replace the model of this name." };

        var command = new Command("import", "Imports a public weights file as a model that can be named.")
        {
            path, name, architecture, option, schedule, steps, range, license, under, precision, force,
        };
        command.SetAction(parsed => Run(parsed, parsed.GetValue(path)!, new ModelImportOptions
        {
            Name = parsed.GetValue(name),
            Architecture = parsed.GetValue(architecture)!,
            Options = ModelOptionValues.Parse(parsed.GetValue(option)!.Select(ModelOptionValues.Split)),
            ValueRange = parsed.GetValue(range) is { } ends ? ModelOptionValues.Range(ends) : null,
            License = parsed.GetValue(license),
            Under = parsed.GetValue(under),
            Precision = parsed.GetValue(precision)!,
            Force = parsed.GetValue(force),
        }.WithSchedule(parsed.GetValue(schedule), parsed.GetValue(steps))));
        return command;
    }

    private static int Run(ParseResult parsed, string path, ModelImportOptions options)
    {
        var (output, error) = (parsed.InvocationConfiguration.Output, parsed.InvocationConfiguration.Error);
        using var stop = new StopSignal();
        var result = ModelImporter.Import(path, options, null, stop.Token);
        foreach (var assumption in result.Assumptions)
            error.WriteLine($"pssr: assumed {assumption}.");
        if (result.LeftOut.Count > 0)
            error.WriteLine($"pssr: left out {string.Join(", ", result.LeftOut)}.");
        output.WriteLine(result.Model.Folder);
        return ExitCode.Done;
    }

    private static Option<string?> Text(string name, string description) => new(name) { Description = description };
}
