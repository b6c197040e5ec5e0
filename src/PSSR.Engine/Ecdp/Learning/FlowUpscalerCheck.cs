using PSSR.Diffusion;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Ecdp.Learning;

/// <summary>What a training's options ask of each other.</summary>
internal static class FlowUpscalerCheck
{
    /// <summary>What doesn't go together, as the first of it; null: nothing.</summary>
    public static string? WhyNot(FlowUpscalerOptions options) =>
        OfLayout(options, options.Network) ?? OfQuality(options) ?? OfPictures(options) ?? OfBatches(options);

    private static string? OfLayout(FlowUpscalerOptions options, EcdpOptions network)
    {
        var multiple = network.Scale * network.Patch / (int)System.Numerics.BigInteger.GreatestCommonDivisor(network.Scale, network.Patch);
        var last = network.Selection[^1];
        var trainsEncoder = options.TrainEncoder || options.QualityTrainEncoder
            || (options is { Encoder: null, Flow: null, EncoderLastBlock: false });
        return
            options.CropSize % multiple != 0
                ? Say($"CropSize is {options.CropSize}; it must be a multiple of {multiple}")
            : network.ConditionPlanes is not (0 or DegradationStrength.Count)
                ? Say($"condition_planes is {network.ConditionPlanes}; it must be 0 or {DegradationStrength.Count}")
            : options.Degradation is { } name && !ShrinksBy(name, network.Scale)
                ? Say($"Degradation is {name}, which doesn't shrink by the network's scale")
            : network.HybridLambda is not null && options.Parametrization != FlowParametrization.Hybrid
                ? Say($"hybrid_lambda is {network.HybridLambda}, and Parametrization {options.Parametrization} mixes nothing")
            : last != network.Blocks - 1 && trainsEncoder
                ? Say($"rrdb_block_selection ends with {last}; the encoder is trained through its last block, {network.Blocks - 1}: ")
                    + Say($"end with it, or give {last + 1} for rrdb_num_blocks")
            : options.EncoderInitialScale != 1 && network.Block != EncoderBlock.Dense
                ? Say($"EncoderInitialScale is {options.EncoderInitialScale}, for dense blocks; rrdb_block is {network.Block}")
            : options.EncoderLastBlock && network.Mean != FlowMean.Bicubic
                ? "EncoderLastBlock leaves nothing to draw the mean from; it goes with the bicubic one"
            : options.FeatureLearningRate is { } rate && !options.TrainEncoder && options.Preset is null
                ? Say($"FeatureLearningRate is {rate}; without TrainEncoder stage 1 keeps the encoder")
            : null;
    }

