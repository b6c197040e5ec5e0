using System.Reflection;
using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Experiments.Recipes;
using PSSR.Models;
using PSSR.Options;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>The trainings of a recipe: each makes a model in the experiment's folder, and one at each of its checkpoints.</summary>
internal static class TrainedModels
{
    private const string Defaults = "embedded";

    /// <summary>All options of a training, its preset's among them.</summary>
    /// <exception cref="PssrException">Kind Option: no such preset.</exception>
    public static TrainingOptions Of(RecipeTraining training, OptionValues options) => training.Kind switch
    {
        ModelKind.Prior => Of<DiffusionPriorOptions>(training, options),
        ModelKind.Corrector => Of<ConditionCorrectorOptions>(training, options),
        _ => Of<FlowUpscalerOptions>(training, options),
    };

    /// <summary>Makes a training's model and those of its checkpoints, where they aren't there yet, or goes on with it.</summary>
    /// <param name="name">Of the model's folder: see <see cref="ModelNames.FolderName"/>.</param>
    /// <param name="options">The training's, models by names that the engine finds.</param>
    /// <param name="imageFolder">Pictures to train on; null: synthetic ones.</param>
    /// <param name="trial">Checkpoints are one step apart, whatever they are called.</param>
    /// <exception cref="OperationCanceledException">Stopped; the same call goes on.</exception>
    /// <exception cref="PssrException">Kind Option, Image, Checkpoint or Device.</exception>
    public static void Make(RecipeTraining training, string name, OptionValues options, ExperimentFolders folders, string? imageFolder,
        bool trial, IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        var folder = folders.Model(name);
        if (TrainingFolder.HoldsModel(folder))
            return;
        switch (training.Kind)
        {
            case ModelKind.Prior:
                Train<DiffusionPriorOptions>(DiffusionPriorTrainer.Train, DiffusionPriorTrainer.Snapshot, _ => "");
                break;
            case ModelKind.Corrector:
                Train<ConditionCorrectorOptions>(ConditionCorrectorTrainer.Train, ConditionCorrectorTrainer.Snapshot, _ => "");
                break;
            default:
                Train<FlowUpscalerOptions>(FlowUpscalerTrainer.Train, FlowUpscalerTrainer.Snapshot,
                    flow => flow.QualitySteps > 0 ? "stage 2" : "stage 1");
                break;
        }

        void Train<T>(Func<T, string, IProgress<TrainingProgress>?, CancellationToken, InstalledModel> train,
            Func<T, string, string, InstalledModel> keep, Func<T, string> lastStage) where T : TrainingOptions, IPresets<T>
        {
            var named = new Dictionary<string, object?> { [nameof(TrainingOptions.Name)] = training.Name };
            if (imageFolder is not null)
                named[nameof(TrainingOptions.ImageFolder)] = imageFolder;
            var chosen = OptionRecord.With(Of<T>(training, options), named.Select(pair =>
                KeyValuePair.Create<PropertyInfo, object?>(typeof(T).GetProperty(pair.Key)!, pair.Value)));
            foreach (var (i, step) in training.Checkpoints.Order().Index())
            {
                var kept = folders.Model(ModelNames.At(name, step));
                if (TrainingFolder.HoldsModel(kept))
                    continue;
                using var pause = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
                try
                {
                    train(chosen, folder, new StopAt(trial ? i + 1 : step, lastStage(chosen), pause, progress), pause.Token);
                }
                catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
                {
                }
                keep(chosen, folder, kept);
            }
            train(chosen, folder, progress, cancellation);
        }
    }

    private static T Of<T>(RecipeTraining training, OptionValues options) where T : TrainingOptions, IPresets<T> =>
        options.ApplyTo(TrainingOptions.OfPreset<T>(training.Preset ?? Defaults));

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
