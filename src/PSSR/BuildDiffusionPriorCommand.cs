using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.DiffSr;
using PSSR.Models;
using PSSR.Networks.Kernels;
using PSSR.Training;

namespace PSSR.Cmdlets;

/// <summary>Trains a diffusion prior, or goes on with a training that was stopped in the same folder.</summary>
[Cmdlet("Build", "DiffusionPrior", SupportsShouldProcess = true)]
[OutputType(typeof(InstalledModel))]
public sealed class BuildDiffusionPriorCommand : WorkerCmdlet
{
    private static readonly DiffusionPriorOptions Default = new();

    /// <summary>The model's folder; made where missing.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string OutputDirectory { get; set; } = "";

    /// <summary>The settings to start from: embedded (those of pssr-prior) or paper (those of the Diff-SR paper). What else is given counts more.</summary>
    [Parameter]
    [ValidateSet("embedded", "paper")]
    public string Preset { get; set; } = "embedded";

    /// <summary>Name on the model's card.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = Default.Name;

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

    /// <summary>Share of the training at low noise alone.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double LowShare { get; set; } = Default.LowShare;

    /// <summary>Where low noise ends, as a share of the schedule.</summary>
    [Parameter]
    [ValidateRange(0.001, 1.0)]
    public double LowLimit { get; set; } = Default.LowLimit;

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
    public string Schedule { get; set; } = Default.Schedule;

    /// <summary>Steps of the schedule.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int DiffusionSteps { get; set; } = Default.DiffusionSteps;

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
        if (!ShouldProcess(folder, $"Train the prior '{Name}'"))
            return;
        try
        {
            var options = Options();
            WriteObject(Work((send, stop) => DiffusionPriorTrainer.Train(options, folder, new TrainingProgressWriter(this, send), stop)));
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target ?? folder));
        }
    }

    private DiffusionPriorOptions Options()
    {
        var preset = DiffusionPriorOptions.Preset(Preset);
        return preset with
        {
            Name = Given(nameof(Name), Name, preset.Name),
            Steps = Given(nameof(Steps), Steps, preset.Steps),
            BatchSize = Given(nameof(BatchSize), BatchSize, preset.BatchSize),
            CropSize = Given(nameof(CropSize), CropSize, preset.CropSize),
            LearningRate = Given(nameof(LearningRate), LearningRate, preset.LearningRate),
            WarmupSteps = Given(nameof(WarmupSteps), WarmupSteps, preset.WarmupSteps),
            DecayShare = Given(nameof(DecayShare), DecayShare, preset.DecayShare),
            AverageDecay = Given(nameof(AverageDecay), AverageDecay, preset.AverageDecay),
            LowShare = Given(nameof(LowShare), LowShare, preset.LowShare),
            LowLimit = Given(nameof(LowLimit), LowLimit, preset.LowLimit),
            ImageFolder = ImageFolder is { } images ? SessionState.Path.GetUnresolvedProviderPathFromPSPath(images) : null,
            Seed = Seed,
            Schedule = Given(nameof(Schedule), Schedule, preset.Schedule),
            DiffusionSteps = Given(nameof(DiffusionSteps), DiffusionSteps, preset.DiffusionSteps),
            Network = preset.Network with
            {
                NumChannels = Given(nameof(NumChannels), NumChannels, preset.Network.NumChannels),
                ChannelMult = Given(nameof(ChannelMult), ChannelMult, preset.Network.ChannelMult),
                NumResBlocks = Given(nameof(NumResBlocks), NumResBlocks, preset.Network.NumResBlocks),
            },
        };
    }

    /// <summary>A parameter's value where it was typed, else the preset's.</summary>
    private T Given<T>(string parameter, T value, T preset) => MyInvocation.BoundParameters.ContainsKey(parameter) ? value : preset;
}
