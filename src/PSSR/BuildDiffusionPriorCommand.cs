using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.DiffSr;
using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Cmdlets;

/// <summary>Trains a diffusion prior, or goes on with a training that was stopped in the same folder.</summary>
[Cmdlet("Build", "DiffusionPrior", SupportsShouldProcess = true)]
[OutputType(typeof(InstalledModel))]
[OptionsOf(typeof(DiffusionPriorOptions), typeof(GuidedUNetOptions))]
public sealed class BuildDiffusionPriorCommand : TrainingCmdlet
{
    /// <summary>The model's folder; made where missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>The settings to start from: embedded (those of pssr-prior) or paper (those of the Diff-SR paper). What else is given counts
    /// more.</summary>
    [Parameter]
    [ValidateSet("embedded", "paper")]
    public string Preset { get; set; } = "embedded";

    /// <summary>Name on the model's card. Default: the folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? Name { get; set; }

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

    /// <summary>Share of the training at low noise alone.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double LowShare { get; set; }

    /// <summary>Where low noise ends, as a share of the schedule.</summary>
    [Parameter]
    [ValidateRange(0.001, 1.0)]
    public double LowLimit { get; set; }

    /// <summary>A folder of pictures to train on. Default: synthetic ones.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? ImageFolder { get; set; }

    /// <summary>Key of the initial weights, the pictures, the crops, the timesteps and the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Noise schedule.</summary>
    [Parameter]
    [ValidateSet("linear", "scaled-linear", "squared-cosine", "cosine", "sigmoid")]
    public string? Schedule { get; set; }

    /// <summary>Steps of the schedule.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int DiffusionSteps { get; set; }

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
        Train(OutputDirectory, Options, "Train a prior", DiffusionPriorTrainer.Train);

    private DiffusionPriorOptions Options()
    {
        var preset = DiffusionPriorOptions.Preset(Preset);
        return TypedOptions.Read(this, preset) with { Network = TypedOptions.Read(this, preset.Network) };
    }
}
