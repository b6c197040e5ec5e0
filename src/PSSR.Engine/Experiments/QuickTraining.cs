using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Experiments.Recipes;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Experiments;

/// <summary>What a trial makes of a training: a few steps of a tiny network, on small crops.</summary>
internal static class QuickTraining
{
    /// <param name="side">Of the trial's pictures, in pixels.</param>
    /// <param name="features">What stands in for a quality loss's features.</param>
    public static OptionValues Of(RecipeTraining training, int side, string features)
    {
        // A checkpoint is a step, and after the last one the training goes on.
        var (crop, steps) = (Math.Max(32, side / 2 / 32 * 32), training.Checkpoints.Count + 2L);
        (string Name, object Value)[] common =
        [
            (nameof(TrainingOptions.Steps), steps), (nameof(TrainingOptions.BatchSize), 1), (nameof(TrainingOptions.CropSize), crop),
            (nameof(TrainingOptions.WarmupSteps), 0L),
        ];
        (string, object)[] guided =
        [
            (nameof(GuidedUNetOptions.NumChannels), 32), (nameof(GuidedUNetOptions.ChannelMult), "1,2"),
            (nameof(GuidedUNetOptions.NumResBlocks), 1), (nameof(GuidedUNetOptions.AttentionResolutions), ""),
        ];
        var own = training.Kind switch
        {
            ModelKind.Flow => Flow((FlowUpscalerOptions)TrainedModels.Of(training, training.Options), steps, features),
            ModelKind.Corrector => [.. guided, ("ValidationCount", 1), ("ValidateEvery", 0L)],
            _ => guided,
        };
        var names = RecipeOptions.Training(training.Kind)!;
        return new([.. common.Concat(own).Select(option => new OptionValue(names.Find(option.Item1)!, option.Item2))]);
    }

    private static (string, object)[] Flow(FlowUpscalerOptions whole, long steps, string features) =>
    [
        (nameof(EcdpOptions.Blocks), 1), (nameof(EcdpOptions.Selection), (int[])[0]), (nameof(EcdpOptions.Features), 8),
        (nameof(EcdpOptions.Growth), 4), (nameof(EcdpOptions.TimeChannels), 8), (nameof(EcdpOptions.Base), 16),
        (nameof(EcdpOptions.LevelChannels), (int[])[16]), (nameof(EcdpOptions.LevelBlocks), (int[])[1]),
        (nameof(FlowUpscalerOptions.EncoderSteps), 1L), (nameof(FlowUpscalerOptions.EncoderBatchSize), 1),
        (nameof(FlowUpscalerOptions.QualityBatchSize), 1), (nameof(FlowUpscalerOptions.QualityTolerance), 0.5),
        (nameof(FlowUpscalerOptions.ValidateEvery), 0L),
        .. whole.QualitySteps > 0 ? new (string, object)[]
        {
            (nameof(FlowUpscalerOptions.QualitySteps), steps), (nameof(FlowUpscalerOptions.QualityFeatures), features),
            (nameof(FlowUpscalerOptions.QualityFeatureSteps), OwnFeatures.UsualSteps), // others learn no features
            (nameof(FlowUpscalerOptions.QualityTextureExponent), 1.0),
        } : [],
    ];
}
