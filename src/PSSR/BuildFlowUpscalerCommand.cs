using System.Management.Automation;
using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Kernels;
using PSSR.Training;

namespace PSSR.Cmdlets;

/// <summary>Trains a conditional upscaler for the ECDP method, or goes on with a training that was stopped in the same folder.</summary>
[Cmdlet("Build", "FlowUpscaler", SupportsShouldProcess = true)]
[Alias("Train-FlowUpscaler")]
[OutputType(typeof(InstalledModel))]
public sealed class BuildFlowUpscalerCommand : WorkerCmdlet
{
    private static readonly FlowUpscalerOptions Default = new();

    /// <summary>The model's folder; made where missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Name on the model's card.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = Default.Name;

    /// <summary>What it upscales by.</summary>
    [Parameter]
    [ValidateSet("2", "4", "8")]
    public int Scale { get; set; } = Default.Network.Scale;

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
    public long EncoderSteps { get; set; } = Default.EncoderSteps;

    /// <summary>Updates of stage 1, score matching.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Steps { get; set; } = Default.Steps;

    /// <summary>Adam's rate in stage 0, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double EncoderLearningRate { get; set; } = Default.EncoderLearningRate;

    /// <summary>Adam's rate in stage 1, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double LearningRate { get; set; } = Default.LearningRate;

    /// <summary>Whether stage 1 trains the encoder's features on.</summary>
    [Parameter]
    public SwitchParameter TrainEncoder { get; set; }

    /// <summary>What of the network's two heads is trained and used.</summary>
    [Parameter]
    public FlowParametrization Parametrization { get; set; } = Default.Parametrization;

    /// <summary>Times are a uniform number to this power; 1 is the paper's, above it there are more of little noise.</summary>
    [Parameter]
    [ValidateRange(0.01, 10.0)]
    public double TimePower { get; set; } = Default.TimePower;

    /// <summary>A trained flow to take in place of stages 0 and 1: a model's name or folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowCompleter))]
    public string? Flow { get; set; }

    /// <summary>Updates of stage 2, the image quality loss; 0: no such stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long QualitySteps { get; set; } = Default.QualitySteps;

    /// <summary>Adam's rate in stage 2, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double QualityLearningRate { get; set; } = Default.QualityLearningRate;

    /// <summary>How much the image quality loss counts beside the score matching's.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1e9)]
    public double QualityWeight { get; set; } = Default.QualityWeight;

    /// <summary>An installed model of the kind features, VGG-19 say, or its folder. Default: the flow's own encoder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    public string? QualityFeatures { get; set; }

    /// <summary>Standard deviation of the noise that stage 2's pictures are sampled from.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowOptions.MaxTemperature)]
    public double QualityTemperature { get; set; } = Default.QualityTemperature;

    /// <summary>Error that stage 2's ODEs tolerate in a step.</summary>
    [Parameter]
    [ValidateRange(1e-6, 0.5)]
    public double QualityTolerance { get; set; } = Default.QualityTolerance;

    /// <summary>Crops in a batch of stage 2.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int QualityBatchSize { get; set; } = Default.QualityBatchSize;

    /// <summary>Crops in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = Default.BatchSize;

    /// <summary>Side of a high-resolution crop in pixels.</summary>
    [Parameter]
    [ValidateRange(8, 4096)]
    public int CropSize { get; set; } = Default.CropSize;

    /// <summary>Half of the crops are blurred by up to this standard deviation, in pixels.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowUpscalerOptions.MaxSoftness)]
    public double Softness { get; set; } = Default.Softness;

    /// <summary>Steps of linear warm-up of a stage.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long WarmupSteps { get; set; } = Default.WarmupSteps;

    /// <summary>Share of a stage's steps, at its end, over which the learning rate falls to nothing.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DecayShare { get; set; } = Default.DecayShare;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; } = Default.AverageDecay;

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

    /// <summary>Steps between two looks at held-out pictures; 0: none.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ValidateEvery { get; set; } = Default.ValidateEvery;

    /// <summary>Key of the initial weights, the pictures, the crops, the times and the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>The network's layout, as a model's card has it under "options", in JSON. Default: the embedded model's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Network { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var folder = SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutputDirectory);
        if (!ShouldProcess(folder, $"Train the flow upscaler '{Name}'"))
            return;
        try
        {
            var options = Options();
            WriteObject(Work((send, stop) => FlowUpscalerTrainer.Train(options, folder, new TrainingProgressWriter(this, send), stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? folder));
        }
    }

    private FlowUpscalerOptions Options() => new()
    {
        Name = Name,
        Network = Layout() with { Scale = Scale },
        Encoder = Model(Encoder),
        Start = Model(Start),
        EncoderSteps = EncoderSteps,
        EncoderLearningRate = EncoderLearningRate,
        Steps = Steps,
        LearningRate = LearningRate,
        TrainEncoder = TrainEncoder,
        Parametrization = Parametrization,
        TimePower = TimePower,
        Flow = Model(Flow),
        QualitySteps = QualitySteps,
        QualityLearningRate = QualityLearningRate,
        QualityWeight = QualityWeight,
        QualityFeatures = Model(QualityFeatures),
        QualityTemperature = QualityTemperature,
        QualityTolerance = QualityTolerance,
        QualityBatchSize = QualityBatchSize,
        BatchSize = BatchSize,
        CropSize = CropSize,
        Softness = Softness,
        WarmupSteps = WarmupSteps,
        DecayShare = DecayShare,
        AverageDecay = AverageDecay,
        ImageFolder = ImageFolder is { } images ? FileSystemPath(images) : null,
        ValidateEvery = ValidateEvery,
        Seed = Seed,
    };

    private EcdpOptions Layout()
    {
        if (Network is null)
            return Default.Network;
        try
        {
            return EcdpOptions.FromJson((JsonObject)JsonNode.Parse(Network)!);
        }
        catch (Exception e) when (e is JsonException or InvalidCastException or NullReferenceException)
        {
            throw new PssrException(PssrErrorKind.Option, $"Network: '{Network}' is no JSON object of options.", nameof(Network), e);
        }
    }

    /// <summary>A folder's full path; a model's name as it is.</summary>
    private string? Model(string? given) => given is not null && Directory.Exists(FileSystemPath(given)) ? FileSystemPath(given) : given;

    private string FileSystemPath(string path) => SessionState.Path.GetUnresolvedProviderPathFromPSPath(path);
}
