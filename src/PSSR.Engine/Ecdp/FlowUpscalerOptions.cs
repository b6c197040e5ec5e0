using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Diffusion;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Ecdp;

/// <summary>How ECDP's upscaler is trained. The default network is that of the embedded <c>pssr-flow-x4</c>.</summary>
public sealed record FlowUpscalerOptions
{
    /// <summary>Of <see cref="Softness"/>, in pixels.</summary>
    public const double MaxSoftness = 2;

    /// <summary>Name on the model's card.</summary>
    public string Name { get; init; } = "pssr-flow-x4";

    /// <summary>The network; its scale is what is trained for.</summary>
    [JsonIgnore]
    public EcdpOptions Network { get; init; } = new()
    {
        Scale = 4,
        Blocks = 4,
        Selection = [0, 1, 2, 3],
        Features = 32,
        Growth = 16,
        HeadResidual = true,
        Mean = FlowMean.Encoder,
        Sigma = 0.08,
        Patch = 4,
        TimeChannels = 32,
        Base = 96,
        LevelChannels = [96, 128],
        LevelBlocks = [1, 1],
    };

    /// <summary>An RRDBNet of the network's own layout that is taken as it is, instead of stage 0: a folder with a model card, or an installed model's name.</summary>
    public string? Encoder { get; init; }

    /// <summary>A flow model, of another scale say, whose weights both stages begin with where names and shapes agree. Null: fresh ones.</summary>
    public string? Start { get; init; }

    /// <summary>Updates of stage 0, the encoder's pre-training with an L1 loss.</summary>
    public long EncoderSteps { get; init; } = 4000;

    /// <summary>Adam's rate in stage 0, at its peak.</summary>
    public double EncoderLearningRate { get; init; } = 1e-3;

    /// <summary>Updates of stage 1, score matching.</summary>
    public long Steps { get; init; } = 4000;

    /// <summary>Adam's rate in stage 1, at its peak.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Whether stage 1 trains the encoder's features on; its upscaling head stays as it is.</summary>
    public bool TrainEncoder { get; init; }

    /// <summary>What of the two heads is trained and, in the model, used.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<FlowParametrization>))]
    public FlowParametrization Parametrization { get; init; } = FlowParametrization.Hybrid;

    /// <summary>Times are drawn as u^p, u uniform in (0,1]; 1 is the paper's. Above 1 there are more of little noise.</summary>
    public double TimePower { get; init; } = 1.5;

    /// <summary>A trained flow of the network's own layout that is taken as it is, instead of stages 0 and 1: a folder with a model card, or an installed model's name.</summary>
    public string? Flow { get; init; }

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    public long QualitySteps { get; init; }

    /// <summary>Adam's rate in stage 2, at its peak.</summary>
    public double QualityLearningRate { get; init; } = 5e-5;

    /// <summary>λ: how much the image quality loss counts beside the score matching's.</summary>
    public double QualityWeight { get; init; } = 1;

    /// <summary>
    /// What gives the image quality loss its features: an installed model of the kind "features" (VGG-19's layers 0 to 34 are the paper's) or its folder. Null:
    /// the encoder of stage 0 itself, see <see cref="QualityTraining"/>.
    /// </summary>
    public string? QualityFeatures { get; init; }

    /// <summary>Standard deviation of the noise that stage 2's pictures are sampled from; best that which the model will be used at.</summary>
    public double QualityTemperature { get; init; } = 0.7;

    /// <summary>Error that stage 2's ODEs tolerate in a step, relative and absolute.</summary>
    public double QualityTolerance { get; init; } = 0.01;

    /// <summary>Crops in a batch of stage 2.</summary>
    public int QualityBatchSize { get; init; } = 2;

    /// <summary>Crops in a batch.</summary>
    public int BatchSize { get; init; } = 8;

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    public int CropSize { get; init; } = 96;

    /// <summary>Half of the crops are blurred by up to this standard deviation in pixels before they are shrunk: few photographs are sharp to the pixel.</summary>
    public double Softness { get; init; } = 1.2;

    /// <summary>Steps of linear warm-up, of either stage.</summary>
    public long WarmupSteps { get; init; } = 200;

    /// <summary>Share of a stage's steps, at its end, over which the learning rate falls to nothing.</summary>
    public double DecayShare { get; init; } = 0.4;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>A folder of pictures to train on; null makes synthetic ones.</summary>
    public string? ImageFolder { get; init; }

    /// <summary>Steps between two looks at held-out pictures; 0: none. Changes no result.</summary>
    public long ValidateEvery { get; init; } = 500;

    /// <summary>Key of the initial weights, the pictures, the crops, the times and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>At most this much work is lost to a kill. Changes no result.</summary>
    [JsonIgnore]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>All that the result depends on.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this)!;
        json["Network"] = Network.ToJson();
        return json;
    }

    /// <summary>The command that makes this model: every option that isn't the default, as <c>pssr build flow</c> takes it.</summary>
    public string ToCommand(string outputFolder) => TrainingFolder.Command("flow", outputFolder, ToJson(), new FlowUpscalerOptions().ToJson());

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        var multiple = Network.Scale * Network.Patch / (int)System.Numerics.BigInteger.GreatestCommonDivisor(Network.Scale, Network.Patch);
        Require(EncoderSteps > 0, $"EncoderSteps is {EncoderSteps}; it must be at least 1");
        Require(Steps > 0, $"Steps is {Steps}; it must be at least 1");
        Require(BatchSize > 0, $"BatchSize is {BatchSize}; it must be at least 1");
        Require(CropSize > 0 && CropSize % multiple == 0, $"CropSize is {CropSize}; it must be a multiple of {multiple}");
        Require(EncoderLearningRate > 0 && LearningRate > 0 && QualityLearningRate > 0, "learning rates must be positive");
        Require(QualitySteps >= 0, $"QualitySteps is {QualitySteps}; it can't be negative");
        Require(QualityWeight > 0, $"QualityWeight is {QualityWeight}; it must be positive");
        Require(QualityTemperature is >= 0 and <= FlowOptions.MaxTemperature, $"QualityTemperature is {QualityTemperature}; it must lie in [0,{FlowOptions.MaxTemperature}]");
        Require(QualityTolerance is > 0 and < 1, $"QualityTolerance is {QualityTolerance}; it must lie in (0,1)");
        Require(QualityBatchSize > 0, $"QualityBatchSize is {QualityBatchSize}; it must be at least 1");
        Require(Flow is null || QualitySteps > 0, "a flow in place of stages 0 and 1 leaves nothing to do without QualitySteps");
        Require(TimePower is > 0 and <= 10, $"TimePower is {TimePower}; it must lie in (0,10]");
        Require(Softness is >= 0 and <= MaxSoftness, $"Softness is {Softness}; it must lie in [0,{MaxSoftness}]");
        Require(WarmupSteps >= 0, $"WarmupSteps is {WarmupSteps}; it can't be negative");
        Require(DecayShare is >= 0 and <= 1, $"DecayShare is {DecayShare}; it must lie in [0,1]");
        Require(AverageDecay is >= 0 and < 1, $"AverageDecay is {AverageDecay}; it must lie in [0,1)");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Training a flow upscaler: {otherwise}.");
    }
}
