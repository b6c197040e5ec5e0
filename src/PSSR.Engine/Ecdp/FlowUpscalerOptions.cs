using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Ecdp;

/// <summary>How ECDP's upscaler is trained. The default network is that of the embedded <c>pssr-flow-x4</c>.</summary>
public sealed record FlowUpscalerOptions
{
    /// <summary>Of <see cref="Softness"/>, in pixels.</summary>
    public const double MaxSoftness = 2;

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    public string? Name { get; init; }

    /// <summary>The network; its scale is what is trained for.</summary>
    [JsonIgnore]
    [NotAsked]
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

    /// <summary>A trained RRDBNet to take in place of stage 0: a model's name or folder.</summary>
    /// <remarks>Of the network's own layout, and taken as it is.</remarks>
    [UserPath(OrName = true)]
    public string? Encoder { get; init; }

    /// <summary>A flow model whose weights both stages begin with where they fit: a model's name or folder.</summary>
    /// <remarks>Of another scale, say: where names and shapes agree. Null: fresh weights.</remarks>
    [UserPath(OrName = true)]
    public string? Start { get; init; }

    /// <summary>Updates of stage 0, the encoder.</summary>
    /// <remarks>Its pre-training with an L1 loss.</remarks>
    [Allowed(1, long.MaxValue)]
    public long EncoderSteps { get; init; } = 4000;

    /// <summary>Adam's rate in stage 0, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double EncoderLearningRate { get; init; } = 1e-3;

    /// <summary>Updates of stage 1, score matching.</summary>
    [Allowed(1, long.MaxValue)]
    public long Steps { get; init; } = 4000;

    /// <summary>Adam's rate in stage 1, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Whether stage 1 trains the encoder's features on.</summary>
    /// <remarks>Its upscaling head stays as it is.</remarks>
    public bool TrainEncoder { get; init; }

    /// <summary>What of the network's two heads is trained and used: Hybrid, Epsilon or X0.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<FlowParametrization>))]
    public FlowParametrization Parametrization { get; init; } = FlowParametrization.Hybrid;

    /// <summary>Times are a uniform number to this power; 1 is the paper's, above it there are more of little noise.</summary>
    [Allowed(0, 10, Above = true)]
    public double TimePower { get; init; } = 1.5;

    /// <summary>A trained flow to take in place of stages 0 and 1: a model's name or folder.</summary>
    /// <remarks>Of the network's own layout, and taken as it is.</remarks>
    [UserPath(OrName = true)]
    public string? Flow { get; init; }

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    [Allowed(0, long.MaxValue)]
    public long QualitySteps { get; init; }

    /// <summary>Adam's rate in stage 2, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double QualityLearningRate { get; init; } = 5e-5;

    /// <summary>How much the image quality loss counts beside the score matching's.</summary>
    /// <remarks>λ.</remarks>
    [Allowed(0, 1e9, Above = true)]
    public double QualityWeight { get; init; } = 1;

    /// <summary>A model of the kind features, VGG-19 say, or its folder. Default: the flow's own encoder.</summary>
    /// <remarks>
    /// What gives the image quality loss its features. VGG-19's layers 0 to 34 are the paper's; for the encoder see
    /// <see cref="QualityTraining"/>.
    /// </remarks>
    [UserPath(OrName = true)]
    public string? QualityFeatures { get; init; }

    /// <summary>Standard deviation of the noise that stage 2's pictures are sampled from.</summary>
    /// <remarks>Best that which the model will be used at.</remarks>
    [Allowed(0, FlowOptions.MaxTemperature)]
    public double QualityTemperature { get; init; } = 0.7;

    /// <summary>Error that stage 2's ODEs tolerate in a step.</summary>
    /// <remarks>Relative and absolute.</remarks>
    [Allowed(0, 0.5, Above = true)]
    public double QualityTolerance { get; init; } = 0.01;

    /// <summary>Crops in a batch of stage 2.</summary>
    [Allowed(1, 4096)]
    public int QualityBatchSize { get; init; } = 2;

    /// <summary>Crops in a batch.</summary>
    [Allowed(1, 4096)]
    public int BatchSize { get; init; } = 8;

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    [Allowed(8, 4096)]
    public int CropSize { get; init; } = 96;