    private static string? OfQuality(FlowUpscalerOptions options)
    {
        const int least = 2 * TextureFeatures.LeastSide;
        var learnsSamples = options.QualitySampler == QualitySampler.DpmSolver;
        var (features, weight) = (options.QualityFeatures, options.QualityCriticWeight);
        return
            options.Flow is not null && options.QualitySteps == 0
                ? Say($"a flow in place of stages 0 and 1 leaves nothing to do without QualitySteps")
            : weight != 0 && !learnsSamples
                ? Say($"QualityCriticWeight is {weight}; a critic goes with QualitySampler DpmSolver")
            : options.QualityCriticExponent != 0 && weight == 0
                ? Say($"QualityCriticExponent is {options.QualityCriticExponent}, and without a QualityCriticWeight there is no critic")
            : options.QualityCriticExponent != 0 && !Spoils(options.Degradation)
                ? Say($"QualityCriticExponent is {options.QualityCriticExponent}, and without a Degradation that spoils the pictures ")
                    + "the critic counts for nothing: name one, such as blind"
            : options.QualityPixelWeight != 1 && !learnsSamples
                ? Say($"QualityPixelWeight is {options.QualityPixelWeight}; it goes with QualitySampler DpmSolver")
            : options.QualityPatternWeight != DrawnLoss.UsualPatternWeight && !learnsSamples
                ? Say($"QualityPatternWeight is {options.QualityPatternWeight}; it goes with QualitySampler DpmSolver")
            : options.QualityTrainEncoder && !learnsSamples
                ? "QualityTrainEncoder trains the encoder in stage 2; it goes with QualitySampler DpmSolver"
            : options.QualityTrainEncoder && features is null or OwnFeatures.Encoder
                ? Say($"QualityFeatures is {OwnFeatures.Encoder}, which QualityTrainEncoder moves; name other features")
            : features == OwnFeatures.Critic && weight == 0
                ? Say($"QualityFeatures is {features}, and without a QualityCriticWeight there is none")
            : features == OwnFeatures.Textures && options.QualitySteps > 0 && options.CropSize < least
                ? Say($"CropSize is {options.CropSize}, and textures are learnt from the quarters of crops of {least} pixels at least")
            : features == OwnFeatures.Textures && options.QualitySteps > 0 && options.CropSize % 2 != 0
                ? Say($"CropSize is {options.CropSize}, and textures are learnt from the quarters of crops, whose sides are even")
            : features == OwnFeatures.Bands && options.QualitySteps > 0 && options.CropSize < BandContrast.LeastSide
                ? Say($"CropSize is {options.CropSize}, and bands are told in crops of {BandContrast.LeastSide} pixels at least")
            : options.QualityTextureExponent != 1 && OwnFeatures.Has(features) && features != OwnFeatures.Textures
                ? Say($"QualityTextureExponent is {options.QualityTextureExponent}, of textures, and QualityFeatures ")
                    + Say($"{features ?? OwnFeatures.Encoder} tell none")
            : features != OwnFeatures.Textures && options.QualityFeatureSteps != OwnFeatures.UsualSteps
                ? Say($"QualityFeatureSteps is {options.QualityFeatureSteps}; it goes with QualityFeatures {OwnFeatures.Textures}")
            : null;
    }

    private static string? OfPictures(FlowUpscalerOptions options) =>
        options.NoiseContrast is { } contrast && options.SamplingSteps == 0
            ? Say($"NoiseContrast is {contrast}, and with SamplingSteps 0 the card says nothing of sampling")
        : options.Flow is not null && options.MeasureSigma
            ? "MeasureSigma: the flow that is given has its sigma"
        : options.Pairs != PairKind.Varied && options.ImageFolder is not null && options.SyntheticShare != 0
            ? Say($"SyntheticShare is {options.SyntheticShare}, and Pairs released takes the folder's pictures alone")
        : options.Crops != CropKind.Patch && options.Pairs != PairKind.Released
            ? Say($"Crops {options.Crops} leaves nothing around a crop; it goes with Pairs released")
        : null;

    /// <summary>A later stage's batch would be told of when that stage begins, hours after the first.</summary>
    private static string? OfBatches(FlowUpscalerOptions options)
    {
        var side = PairDataset.SideNeeded(options.CropSize, options.Network.Scale, options.Degradation is not null, options.Pairs);
        var stage2 = options.QualitySteps > 0;
        (string Name, long Count)[] batches =
        [
            (nameof(options.BatchSize), options.BatchSize), (nameof(options.EncoderBatchSize), options.EncoderBatchSize ?? 1),
            (nameof(options.QualityBatchSize), stage2 ? options.QualityBatchSize : 1),
        ];
        foreach (var (name, count) in batches)
            if (!PatchDataset.Holds(count, side))
                return Say($"{name} is {count}, and so many crops of {side}x{side} pixels are more than {Array.MaxLength} numbers");
        return stage2 && options.QualityFeatures == OwnFeatures.Textures && !PatchDataset.Holds(TextureFilters.Crops, side)
            ? Say($"CropSize is {options.CropSize}, and the {TextureFilters.Crops} crops that textures are found in are more than ")
                + Say($"{Array.MaxLength} numbers")
            : null;
    }

    /// <summary>Whether it takes more of a picture than its size.</summary>
    private static bool Spoils(string? degradation) =>
        degradation is not null && !degradation.Equals(KnownDegradations.Plain, StringComparison.OrdinalIgnoreCase);

    private static bool ShrinksBy(string degradation, int scale) =>
        KnownDegradations.Find(degradation, scale).Scale is var drawn && drawn.Low == scale && drawn.High == scale;

    private static string Say(FormattableString whyNot) => FormattableString.Invariant(whyNot);
}
