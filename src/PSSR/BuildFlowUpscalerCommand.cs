using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Training.Crops;

namespace PSSR.Cmdlets;

/// <summary>Trains a conditional upscaler for the ECDP method, or goes on with a training that was stopped in the same folder.</summary>
[Cmdlet("Build", "FlowUpscaler", SupportsShouldProcess = true)]
[Alias("Train-FlowUpscaler")]
[OutputType(typeof(InstalledModel))]
[OptionsOf(typeof(FlowUpscalerOptions), typeof(EcdpOptions))]
public sealed class BuildFlowUpscalerCommand : TrainingCmdlet
{
    /// <summary>The settings to start from: embedded, or paper-div2k, paper-imagenet or paper-celeba (those of the ECDP paper and its
    /// authors' code). What else is given counts more.</summary>
    [Parameter]
    [ValidateSet("embedded", "paper-div2k", "paper-imagenet", "paper-celeba")]
    public string Preset { get; set; } = "embedded";

    /// <summary>What it upscales by. Default: what Network says, or the preset.</summary>
    [Parameter]
    [ValidateSet("2", "4", "8")]
    public int Scale { get; set; }

    /// <summary>A trained RRDBNet to take in place of stage 0: a model's name or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(EncoderCompleter))]
    public string? Encoder { get; set; }

    /// <summary>A flow model whose weights both stages begin with where they fit: a model's name or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowCompleter))]
    public string? Start { get; set; }

    /// <summary>Updates of stage 0, the encoder.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long EncoderSteps { get; set; }

    /// <summary>Crops in a batch of stage 0. Default: as in stage 1.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int EncoderBatchSize { get; set; }

    /// <summary>As HalveAt, for stage 0. Default: the same.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double[]? EncoderHalveAt { get; set; }

    /// <summary>As AverageDecay, for stage 0. Default: the same.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double EncoderAverageDecay { get; set; }

    /// <summary>What the dense blocks' usual initial weights are multiplied by.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double EncoderInitialScale { get; set; }

    /// <summary>Stage 0 draws its picture from the last block alone, as published, not from all that are selected.</summary>
    [Parameter]
    public SwitchParameter EncoderLastBlock { get; set; }

    /// <summary>The optimizer's rate in stage 0, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double EncoderLearningRate { get; set; }

    /// <summary>Whether stage 1 trains the encoder's features on.</summary>
    [Parameter]
    public SwitchParameter TrainEncoder { get; set; }

    /// <summary>The optimizer's rate of the encoder in stage 1, at its peak, where that trains it. Default: the learning rate.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double FeatureLearningRate { get; set; }

    /// <summary>Losses of stages 0 and 1 are sums over a picture, as published, and not means: the measure of clipping.</summary>
    [Parameter]
    public SwitchParameter SummedLoss { get; set; }

    /// <summary>The score's share of the noise head beside the picture head (Eq. 18), the same at all times. Default: as in the released
    /// code, by time.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double HybridLambda { get; set; }

    /// <summary>What of the network's two heads is trained and used.</summary>
    [Parameter]
    public FlowParametrization Parametrization { get; set; }

    /// <summary>Times are a uniform number to this power; 1 is the paper's, above it there are more of little noise.</summary>
    [Parameter]
    [ValidateRange(0.01, 10.0)]
    public double TimePower { get; set; }

    /// <summary>A trained flow to take in place of stages 0 and 1: a model's name or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowCompleter))]
    public string? Flow { get; set; }

    /// <summary>Evaluations of a picture that the model's card asks for, by DPM-Solver++; 0: none, so that pictures are made as published,
    /// by Dormand-Prince.</summary>
    [Parameter]
    [ValidateRange(0, 1000)]
    public int SamplingSteps { get; set; }

    /// <summary>Standard deviation of the noise at the start that the model's card asks for.</summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double SamplingTemperature { get; set; }

    /// <summary>Rounds of back-projection that the model's card asks for.</summary>
    [Parameter]
    [ValidateRange(0, 100)]
    public int SamplingConsistency { get; set; }

    /// <summary>The contrast from which on a place gets all of the start's noise and of what is drawn, in the model's card and in
    /// stage 2 with DpmSolver. Default: every place gets all.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double NoiseContrast { get; set; }

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long QualitySteps { get; set; }

    /// <summary>The optimizer's rate in stage 2, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double QualityLearningRate { get; set; }

    /// <summary>How much the image quality loss counts beside the score matching's.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double QualityWeight { get; set; }

    /// <summary>How much score matching goes on to count in stage 2; 0: the image quality loss is alone.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double QualityScoreWeight { get; set; }

    /// <summary>How stage 2 samples its pictures: ProbabilityFlow, Ddpm (the authors' path with noise at each step), or DpmSolver, few
    /// evaluations as the model will be used.</summary>
    [Parameter]
    public QualitySampler QualitySampler { get; set; }

    /// <summary>Network evaluations of a picture in stage 2 with Ddpm or DpmSolver, from 1 to 295.</summary>
    [Parameter]
    [ValidateRange(1, 295)]
    public int QualitySamplingSteps { get; set; }

    /// <summary>Steps of stage 2's warm-up. Default: as in stage 1, at most a tenth of the stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long QualityWarmupSteps { get; set; }

