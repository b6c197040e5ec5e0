using System.CommandLine;
using PSSR.Dpi;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Cli.Building;

/// <summary><c>pssr build corrector</c>: trains DPI's condition corrector. Its options are those that a model's card names in its command.</summary>
internal static class BuildCorrectorCommand
{
    private static readonly ConditionCorrectorOptions Default = new();

    public static Command Create()
    {
        var output = new Option<string>("--out") { Description = "The model's folder. A training that was stopped goes on there.", Required = true };
        var snapshot = BuildCommand.SnapshotOption();
        var name = BuildCommand.Of("--name", "Name on the model's card.", Default.Name);
        var schedule = BuildCommand.Of("--schedule", "Noise schedule of the priors it is for.", Default.Schedule);
        var diffusionSteps = BuildCommand.Of("--diffusion-steps", "Steps of the schedule.", Default.DiffusionSteps);
        var gridStep = BuildCommand.Of("--grid-step", "The condition stands at every so manyth pixel.", Default.GridStep);
        var degradation = BuildCommand.Of("--degradation", $"What low-resolution pictures went through: {string.Join(", ", KnownDegradations.Names)}.", Default.Degradation);
        var scale = BuildCommand.Of("--scale", "How much bicubic shrinks.", Default.Scale);
        var objective = BuildCommand.Of("--objective", "paper (Eq. 15-18) or released (the authors' script).", Default.Objective);
        var steps = BuildCommand.Of("--steps", "Updates of the weights.", Default.Steps);
        var batchSize = BuildCommand.Of("--batch-size", "Crops in a batch.", Default.BatchSize);
        var cropSize = BuildCommand.Of("--crop-size", "Side of a crop in pixels.", Default.CropSize);
        var learningRate = BuildCommand.Of("--learning-rate", "Adam's, at its peak.", Default.LearningRate);
        var warmupSteps = BuildCommand.Of("--warmup-steps", "Steps of linear warm-up.", Default.WarmupSteps);
        var decayShare = BuildCommand.Of("--decay-share", "Share of the steps, at the end, over which the learning rate falls.", Default.DecayShare);
        var averageDecay = BuildCommand.Of("--average-decay", "Of the weights' moving average.", Default.AverageDecay);
        var imageFolder = BuildCommand.Of("--image-folder", "Pictures to train on. Default: synthetic ones.", Default.ImageFolder);
        var validationFolder = BuildCommand.Of("--validation-folder", "Pictures to validate with.", Default.ValidationFolder);
        var validationCount = BuildCommand.Of("--validation-count", "How many pictures to validate with.", Default.ValidationCount);
        var validateEvery = BuildCommand.Of("--validate-every", "Steps between two validations; 0: none.", Default.ValidateEvery);
        var checkpointEvery = BuildCommand.Of("--checkpoint-every", "Seconds between two checkpoints: at most so much work is lost to a kill.", Default.CheckpointEvery.TotalSeconds);
        var seed = BuildCommand.Of("--seed", "Key of weights, pictures, degradations, timesteps and noise.", Default.Seed);
        var network = Default.Network;
        var imageSize = BuildCommand.Of("--image-size", "Attention resolutions are counted from it.", network.ImageSize);
        var numChannels = BuildCommand.Of("--num-channels", "Channels at full resolution.", network.NumChannels);
        var numResBlocks = BuildCommand.Of("--num-res-blocks", "Residual blocks a level.", network.NumResBlocks);
        var channelMult = BuildCommand.Of("--channel-mult", "Width of each level, comma-separated.", network.ChannelMult);
        var attention = BuildCommand.Of("--attention-resolutions", "Where attention sits, comma-separated.", network.AttentionResolutions);
        var numHeads = BuildCommand.Of("--num-heads", "Attention heads.", network.NumHeads);
        var numHeadChannels = BuildCommand.Of("--num-head-channels", "Channels a head, or -1.", network.NumHeadChannels);
        var scaleShift = BuildCommand.Of("--use-scale-shift-norm", "Scale-shift time conditioning.", network.UseScaleShiftNorm);
        var updown = BuildCommand.Of("--resblock-updown", "Resample inside residual blocks.", network.ResblockUpdown);

        var command = new Command("corrector", "Trains a condition corrector for DPI, or goes on with a training that was stopped.")
        {
            output, snapshot, name, schedule, diffusionSteps, gridStep, degradation, scale, objective, steps, batchSize, cropSize, learningRate, warmupSteps, decayShare,
            averageDecay, imageFolder, validationFolder, validationCount, validateEvery, checkpointEvery, seed,
            imageSize, numChannels, numResBlocks, channelMult, attention, numHeads, numHeadChannels, scaleShift, updown,
        };
        command.SetAction(parsed => BuildCommand.Run(parsed, parsed.GetValue(output)!, parsed.GetValue(snapshot), new ConditionCorrectorOptions
        {
            Name = parsed.GetValue(name)!,
            Schedule = parsed.GetValue(schedule)!,
            DiffusionSteps = parsed.GetValue(diffusionSteps),
            GridStep = parsed.GetValue(gridStep),
            Degradation = parsed.GetValue(degradation)!,
            Scale = parsed.GetValue(scale),
            Objective = parsed.GetValue(objective)!,
            Steps = parsed.GetValue(steps),
            BatchSize = parsed.GetValue(batchSize),
            CropSize = parsed.GetValue(cropSize),
            LearningRate = parsed.GetValue(learningRate),
            WarmupSteps = parsed.GetValue(warmupSteps),
            DecayShare = parsed.GetValue(decayShare),
            AverageDecay = parsed.GetValue(averageDecay),
            ImageFolder = parsed.GetValue(imageFolder),
            ValidationFolder = parsed.GetValue(validationFolder),
            ValidationCount = parsed.GetValue(validationCount),
            ValidateEvery = parsed.GetValue(validateEvery),
            CheckpointEvery = TimeSpan.FromSeconds(parsed.GetValue(checkpointEvery)),
            Seed = parsed.GetValue(seed),
            Network = network with
            {
                ImageSize = parsed.GetValue(imageSize),
                NumChannels = parsed.GetValue(numChannels),
                NumResBlocks = parsed.GetValue(numResBlocks),
                ChannelMult = parsed.GetValue(channelMult)!,
                AttentionResolutions = parsed.GetValue(attention)!,
                NumHeads = parsed.GetValue(numHeads),
                NumHeadChannels = parsed.GetValue(numHeadChannels),
                UseScaleShiftNorm = parsed.GetValue(scaleShift),
                ResblockUpdown = parsed.GetValue(updown),
            },
        }, ConditionCorrectorTrainer.Train, ConditionCorrectorTrainer.Snapshot));
        return command;
    }
}
