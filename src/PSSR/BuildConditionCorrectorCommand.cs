using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks.Kernels;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Cmdlets;

/// <summary>Trains a condition corrector for DPI, or goes on with a training that was stopped in the same folder. Train-ConditionCorrector is the same.</summary>
[Cmdlet("Build", "ConditionCorrector", SupportsShouldProcess = true)]
[Alias("Train-ConditionCorrector")]
[OutputType(typeof(InstalledModel))]
public sealed class BuildConditionCorrectorCommand : WorkerCmdlet
{
    private static readonly ConditionCorrectorOptions Default = new();

    /// <summary>The model's folder; made where missing. While the training goes on, its samples.png and validation.jsonl show how it does.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Name on the model's card.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = Default.Name;

    /// <summary>What low-resolution pictures went through: bicubic, real (CodeFormer's ranges) or severe (DPI's Eq. 19).</summary>
    [Parameter]
    [ValidateSet("bicubic", "real", "severe")]
    public string Degradation { get; set; } = Default.Degradation;

    /// <summary>How much bicubic shrinks: 4, 8, 16 or any other.</summary>
    [Parameter]
    [ValidateRange(1.0, 64.0)]
    public double Scale { get; set; } = Default.Scale;

    /// <summary>paper (Eq. 15 to 18), or released (what the authors' script does).</summary>
    [Parameter]
    [ValidateSet(ConditionCorrectorOptions.PaperObjective, ConditionCorrectorOptions.ReleasedObjective)]
    public string Objective { get; set; } = Default.Objective;

    /// <summary>A folder of high-resolution pictures to train on. Default: synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

    /// <summary>A folder of pictures to validate with. Default: the last tenth of ImageFolder, or synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ValidationFolder { get; set; }

    /// <summary>How many pictures to validate with.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int ValidationCount { get; set; } = Default.ValidationCount;

    /// <summary>Steps between two validations; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ValidateEvery { get; set; } = Default.ValidateEvery;

    /// <summary>Updates of the weights.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Steps { get; set; } = Default.Steps;

    /// <summary>Crops in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; } = Default.BatchSize;

    /// <summary>Side of a crop in pixels.</summary>
    [Parameter]
    [ValidateRange(8, 4096)]
    public int CropSize { get; set; } = Default.CropSize;

    /// <summary>Adam's, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double LearningRate { get; set; } = Default.LearningRate;

    /// <summary>Steps of linear warm-up.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long WarmupSteps { get; set; } = Default.WarmupSteps;

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DecayShare { get; set; } = Default.DecayShare;

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; } = Default.AverageDecay;

    /// <summary>Seconds between two checkpoints: at most so much work is lost to a kill.</summary>
    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double CheckpointEvery { get; set; } = Default.CheckpointEvery.TotalSeconds;

    /// <summary>Key of the initial weights, the pictures, the degradations, the timesteps and the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Noise schedule of the priors that it is for.</summary>
    [Parameter]
    [ValidateSet("linear", "scaled-linear", "squared-cosine", "cosine", "sigmoid")]
    public string Schedule { get; set; } = Default.Schedule;

    /// <summary>Steps of the schedule.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int DiffusionSteps { get; set; } = Default.DiffusionSteps;

    /// <summary>The condition stands at every so manyth pixel: DPI's k.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int GridStep { get; set; } = Default.GridStep;

    /// <summary>The network's channels at full resolution; a multiple of 32.</summary>
    [Parameter]
    [ValidateRange(32, 1024)]
    public int NumChannels { get; set; } = Default.Network.NumChannels;

    /// <summary>The width of each of its levels as a multiple of NumChannels, comma-separated.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ChannelMult { get; set; } = Default.Network.ChannelMult;

    /// <summary>Its residual blocks a level.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int NumResBlocks { get; set; } = Default.Network.NumResBlocks;

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var folder = SessionState.Path.GetUnresolvedProviderPathFromPSPath(OutputDirectory);
        if (!ShouldProcess(folder, $"Train the condition corrector '{Name}'"))
            return;
        try
        {
            var options = Options();
            WriteObject(Work((send, stop) => ConditionCorrectorTrainer.Train(options, folder, new TrainingProgressWriter(this, send), stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? folder));
        }
    }

    private ConditionCorrectorOptions Options() => new()
    {
        Name = Name,
        Degradation = Degradation,
        Scale = Scale,
        Objective = Objective,
        ImageFolder = Folder(ImageFolder),
        ValidationFolder = Folder(ValidationFolder),
        ValidationCount = ValidationCount,
        ValidateEvery = ValidateEvery,
        Steps = Steps,
        BatchSize = BatchSize,
        CropSize = CropSize,
        LearningRate = LearningRate,
        WarmupSteps = WarmupSteps,
        DecayShare = DecayShare,
        AverageDecay = AverageDecay,
        CheckpointEvery = TimeSpan.FromSeconds(CheckpointEvery),
        Seed = Seed,
        Schedule = Schedule,
        DiffusionSteps = DiffusionSteps,
        GridStep = GridStep,
        Network = Default.Network with { NumChannels = NumChannels, ChannelMult = ChannelMult, NumResBlocks = NumResBlocks },
    };

    private string? Folder(string? given) => given is null ? null : SessionState.Path.GetUnresolvedProviderPathFromPSPath(given);
}
