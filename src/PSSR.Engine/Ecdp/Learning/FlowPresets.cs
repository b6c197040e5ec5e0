using PSSR.Models;
using PSSR.Networks;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// ECDP's trainings by name. <c>embedded</c>: PSSR's own, the defaults. The others are the published ones (Yuan and Yuan 2024, appendix B),
/// with what the paper leaves open as the authors' released configurations have it. Steps are their epochs times the batches that an epoch
/// has there: DIV2K with Flickr2K are 3450 pictures.
/// </summary>
internal static class FlowPresets
{
    /// <summary>What the three have in common.</summary>
    private static readonly FlowUpscalerOptions Published = new()
    {
        Pairs = PairKind.Released,
        Softness = 0,
        SyntheticShare = 0,
        TimePower = 1,
        SummedLoss = true,
        GradientNorm = 0,
        GradientValue = 10,
        WarmupSteps = 500,
        Decay = RateDecay.Halving,
        AverageDecay = 0.999,
        EncoderInitialScale = 0.1,
        EncoderLastBlock = true,
        EncoderLearningRate = 2e-4,
        EncoderAverageDecay = 0,
        LearningRate = 1e-4,
        TrainEncoder = true,
        FeatureLearningRate = 1e-5,
        QualityFeatures = "vgg19",
        QualitySteps = 1000,
        QualityScoreWeight = 0,
        QualityWeight = 0.5,
        QualityLearningRate = 1e-5,
        QualityWarmupSteps = 1,
        QualityAverageDecay = 0.9,
        QualityTemperature = 1,
        QualityTolerance = 1e-3,
        SamplingSteps = 0,
    };

    public static IReadOnlyDictionary<string, FlowUpscalerOptions> All { get; } = new Dictionary<string, FlowUpscalerOptions>
    {
        ["embedded"] = new(),
        ["paper-div2k"] = Published with
        {
            Preset = "paper-div2k",
            Network = Layout("ecdp-div2k-x4"),
            CropSize = 160,
            EncoderSteps = 53_500,
            EncoderBatchSize = 32,
            EncoderHalveAt = [0.6, 0.8, 0.9],
            Steps = 107_500,
            BatchSize = 16,
            HalveAt = [0.6, 0.8],
            QualityBatchSize = 12,
        },
        ["paper-imagenet"] = Published with
        {
            Preset = "paper-imagenet",
            Network = Layout("ecdp-imagenet-x4"),
            Crops = CropKind.Square,
            CropSize = 256,
            EncoderSteps = 300_000,
            EncoderBatchSize = 32,
            EncoderHalveAt = [250 / 300.0, 290 / 300.0],
            Steps = 100_000,
            BatchSize = 6,
            LearningRate = 2e-4,
            HalveAt = [0.8, 0.9],
            QualityBatchSize = 6,
        },
        ["paper-celeba"] = Published with
        {
            Preset = "paper-celeba",
            Network = Layout("ecdp-celeba-x8"),
            Crops = CropKind.Square,
            CropSize = 160,
            EncoderSteps = 50_000,
            EncoderBatchSize = 64,
            EncoderHalveAt = [0.6, 0.8, 0.9],
            Steps = 100_000,
            BatchSize = 12,
            HalveAt = [0.6, 0.8],
            QualityBatchSize = 12,
            QualityWeight = 1,
        },
    };

    private static EcdpOptions Layout(string name) => EcdpOptions.FromJson(KnownModels.All.Single(model => model.Name == name).Options);
}