    /// <summary>Half of the crops are blurred by up to this standard deviation, in pixels.</summary>
    /// <remarks>Before they are shrunk: few photographs are sharp to the pixel.</remarks>
    [Allowed(0, MaxSoftness)]
    public double Softness { get; init; } = 1.2;

    /// <summary>Steps of linear warm-up of a stage.</summary>
    [Allowed(0, long.MaxValue)]
    public long WarmupSteps { get; init; } = 200;

    /// <summary>Share of a stage's steps, at its end, over which the learning rate falls to nothing.</summary>
    [Allowed(0, 1)]
    public double DecayShare { get; init; } = 0.4;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Allowed(0, 0.999999)]
    public double AverageDecay { get; init; } = 0.998;

    /// <summary>fp32, or bf16 for most convolutions: several times as fast on processors with matrix units.</summary>
    /// <remarks>The weights are moved in float32, whatever it is.</remarks>
    [Allowed("fp32", "bf16")]
    public string Precision { get; init; } = "fp32";

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [UserPath]
    public string? ImageFolder { get; init; }

    /// <summary>What the low-resolution pictures went through: bicubic, or for photographs as they are found blind, bsrgan-like or
    /// realesrgan-like. Default: bicubic.</summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>; one that shrinks by the network's scale.</remarks>
    public string? Degradation { get; init; }

    /// <summary>Share of synthetic pictures among the folder's.</summary>
    /// <remarks>Letters, drawings and flat colours, of which photographs have few.</remarks>
    [Allowed(0, 1)]
    public double SyntheticShare { get; init; } = 0.2;

    /// <summary>Steps between two looks at held-out pictures; 0: none.</summary>
    /// <remarks>Changes no result.</remarks>
    [Allowed(0, long.MaxValue)]
    public long ValidateEvery { get; init; } = 500;

    /// <summary>Measures LPIPS, too, when looking at held-out pictures, with alex, squeeze or vgg. Default: no LPIPS.</summary>
    /// <remarks>Of imported weights; changes no result.</remarks>
    [Allowed("alex", "squeeze", "vgg")]
    [JsonIgnore]
    public string? ValidationLpips { get; init; }

    /// <summary>Key of the initial weights, the pictures, the crops, the times and the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>At most this much work is lost to a kill. Changes no result.</summary>
    [JsonIgnore]
    [NotAsked]
    [Allowed(0, 86_400)]
    public TimeSpan CheckpointEvery { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Where the training's network is, and in what precision.</summary>
    [JsonIgnore]
    internal NetworkPlacement Placement => ComputeDevice.Choose("cpu", Precision);

    /// <summary>All that the result depends on.</summary>
    public JsonObject ToJson()
    {
        var json = (JsonObject)JsonSerializer.SerializeToNode(this)!;
        json["Network"] = Network.ToJson();
        return json;
    }

    /// <summary>The command that makes this model: every option that isn't the default, as <c>pssr build flow</c> takes it.</summary>
    public string ToCommand(string outputFolder) =>
        TrainingFolder.Command("flow", outputFolder, ToJson(), new FlowUpscalerOptions().ToJson());

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        ModelCardCheck.RequireName(Name);
        OptionCheck.Allowed(this, "Training a flow upscaler");
        var multiple = Network.Scale * Network.Patch / (int)System.Numerics.BigInteger.GreatestCommonDivisor(Network.Scale, Network.Patch);
        Require(CropSize % multiple == 0, $"CropSize is {CropSize}; it must be a multiple of {multiple}");
        Require(Network.ConditionPlanes is 0 or DegradationStrength.Count,
            $"condition_planes is {Network.ConditionPlanes}; it must be 0 or {DegradationStrength.Count}");
        Require(Degradation is null || KnownDegradations.Find(Degradation, Network.Scale).Scale is var drawn && drawn.Low == drawn.High
            && drawn.High == Network.Scale, $"Degradation is {Degradation}, which doesn't shrink by the network's scale");
        Require(Flow is null || QualitySteps > 0, "a flow in place of stages 0 and 1 leaves nothing to do without QualitySteps");
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Training a flow upscaler: {otherwise}.");
    }
}
