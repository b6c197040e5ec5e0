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
        var preset = new Option<string>("--preset")
        {
            Description = "The settings to start from: embedded (those of pssr-prior) or paper (those of the Diff-SR paper). "
                + "What else is given counts more.",
            DefaultValueFactory = _ => "embedded",
        };
        var options = new OptionBinder<DiffusionPriorOptions>(new());
        var network = new OptionBinder<GuidedUNetOptions>(new DiffusionPriorOptions().Network);
        var command = new Command("prior", "Trains a diffusion prior, or goes on with a training that was stopped.") { preset };
        options.AddTo(command);
        network.AddTo(command);
        return Training(command, parsed =>
        {
            var basis = DiffusionPriorOptions.Preset(parsed.GetValue(preset)!);
            return options.Read(parsed, basis) with { Network = network.Read(parsed, basis.Network) };
        }, DiffusionPriorTrainer.Train, DiffusionPriorTrainer.Snapshot);
    }

    private static Command CreateCorrector()
    {
        var options = new OptionBinder<ConditionCorrectorOptions>(new());
        var network = new OptionBinder<GuidedUNetOptions>(new ConditionCorrectorOptions().Network);
        var command = new Command("corrector", "Trains a condition corrector for DPI, or goes on with a training that was stopped.");
        options.AddTo(command);
        network.AddTo(command);
        return Training(command, parsed => options.Read(parsed) with { Network = network.Read(parsed) },
            ConditionCorrectorTrainer.Train, ConditionCorrectorTrainer.Snapshot);
    }

    private static Command CreateFlow()
    {
        var options = new OptionBinder<FlowUpscalerOptions>(new());
        var network = new OptionBinder<EcdpOptions>(new FlowUpscalerOptions().Network);
        var command = new Command("flow", "Trains a conditional upscaler, or goes on with a training that was stopped.");
        options.AddTo(command);
        network.AddTo(command);
        return Training(command, parsed => options.Read(parsed) with { Network = network.Read(parsed) },
            FlowUpscalerTrainer.Train, FlowUpscalerTrainer.Snapshot);
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
        command.SetAction(parsed =>
        {
            var (options, folder) = (read(parsed), parsed.GetValue(output)!);
            if (parsed.GetValue(snapshot) is { } snapshotFolder)
            {
                parsed.InvocationConfiguration.Output.WriteLine(takeSnapshot(options, folder, snapshotFolder).Folder);
                return ExitCode.Done;
            }
            using var stop = new StopSignal();
            var progress = new TrainingLine(parsed.InvocationConfiguration.Error);
            var model = train(options, folder, progress, stop.Token);
            progress.Finish();
            parsed.InvocationConfiguration.Output.WriteLine(model.Folder);
            return ExitCode.Done;
        });
        return command;
    }
}