    /// <summary>As AverageDecay, for stage 2. Default: the same.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double QualityAverageDecay { get; set; }

    /// <summary>Whether stage 2 trains the encoder on, too, and the picture that it draws by itself. It goes with DpmSolver and features
    /// other than the encoder's.</summary>
    [Parameter]
    public SwitchParameter QualityTrainEncoder { get; set; }

    /// <summary>How much what a critic makes of stage 2's pictures counts; 0: there is none. It goes with DpmSolver.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double QualityCriticWeight { get; set; }

    /// <summary>Power by which a critic counts the more for the flow, the more blur, noise and JPEG have taken of a small picture's
    /// texture; 0: in all pictures the same. It goes with a QualityCriticWeight and a Degradation that spoils them.</summary>
    [Parameter]
    [ValidateRange(0.0, 8.0)]
    public double QualityCriticExponent { get; set; }

    /// <summary>How much the pixels' L1 distance from the truth counts in stage 2, where DpmSolver draws the pictures.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double QualityPixelWeight { get; set; }

    /// <summary>How much fixed patterns count over other errors in stage 2, where DpmSolver draws the pictures.</summary>
    [Parameter]
    [ValidateRange(0.0, 1e9)]
    public double QualityPatternWeight { get; set; }

    /// <summary>A model of the kind features, VGG-19 say, or its folder; critic, the critic's layers; bands, the contrast of
    /// each frequency around each place; or textures, learnt from the training's pictures. Default: encoder, the flow's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(TrainingFeaturesCompleter))]
    public string? QualityFeatures { get; set; }

    /// <summary>Updates of the filters that textures are told by, before stage 2.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long QualityFeatureSteps { get; set; }

    /// <summary>Power by which textures count the less, the less blur, noise and JPEG have left of them in the small picture; 0: in all
    /// pictures the same. It goes with features that tell textures.</summary>
    [Parameter]
    [ValidateRange(0.0, 8.0)]
    public double QualityTextureExponent { get; set; }

    /// <summary>Share of the weights from before stage 2 in the model that comes of it.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.99)]
    public double QualityKept { get; set; }

    /// <summary>Standard deviation of the noise that stage 2's pictures are sampled from.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowOptions.MaxTemperature)]
    public double QualityTemperature { get; set; }

    /// <summary>Error that stage 2's ODEs tolerate in a step.</summary>
    [Parameter]
    [ValidateRange(1e-6, 0.5)]
    public double QualityTolerance { get; set; }

    /// <summary>Crops in a batch of stage 2.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int QualityBatchSize { get; set; }

    /// <summary>How pairs are made: Varied, or Released, as the authors make them (docs/ecdp.md).</summary>
    [Parameter]
    public PairKind Pairs { get; set; }

    /// <summary>The network's sigma is measured before stage 1: the root mean square of pictures less their mean.</summary>
    [Parameter]
    public SwitchParameter MeasureSigma { get; set; }

    /// <summary>Half of the crops are blurred by up to this standard deviation, in pixels.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowUpscalerOptions.MaxSoftness)]
    public double Softness { get; set; }

    /// <summary>What the low-resolution pictures went through: bicubic, or for photographs as they are found blind, bsrgan-like or
    /// realesrgan-like. Default: bicubic.</summary>
    [Parameter]
    [ValidateSet("bicubic", "blind", "bsrgan-like", "realesrgan-like")]
    public string? Degradation { get; set; }

    /// <summary>Share of synthetic pictures among the folder's.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double SyntheticShare { get; set; }

    /// <summary>fp32, or bf16 for most convolutions: several times as fast on processors with matrix units. Default: fp32.</summary>
    [Parameter]
    [ValidateSet("fp32", "bf16")]
    public string? Precision { get; set; }

    /// <summary>A folder of pictures to validate with. Default: synthetic ones, or see ValidationCount.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidationFolder { get; set; }

    /// <summary>How many pictures to validate with: of the validation folder, or else the image folder's last, which then aren't trained
    /// on. Default: 8 of a validation folder, none of the image folder's.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ValidationCount { get; set; }

    /// <summary>Steps between two looks at held-out pictures; 0: none.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ValidateEvery { get; set; }

    /// <summary>Measures LPIPS with this network, too, when looking at held-out pictures. Its weights must have been imported. Default: no
    /// LPIPS.</summary>
    [Parameter]
    [ValidateSet("alex", "squeeze", "vgg")]
    public string? ValidationLpips { get; set; }

    /// <summary>The network's layout, as a model's card has it under "options", in JSON. Default: the preset's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Network { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Train<FlowUpscalerOptions>(Preset,
        // -Scale and -HybridLambda, where they were typed, are the layout's.
        options => options with { Network = TypedOptions.Read(this, Layout(options.Network)) }, "Train a flow upscaler",
        FlowUpscalerTrainer.Train);

    private EcdpOptions Layout(EcdpOptions standard)
    {
        if (Network is null)
            return standard;
        try
        {
            return EcdpOptions.FromJson((JsonObject)JsonNode.Parse(Network, null, new() { AllowDuplicateProperties = false })!);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or InvalidCastException or NullReferenceException)
        {
            throw new PssrException(PssrErrorKind.Option, $"Network: '{Network}' is no JSON object of options.", nameof(Network), e);
        }
    }
}
