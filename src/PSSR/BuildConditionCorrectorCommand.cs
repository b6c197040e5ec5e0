using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Cmdlets;

/// <summary>Trains a condition corrector for DPI, or goes on with a training that was stopped in the same folder. Train-ConditionCorrector
/// is the same.</summary>
[Cmdlet("Build", "ConditionCorrector", SupportsShouldProcess = true)]
[Alias("Train-ConditionCorrector")]
[OutputType(typeof(InstalledModel))]
[OptionsOf(typeof(ConditionCorrectorOptions), typeof(GuidedUNetOptions))]
public sealed class BuildConditionCorrectorCommand : TrainingCmdlet
{
    /// <summary>The model's folder; made where missing. While the training goes on, its samples.png and validation.jsonl show how it
    /// does.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

    /// <summary>What low-resolution pictures went through: bicubic, codeformer-stage2 or -stage3 (its two published sets), severe (DPI's
    /// Eq. 19) or real (our own of 0.1).</summary>
    [Parameter]
    [ValidateSet("bicubic", "codeformer-stage2", "codeformer-stage3", "real", "severe")]
    public string? Degradation { get; set; }

    /// <summary>How much bicubic shrinks: 4, 8, 16 or any other.</summary>
    [Parameter]
    [ValidateRange(1.0, 64.0)]
    public double Scale { get; set; }

    /// <summary>paper (Eq. 15 to 18), printed (Eq. 17's input without noise, as it is printed), or released (what the authors' script
    /// does).</summary>
    [Parameter]
    [ValidateSet(ConditionCorrectorOptions.PaperObjective, ConditionCorrectorOptions.PrintedObjective,
        ConditionCorrectorOptions.ReleasedObjective)]
    public string? Objective { get; set; }

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
    public int ValidationCount { get; set; }

    /// <summary>Steps between two validations; 0 for none.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long ValidateEvery { get; set; }

    /// <summary>Measures LPIPS with this network, too, when looking at held-out pictures. Its weights must have been imported. Default: no
    /// LPIPS.</summary>
    [Parameter]
    [ValidateSet("alex", "squeeze", "vgg")]
    public string? ValidationLpips { get; set; }

    /// <summary>Updates of the weights.</summary>
    [Parameter]
    [ValidateRange(1L, long.MaxValue)]
    public long Steps { get; set; }

    /// <summary>Crops in a batch.</summary>
    [Parameter]
    [ValidateRange(1, 4096)]
    public int BatchSize { get; set; }

    /// <summary>Side of a crop in pixels.</summary>
    [Parameter]
    [ValidateRange(8, 4096)]
    public int CropSize { get; set; }

    /// <summary>Adam's, at its peak.</summary>
    [Parameter]
    [ValidateRange(1e-9, 1.0)]
    public double LearningRate { get; set; }

    /// <summary>Steps of linear warm-up.</summary>
    [Parameter]
    [ValidateRange(0L, long.MaxValue)]
    public long WarmupSteps { get; set; }

    /// <summary>Share of the steps, at the end, over which the learning rate falls to nothing.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double DecayShare { get; set; }

    /// <summary>Of the weights' moving average, which is what the model holds in the end.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999999)]
    public double AverageDecay { get; set; }

    /// <summary>Seconds between two checkpoints: at most so much work is lost to a kill.</summary>
    [Parameter]
    [ValidateRange(0.0, 86_400.0)]
    public double CheckpointEvery { get; set; }

    /// <summary>Key of the initial weights, the pictures, the degradations, the timesteps and the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Noise schedule of the priors that it is for.</summary>
    [Parameter]
    [ValidateSet("linear", "scaled-linear", "squared-cosine", "cosine", "sigmoid")]
    public string? Schedule { get; set; }

    /// <summary>Steps of the schedule.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int DiffusionSteps { get; set; }

    /// <summary>The condition stands at every so manyth pixel: DPI's k.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int GridStep { get; set; }

    /// <summary>The network's channels at full resolution; a multiple of 32.</summary>
    [Parameter]
    [ValidateRange(32, 1024)]
    public int NumChannels { get; set; }

    /// <summary>The width of each of its levels as a multiple of NumChannels, comma-separated.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ChannelMult { get; set; }

    /// <summary>Its residual blocks a level.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int NumResBlocks { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() =>
        Train(OutputDirectory, Options, "Train a condition corrector", ConditionCorrectorTrainer.Train);

    private ConditionCorrectorOptions Options()
    {
        var options = TypedOptions.Read(this, new ConditionCorrectorOptions());
        return options with { Network = TypedOptions.Read(this, options.Network) };
    }
}
