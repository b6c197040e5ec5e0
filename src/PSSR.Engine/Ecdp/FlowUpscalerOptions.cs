using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Options;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Ecdp;

/// <summary>How ECDP's upscaler is trained. The default network is small and for clean pictures; the
/// embedded models' cards have their own commands.</summary>
public sealed record FlowUpscalerOptions : TrainingOptions, IPresets<FlowUpscalerOptions>
{
    /// <summary>Of <see cref="Softness"/>, in pixels.</summary>
    public const double MaxSoftness = 2;

    private const string What = "Training a flow upscaler";

    /// <summary>PSSR's own.</summary>
    public FlowUpscalerOptions() => (Steps, CropSize, WarmupSteps, DecayShare, AverageDecay) = (4000, 96, 200, 0.4, 0.998);

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

    /// <summary>The optimizer's rate in stage 0, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double EncoderLearningRate { get; init; } = 1e-3;

    /// <summary>Crops in a batch of stage 0. Default: as in stage 1.</summary>
    [Added]
    [Allowed(1, 4096)]
    public int? EncoderBatchSize { get; init; }

    /// <summary>As HalveAt, for stage 0. Default: the same.</summary>
    [Added]
    [Allowed(0, 1, Above = true)]
    public IReadOnlyList<double>? EncoderHalveAt { get; init; }

    /// <summary>As AverageDecay, for stage 0. Default: the same.</summary>
    [Added]
    [Allowed(0, 0.999999)]
    public double? EncoderAverageDecay { get; init; }

    /// <summary>What the dense blocks' usual initial weights are multiplied by.</summary>
    [Added]
    [Allowed(0, 1, Above = true)]
    public double EncoderInitialScale { get; init; } = 1;

    /// <summary>Stage 0 draws its picture from the last block alone, as published, not from all that are selected.</summary>
    /// <remarks>For a network whose mean is the bicubic picture: another mean is drawn from the selected blocks.</remarks>
    [Added]
    public bool EncoderLastBlock { get; init; }

    /// <summary>Whether stage 1 trains the encoder's features on.</summary>
    /// <remarks>Its upscaling head stays as it is.</remarks>
    public bool TrainEncoder { get; init; }

    /// <summary>The optimizer's rate of the encoder in stage 1, at its peak, where that trains it. Default: the learning rate.</summary>
    [Added]
    [Allowed(0, 1, Above = true)]
    public double? FeatureLearningRate { get; init; }

    /// <summary>Losses of stages 0 and 1 are sums over a picture, as published, and not means: the measure of clipping.</summary>
    [Added]
    public bool SummedLoss { get; init; }

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

    /// <summary>Evaluations of a picture that the model's card asks for, by DPM-Solver++; 0: none, so that pictures are made as published,
    /// by Dormand-Prince.</summary>
    /// <remarks>Changes no weight; so do the two that follow.</remarks>
    [Added]
    [Allowed(0, 1000)]
    public int SamplingSteps { get; init; } = 3;

    /// <summary>Standard deviation of the noise at the start that the model's card asks for.</summary>
    [Added]
    [Allowed(0, 2)]
    public double SamplingTemperature { get; init; } = 0.95;

    /// <summary>Rounds of back-projection that the model's card asks for.</summary>
    [Added]
    [Allowed(0, 100)]
    public int SamplingConsistency { get; init; } = 3;

    /// <summary>The contrast from which on a place gets all of the start's noise and of what is drawn, in the model's card and in
    /// stage 2 with DpmSolver. Default: every place gets all.</summary>
    [Added]
    [Allowed(0, 1, Above = true)]
    public double? NoiseContrast { get; init; }

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    [Allowed(0, long.MaxValue)]
    public long QualitySteps { get; init; }

    /// <summary>The optimizer's rate in stage 2, at its peak.</summary>
    [Allowed(0, 1, Above = true)]
    public double QualityLearningRate { get; init; } = 5e-5;

    /// <summary>How much the image quality loss counts beside the score matching's.</summary>
    /// <remarks>λ.</remarks>
    [Allowed(0, 1e9, Above = true)]
    public double QualityWeight { get; init; } = 1;

    /// <summary>How much score matching goes on to count in stage 2; 0: the image quality loss is alone.</summary>
    [Added]
    [Allowed(0, 1e9)]
    public double QualityScoreWeight { get; init; } = 1;

