using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Cmdlets;

/// <summary>Trains a conditional upscaler for the ECDP method, or goes on with a training that was stopped in the same folder.</summary>
[Cmdlet("Build", "FlowUpscaler", SupportsShouldProcess = true)]
[Alias("Train-FlowUpscaler")]
[OutputType(typeof(InstalledModel))]
[OptionsOf(typeof(FlowUpscalerOptions), typeof(EcdpOptions))]
public sealed class BuildFlowUpscalerCommand : TrainingCmdlet
{
    /// <summary>The model's folder; made where missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What it upscales by. Default: what Network says, else 4.</summary>
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

    /// <summary>Updates of stage 1, score matching.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Steps { get; set; }

    /// <summary>Adam's rate in stage 0, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double EncoderLearningRate { get; set; }

    /// <summary>Adam's rate in stage 1, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double LearningRate { get; set; }

    /// <summary>Whether stage 1 trains the encoder's features on.</summary>
    [Parameter]
    public SwitchParameter TrainEncoder { get; set; }

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

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long QualitySteps { get; set; }

    /// <summary>Adam's rate in stage 2, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double QualityLearningRate { get; set; }

    /// <summary>How much the image quality loss counts beside the score matching's.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double QualityWeight { get; set; }

    /// <summary>An installed model of the kind features, VGG-19 say, or its folder. Default: the flow's own encoder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    public string? QualityFeatures { get; set; }

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

    /// <summary>Crops in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; }

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    [Parameter]
    [ValidateRange(8, 4096)]
    public int CropSize { get; set; }

    /// <summary>Half of the crops are blurred by up to this standard deviation, in pixels.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowUpscalerOptions.MaxSoftness)]
    public double Softness { get; set; }

    /// <summary>Steps of linear warm-up of a stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long WarmupSteps { get; set; }

    /// <summary>Share of a stage's steps, at its end, over which the learning rate falls to nothing.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DecayShare { get; set; }

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; }

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

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

    /// <summary>Steps between two looks at held-out pictures; 0: none.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ValidateEvery { get; set; }

    /// <summary>Measures LPIPS with this network, too, when looking at held-out pictures. Its weights must have been imported. Default: no
    /// LPIPS.</summary>
    [Parameter]
    [ValidateSet("alex", "squeeze", "vgg")]
    public string? ValidationLpips { get; set; }

    /// <summary>Key of the initial weights, the pictures, the crops, the times and the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>The network's layout, as a model's card has it under "options", in JSON. Default: the embedded model's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Network { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        Train(OutputDirectory, Options, "Train a flow upscaler", FlowUpscalerTrainer.Train);

    private FlowUpscalerOptions Options()
    {
        var options = TypedOptions.Read(this, new FlowUpscalerOptions());
        // -Scale, where it was typed, is the layout's.
        return options with { Network = TypedOptions.Read(this, Layout(options.Network)) };
    }

    private EcdpOptions Layout(EcdpOptions standard)
    {
        if (Network is null)
            return standard;
        try
        {
            return EcdpOptions.FromJson((JsonObject)JsonNode.Parse(Network, null, new() { AllowDuplicateProperties = false })!);
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or NullReferenceException)
        {
            throw new PssrException(PssrErrorKind.Option, $"Network: '{Network}' is no JSON object of options.", nameof(Network), e);
        }
    }
}
