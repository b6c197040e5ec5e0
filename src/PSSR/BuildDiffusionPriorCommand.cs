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
public sealed class BuildDiffusionPriorCommand : DiffusionTrainingCmdlet
{
    /// <summary>The settings to start from: embedded (those of pssr-prior) or paper (those of the Diff-SR paper). What else is given counts
    /// more.</summary>
    [Parameter]
    [ValidateSet("embedded", "paper")]
    public string Preset { get; set; } = "embedded";

    /// <summary>Share of the training at low noise alone.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double LowShare { get; set; }

    /// <summary>Where low noise ends, as a share of the schedule.</summary>
    [Parameter]
    [ValidateRange(0.001, 1.0)]
    public double LowLimit { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Train<DiffusionPriorOptions>(Preset,
        options => options with { Network = TypedOptions.Read(this, options.Network) }, "Train a prior", DiffusionPriorTrainer.Train);
}