    /// <summary>Whether stage 2 trains the encoder on, too, and the picture that it draws by itself. It goes with DpmSolver and features
    /// other than the encoder's.</summary>
    /// <remarks>That picture is paid for by its pixels, as in stage 0.</remarks>
    [Added]
    public bool QualityTrainEncoder { get; init; }

    /// <summary>How much what a critic makes of stage 2's pictures counts; 0: there is none. It goes with DpmSolver.</summary>
    /// <remarks>See <see cref="PictureCritic"/>.</remarks>
    [Added]
    [Allowed(0, 1e9)]
    public double QualityCriticWeight { get; init; }

    /// <summary>Power by which a critic counts the more for the flow, the more blur, noise and JPEG have taken of a small picture's
    /// texture; 0: in all pictures the same. It goes with a QualityCriticWeight and a Degradation that spoils them.</summary>
    [Added]
    [Allowed(0, 8)]
    public double QualityCriticExponent { get; init; }

    /// <summary>How much the pixels' L1 distance from the truth counts in stage 2, where DpmSolver draws the pictures.</summary>
    [Added]
    [Allowed(0, 1e9)]
    public double QualityPixelWeight { get; init; } = 1;

    /// <summary>How much fixed patterns count over other errors in stage 2, where DpmSolver draws the pictures.</summary>
    [Added]
    [Allowed(0, 1e9)]
    public double QualityPatternWeight { get; init; } = DrawnLoss.UsualPatternWeight;

    /// <summary>A model of the kind features, VGG-19 say, or its folder; critic, the critic's layers; bands, the contrast of
    /// each frequency around each place; or textures, learnt from the training's pictures. Default: encoder, the flow's own.</summary>
    /// <remarks>The image quality loss's features. VGG-19's layers 0 to 34 are the paper's; for the encoder see
    /// <see cref="QualityTraining"/>.</remarks>
    [UserPath(OrName = true)]
    public string? QualityFeatures { get; init => field = OwnFeatures.Spelt(value); }

    /// <summary>Updates of the filters that textures are told by, before stage 2.</summary>
    [Added]
    [Allowed(1, long.MaxValue)]
    public long QualityFeatureSteps { get; init; } = OwnFeatures.UsualSteps;

    /// <summary>Power by which textures count the less, the less blur, noise and JPEG have left of them in the small picture; 0: in all
    /// pictures the same. It goes with features that tell textures.</summary>
    [Added]
    [Allowed(0, 8)]
    public double QualityTextureExponent { get; init; } = 1;

    /// <summary>Share of the weights from before stage 2 in the model that comes of it.</summary>
    /// <remarks>1 - α of Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", Eq. 1: a blend is nearly as true to pixels as what
    /// stage 2 began with, and nearly as sharp as what it ended with.</remarks>
    [Added]
    [Allowed(0, 0.99)]
    public double QualityKept { get; init; }

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

    /// <summary>How stage 2 samples its pictures: ProbabilityFlow, Ddpm (the authors' path with noise at each step), or DpmSolver, few
    /// evaluations as the model will be used.</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<QualitySampler>))]
    public QualitySampler QualitySampler { get; init; }

    /// <summary>Network evaluations of a picture in stage 2 with Ddpm or DpmSolver, from 1 to 295.</summary>
    [Added]
    [Allowed(1, EcdpUpscaler.DdpmSteps)]
    public int QualitySamplingSteps { get; init; } = 20;

    /// <summary>Steps of stage 2's warm-up. Default: as in stage 1, at most a tenth of the stage.</summary>
    [Added]
    [Allowed(0, long.MaxValue)]
    public long? QualityWarmupSteps { get; init; }

    /// <summary>As AverageDecay, for stage 2. Default: the same.</summary>
    [Added]
    [Allowed(0, 0.999999)]
    public double? QualityAverageDecay { get; init; }

    /// <summary>How pairs are made: Varied, or Released, as the authors make them (docs/ecdp.md).</summary>
    [Added]
    [JsonConverter(typeof(JsonStringEnumConverter<PairKind>))]
    public PairKind Pairs { get; init; }

    /// <summary>The network's sigma is measured before stage 1: the root mean square of pictures less their mean.</summary>
    /// <remarks>Over 32 batches; Eq. 5's σ.</remarks>
    [Added]
    public bool MeasureSigma { get; init; }

