using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Cli.Building;

/// <summary><c>pssr build</c>: trains models. Its commands' options are those that a model's card names in its command.</summary>
internal static class BuildCommand
{
    public static Command Create() => new("build", "Trains a model.") { CreatePrior(), CreateCorrector(), CreateFlow() };

    private static Command CreatePrior()
    {
        var command = new Command("prior", "Trains a diffusion prior, or goes on with a training that was stopped.");
        var read = Options<DiffusionPriorOptions, GuidedUNetOptions>(command,
            "embedded (those of pssr-prior) or paper (those of the Diff-SR paper)",
            options => options.Network, (options, network) => options with { Network = network });
        return Training(command, read, DiffusionPriorTrainer.Train, DiffusionPriorTrainer.Snapshot);
    }

    private static Command CreateCorrector()
    {
        var command = new Command("corrector", "Trains a condition corrector for DPI, or goes on with a training that was stopped.");
        var read = Options<ConditionCorrectorOptions, GuidedUNetOptions>(command,
            "embedded (those of pssr-corrector-x4) or paper (those of the DPI paper and its authors' script)",
            options => options.Network, (options, network) => options with { Network = network });
        return Training(command, read, ConditionCorrectorTrainer.Train, ConditionCorrectorTrainer.Snapshot);
    }

    private static Command CreateFlow()
    {
        var command = new Command("flow", "Trains a conditional upscaler, or goes on with a training that was stopped.");
        var read = Options<FlowUpscalerOptions, EcdpOptions>(command,
            "embedded, or paper-div2k, paper-imagenet or paper-celeba (those of the ECDP paper and its authors' code)",
            options => options.Network, (options, network) => options with { Network = network });
        return Training(command, read, FlowUpscalerTrainer.Train, FlowUpscalerTrainer.Snapshot);
    }

    /// <summary>A training's options, which begin with a preset's, and its network's.</summary>
    /// <param name="presets">In words.</param>
    private static Func<ParseResult, T> Options<T, TNetwork>(
        Command command, string presets, Func<T, TNetwork> networkOf, Func<T, TNetwork, T> with)
        where T : TrainingOptions, IPresets<T>, new()
        where TNetwork : class
    {
        var preset = new Option<string>("--preset")
        {
            Description = $"The settings to start from: {presets}. What else is given counts more.",
            DefaultValueFactory = _ => "embedded",
        };
        command.Add(preset);
        var (options, network) = (new OptionBinder<T>(new()), new OptionBinder<TNetwork>(networkOf(new())));
        options.AddTo(command);
        network.AddTo(command);
        return parsed =>
        {
            var basis = TrainingOptions.OfPreset<T>(parsed.GetValue(preset)!);
            return with(options.Read(parsed, basis), network.Read(parsed, networkOf(basis)));
        };
    }

    /// <summary>Trains with Ctrl+C and progress, or takes a snapshot, and prints the model's folder.</summary>
    private static Command Training<TOptions>(Command command, Func<ParseResult, TOptions> read,
        Func<TOptions, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train,
        Func<TOptions, string, string, InstalledModel> takeSnapshot)
    {
        var output = new Option<string>("--out")
        {
            Description = "The model's folder. A training that was stopped goes on there.", Required = true,
        };
        var snapshot = new Option<string?>("--snapshot")
        {
            Description = "Trains nothing: writes a model of the training as it stands, which may go on meanwhile, into this folder.",
        };
        command.Options.Insert(0, output);
        command.Options.Insert(1, snapshot);
        command.Add(QuietOption.Create());
        command.SetAction(parsed =>
        {
            var (options, folder) = (read(parsed), parsed.GetValue(output)!);
            if (parsed.GetValue(snapshot) is { } snapshotFolder)
            {
                parsed.InvocationConfiguration.Output.WriteLine(takeSnapshot(options, folder, snapshotFolder).Folder);
                return ExitCode.Done;
            }
            using var stop = new StopSignal();
            var progress = new TrainingLine(parsed);
            var model = train(options, folder, progress, stop.Token);
            progress.Finish();
            parsed.InvocationConfiguration.Output.WriteLine(model.Folder);
            return ExitCode.Done;
        });
        return command;
    }
}
