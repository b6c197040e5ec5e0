using System.CommandLine;
using PSSR.Cli.Binding;
using PSSR.DiffSr;
using PSSR.Models;
using PSSR.Training;

namespace PSSR.Cli.Building;

/// <summary><c>pssr build prior</c>: trains a diffusion prior. Its options are those that a model's card names in its command.</summary>
internal static class BuildCommand
{
    private static readonly DiffusionPriorOptions Default = new();

    public static Command Create() => new("build", "Trains a model.") { CreatePrior(), BuildCorrectorCommand.Create(), BuildFlowCommand.Create() };

    private static Command CreatePrior()
    {
        var output = new Option<string>("--out") { Description = "The model's folder. A training that was stopped goes on there.", Required = true };
        var preset = Of("--preset", "The settings to start from: embedded (those of pssr-prior) or paper (those of the Diff-SR paper). What else is given counts more.", "embedded");
        var snapshot = SnapshotOption();
        var name = Of("--name", "Name on the model's card.", Default.Name);
        var schedule = Of("--schedule", "Noise schedule: linear, scaled-linear, squared-cosine, cosine or sigmoid.", Default.Schedule);
        var diffusionSteps = Of("--diffusion-steps", "Steps of the schedule.", Default.DiffusionSteps);
        var steps = Of("--steps", "Updates of the weights.", Default.Steps);
        var batchSize = Of("--batch-size", "Crops in a batch.", Default.BatchSize);
        var cropSize = Of("--crop-size", "Side of a crop in pixels.", Default.CropSize);
        var learningRate = Of("--learning-rate", "Adam's, at its peak.", Default.LearningRate);
        var warmupSteps = Of("--warmup-steps", "Steps of linear warm-up.", Default.WarmupSteps);
        var decayShare = Of("--decay-share", "Share of the steps, at the end, over which the learning rate falls.", Default.DecayShare);
        var averageDecay = Of("--average-decay", "Of the weights' moving average.", Default.AverageDecay);
        var lowShare = Of("--low-share", "Share of the training at low noise alone.", Default.LowShare);
        var lowLimit = Of("--low-limit", "Where low noise ends, as a share of the schedule.", Default.LowLimit);
        var imageFolder = Of("--image-folder", "Pictures to train on. Default: synthetic ones.", Default.ImageFolder);
        var seed = Of("--seed", "Key of weights, pictures, timesteps and noise.", Default.Seed);
        var network = Default.Network;
        var imageSize = Of("--image-size", "Attention resolutions are counted from it.", network.ImageSize);
        var numChannels = Of("--num-channels", "Channels at full resolution.", network.NumChannels);
        var numResBlocks = Of("--num-res-blocks", "Residual blocks a level.", network.NumResBlocks);
        var channelMult = Of("--channel-mult", "Width of each level, comma-separated.", network.ChannelMult);
        var attention = Of("--attention-resolutions", "Where attention sits, comma-separated.", network.AttentionResolutions);
        var numHeads = Of("--num-heads", "Attention heads.", network.NumHeads);
        var numHeadChannels = Of("--num-head-channels", "Channels a head, or -1.", network.NumHeadChannels);
        var scaleShift = Of("--use-scale-shift-norm", "Scale-shift time conditioning.", network.UseScaleShiftNorm);
        var updown = Of("--resblock-updown", "Resample inside residual blocks.", network.ResblockUpdown);

        var command = new Command("prior", "Trains a diffusion prior, or goes on with a training that was stopped.")
        {
            output, snapshot, preset, name, schedule, diffusionSteps, steps, batchSize, cropSize, learningRate, warmupSteps, decayShare, averageDecay, lowShare, lowLimit, imageFolder, seed,
            imageSize, numChannels, numResBlocks, channelMult, attention, numHeads, numHeadChannels, scaleShift, updown,
        };
        command.SetAction(parsed =>
        {
            var basis = DiffusionPriorOptions.Preset(parsed.GetValue(preset)!);
            return Run(parsed, parsed.GetValue(output)!, parsed.GetValue(snapshot), basis with
            {
                Name = Given(name, basis.Name),
                Schedule = Given(schedule, basis.Schedule),
                DiffusionSteps = Given(diffusionSteps, basis.DiffusionSteps),
                Steps = Given(steps, basis.Steps),
                BatchSize = Given(batchSize, basis.BatchSize),
                CropSize = Given(cropSize, basis.CropSize),
                LearningRate = Given(learningRate, basis.LearningRate),
                WarmupSteps = Given(warmupSteps, basis.WarmupSteps),
                DecayShare = Given(decayShare, basis.DecayShare),
                AverageDecay = Given(averageDecay, basis.AverageDecay),
                LowShare = Given(lowShare, basis.LowShare),
                LowLimit = Given(lowLimit, basis.LowLimit),
                ImageFolder = Given(imageFolder, basis.ImageFolder),
                Seed = Given(seed, basis.Seed),
                Network = basis.Network with
                {
                    ImageSize = Given(imageSize, basis.Network.ImageSize),
                    NumChannels = Given(numChannels, basis.Network.NumChannels),
                    NumResBlocks = Given(numResBlocks, basis.Network.NumResBlocks),
                    ChannelMult = Given(channelMult, basis.Network.ChannelMult),
                    AttentionResolutions = Given(attention, basis.Network.AttentionResolutions),
                    NumHeads = Given(numHeads, basis.Network.NumHeads),
                    NumHeadChannels = Given(numHeadChannels, basis.Network.NumHeadChannels),
                    UseScaleShiftNorm = Given(scaleShift, basis.Network.UseScaleShiftNorm),
                    ResblockUpdown = Given(updown, basis.Network.ResblockUpdown),
                },
            }, DiffusionPriorTrainer.Train, DiffusionPriorTrainer.Snapshot);

            T Given<T>(Option<T> option, T fromPreset) => parsed.GetResult(option) is { Implicit: false } ? parsed.GetValue(option)! : fromPreset;
        });
        return command;
    }

    /// <summary>To try a model before its training has ended.</summary>
    internal static Option<string?> SnapshotOption() => new("--snapshot")
    {
        Description = "Trains nothing: writes a model of the training as it stands, which may go on meanwhile, into this folder.",
    };

    /// <summary>Trains with Ctrl+C and progress, or takes a snapshot, and prints the model's folder.</summary>
    internal static int Run<TOptions>(ParseResult parsed, string folder, string? snapshotFolder, TOptions options,
        Func<TOptions, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train, Func<TOptions, string, string, InstalledModel> snapshot)
    {
        if (snapshotFolder is not null)
        {
            parsed.InvocationConfiguration.Output.WriteLine(snapshot(options, folder, snapshotFolder).Folder);
            return ExitCode.Done;
        }
        using var stop = new StopSignal();
        var progress = new TrainingLine(parsed.InvocationConfiguration.Error);
        var model = train(options, folder, progress, stop.Token);
        progress.Finish();
        parsed.InvocationConfiguration.Output.WriteLine(model.Folder);
        return ExitCode.Done;
    }

    /// <summary>Numbers have a decimal point on every machine.</summary>
    internal static Option<T> Of<T>(string name, string description, T standard) => new(name)
    {
        Description = description,
        DefaultValueFactory = _ => standard,
        CustomParser = typeof(T) == typeof(double) ? argument => (T)(object)InvariantNumber.Parse(argument, name) : null,
    };
}
