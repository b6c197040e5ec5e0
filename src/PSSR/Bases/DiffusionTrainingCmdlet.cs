using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that trains a U-Net in guided-diffusion's layout on a noise schedule.</summary>
public abstract class DiffusionTrainingCmdlet : TrainingCmdlet
{
    /// <summary>Noise schedule: linear, scaled-linear, squared-cosine, cosine or sigmoid.</summary>
    [Parameter]
    [ValidateSet("linear", "scaled-linear", "squared-cosine", "cosine", "sigmoid")]
    public string? Schedule { get; set; }

    /// <summary>Steps of the schedule.</summary>
    [Parameter]
    [ValidateRange(2, 100_000)]
    public int DiffusionSteps { get; set; }

    /// <summary>Share of synthetic pictures among the folder's, which then come in many sizes and tones; 0: the folder's as they
    /// are.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double SyntheticShare { get; set; }

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

    /// <summary>Sizes, comma-separated, of 256 at full resolution: it has attention where its levels have one of them; 0 for
    /// none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? AttentionResolutions { get; set; }

    /// <summary>Its attention heads, where NumHeadChannels is -1.</summary>
    [Parameter]
    [ValidateRange(1, 64)]
    public int NumHeads { get; set; }

    /// <summary>Channels of an attention head, or -1.</summary>
    [Parameter]
    [ValidateRange(-1, 1024)]
    public int NumHeadChannels { get; set; }

    /// <summary>It resamples inside residual blocks.</summary>
    [Parameter]
    public SwitchParameter ResblockUpdown { get; set; }
}
