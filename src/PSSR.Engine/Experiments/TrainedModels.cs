using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Experiments.Recipes;
using PSSR.Models;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>The trainings of a recipe: each makes a model in the experiment's folder, and one at each of its checkpoints.</summary>
internal static class TrainedModels
{
    /// <summary>The folder of a training's model, or of a checkpoint; the same for the same training.</summary>
    public static string FolderName(RecipeTraining training, long? step) =>
        $"{training.Name}-{CellKey.Of(training.Kind, training.Preset, training.Data, training.Options)}"
        + (step is { } at ? FormattableString.Invariant($"@{at}") : "");

    /// <summary>Options of a trial, for a kind: a few steps of a small network.</summary>
    public static OptionValues Quick(RecipeTraining training, int side)
    {
        var (kind, crop, steps) = (training.Kind, Math.Max(32, side / 2 / 32 * 32), training.Checkpoints.Count + 2L);
        (string Name, object Value)[] both = [("Steps", steps), ("BatchSize", 1), ("CropSize", crop), ("WarmupSteps", 0L)];
        (string, object)[] unet = [("NumChannels", 32), ("ChannelMult", "1,2"), ("NumResBlocks", 1), ("AttentionResolutions", "")];
        (string, object)[] own = kind switch
        {
            ModelKind.Flow => [("EncoderSteps", 1L), ("QualityBatchSize", 1), ("QualityTolerance", 0.5),
                .. training.Options.Find("QualitySteps")?.Value is > 0L ? new (string, object)[] { ("QualitySteps", steps) } : []],
            ModelKind.Corrector => [.. unet, ("ValidationCount", 1), ("ValidateEvery", 0L)],
            _ => unet,
        };
        var names = RecipeOptions.Training(kind)!;
        return new([.. both.Concat(own).Select(option => (Path: names.Find(option.Item1), option.Item2))
            .Where(option => option.Path is not null).Select(option => new OptionValue(option.Path!, option.Item2))]);
    }

    /// <summary>Makes a training's model and those of its checkpoints, where they aren't there yet, or goes on with it.</summary>
    /// <param name="options">The training's, models by names that the engine finds.</param>
    /// <param name="imageFolder">Pictures to train on; null: synthetic ones.</param>
    /// <param name="trial">Checkpoints are one step apart, whatever they are called.</param>
    /// <exception cref="OperationCanceledException">Stopped; the same call goes on.</exception>
    /// <exception cref="PssrException">Kind Option, Image, Checkpoint or Device.</exception>
    public static void Make(RecipeTraining training, OptionValues options, ExperimentFolders folders, string? imageFolder, bool trial,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var folder = folders.Model(FolderName(training, null));
        if (TrainingFolder.HoldsModel(folder))
            return;
        switch (training.Kind)
        {
            case ModelKind.Prior:
                var prior = options.ApplyTo(DiffusionPriorOptions.Preset(training.Preset ?? "embedded")) with { Name = training.Name };
                if (imageFolder is not null)
                    prior = prior with { ImageFolder = imageFolder };
                Train(DiffusionPriorTrainer.Train, DiffusionPriorTrainer.Snapshot, prior);
                break;
            case ModelKind.Corrector:
                var corrector = options.ApplyTo(new ConditionCorrectorOptions()) with { Name = training.Name };
                if (imageFolder is not null)
                    corrector = corrector with { ImageFolder = imageFolder };
                Train(ConditionCorrectorTrainer.Train, ConditionCorrectorTrainer.Snapshot, corrector);
                break;
            default:
                var flow = options.ApplyTo(new FlowUpscalerOptions()) with { Name = training.Name };
                if (imageFolder is not null)
                    flow = flow with { ImageFolder = imageFolder };
                Train(FlowUpscalerTrainer.Train, FlowUpscalerTrainer.Snapshot, flow, flow.QualitySteps > 0 ? "stage 2" : "stage 1");
                break;
        }

        void Train<T>(Func<T, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train,
            Func<T, string, string, InstalledModel> keep, T chosen, string stage = "")
        {
            foreach (var (i, step) in training.Checkpoints.Order().Index())
            {
                var kept = folders.Model(FolderName(training, step));
                if (TrainingFolder.HoldsModel(kept))
                    continue;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                try
                {
                    train(chosen, folder, new StopAt(trial ? i + 1 : step, stage, pause, progress), pause.Token);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                }
                keep(chosen, folder, kept);
            }
            train(chosen, folder, progress, cancellation);
        }
    }

    /// <summary>Stops a training after a step of its last stage, so that it can be looked at.</summary>
    private sealed class StopAt(long step, string stage, CancellationTokenSource pause, IProgress<TrainingProgress>? next)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            next?.Report(value);
            if (value.Step >= step && value.Stage.StartsWith(stage, StringComparison.Ordinal))
                pause.Cancel();
        }
    }
}