    /// <summary>Half of the crops are blurred by up to this standard deviation, in pixels.</summary>
    /// <remarks>Before they are shrunk: few photographs are sharp to the pixel.</remarks>
    [Allowed(0, MaxSoftness)]
    public double Softness { get; init; } = 1.2;

    /// <summary>fp32, or bf16 for most convolutions: several times as fast on processors with matrix units.</summary>
    /// <remarks>The weights are moved in float32, whatever it is.</remarks>
    [Allowed("fp32", "bf16")]
    public string Precision { get; init; } = "fp32";

    /// <summary>What the low-resolution pictures went through: bicubic, or for photographs as they are found blind, bsrgan-like or
    /// realesrgan-like. Default: bicubic.</summary>
    /// <remarks>A name in <see cref="KnownDegradations"/>; one that shrinks by the network's scale.</remarks>
    public string? Degradation { get; init => field = value?.ToLowerInvariant(); }

    /// <summary>Share of synthetic pictures among the folder's.</summary>
    /// <remarks>Letters, drawings and flat colours, of which photographs have few.</remarks>
    [Allowed(0, 1)]
    public double SyntheticShare { get; init; } = 0.2;

    /// <summary>A folder of pictures to validate with. Default: synthetic ones, or see the count.</summary>
    /// <remarks>Changes no result.</remarks>
    [Added]
    [UserPath]
    public string? ValidationFolder { get; init; }

    /// <summary>How many pictures to validate with: of the validation folder, or else the image folder's last, which then aren't trained
    /// on. Default: 8 of a validation folder, none of the image folder's.</summary>
    [Added]
    [Allowed(1, 10_000)]
    public int? ValidationCount { get; init; }

    /// <summary>Steps between two looks at held-out pictures; 0: none.</summary>
    /// <remarks>Changes no result.</remarks>
    [Allowed(0, long.MaxValue)]
    public long ValidateEvery { get; init; } = 500;

    /// <summary>Measures LPIPS, too, when looking at held-out pictures, with alex, squeeze or vgg. Default: no LPIPS.</summary>
    /// <remarks>Of imported weights; changes no result.</remarks>
    [Allowed("alex", "squeeze", "vgg")]
    [JsonIgnore]
    public string? ValidationLpips { get; init; }

    /// <summary>What the card says of sampling; null: nothing, which is as published.</summary>
    [JsonIgnore]
    internal SamplingCard? Sampling => SamplingSteps == 0 ? null : new SamplingCard("dpm-solver", SamplingSteps, SamplingTemperature,
        SamplingConsistency, NoiseContrast, LearnsDrawing ? SamplingSteps : Network.Mean == FlowMean.Encoder ? 0 : null);

    /// <summary>Whether the samples themselves are learnt from, as they will be drawn.</summary>
    internal bool LearnsDrawing => QualitySteps > 0 && QualitySampler == QualitySampler.DpmSolver;

    /// <summary>Where the training's network is, and in what precision.</summary>
    [JsonIgnore]
    internal NetworkPlacement Placement => ComputeDevice.Choose("cpu", Precision);

    /// <summary>See <see cref="FlowPresets"/>.</summary>
    public static IReadOnlyDictionary<string, FlowUpscalerOptions> Presets => FlowPresets.All;

    /// <summary>What stage 0 trains.</summary>
    [JsonIgnore]
    internal RrdbOptions EncoderLayout => EncoderLastBlock ? Network.Rrdb with { Selection = [Network.Blocks - 1] } : Network.Rrdb;

    /// <summary>What a card tells of the preset.</summary>
    internal JsonObject? PresetChanges => Changes(Standard);

    /// <inheritdoc/>
    private protected override JsonObject NetworkJson => Network.ToJson();

    private FlowUpscalerOptions Standard => Preset is { } name ? OfPreset<FlowUpscalerOptions>(name) : new();

    /// <summary>The command that makes this model: every option that isn't the preset's, as <c>pssr build flow</c> takes it.</summary>
    public string ToCommand(string outputFolder) => Command("flow", outputFolder, Standard);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Network.Validate();
        Check(What);
        RequireHalving(What, nameof(EncoderHalveAt), EncoderHalveAt);
        RequireSynthetic(What, SyntheticShare);
        var whyNot = FlowUpscalerCheck.WhyNot(this);
        Require(What, whyNot is null, whyNot ?? "");
    }
}
