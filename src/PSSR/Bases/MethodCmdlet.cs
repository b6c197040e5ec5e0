using System.Management.Automation;
using PSSR.Cmdlets.Completion;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Pictures;
using PSSR.Tiles;

namespace PSSR.Cmdlets.Bases;

/// <summary>A cmdlet that upscales: the parameters that belong to one method, which others refuse.</summary>
public abstract class MethodCmdlet : SetCmdlet
{
    /// <summary>Pictures to draw of each input, those of this seed and the following. Their mean and standard deviation are saved
    /// too.</summary>
    [Parameter]
    [ValidateRange(1, PictureSamples.Most)]
    public int? Samples { get; set; }

    /// <summary>Rounds of back-projection, which bring the result's downscale nearer to the input. Default: of ECDP the model's, else
    /// 0.</summary>
    [Parameter]
    [ValidateRange(0, BackProjection.MostRounds)]
    public int? Consistency { get; set; }

    /// <summary>Moments of the walk from noise to the result to save as pictures beside it, from 1, its start, to 0, its end; with a sheet
    /// of all.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double[]? Trace { get; set; }

    /// <summary>DPI: the published settings to start from. Default: those for the scale.</summary>
    [Parameter]
    public DpiPreset? Preset { get; set; }

    /// <summary>DPI: Ddim (20 steps, or the prior's own number) or Ddpm (1000). DiffSR: Ddim, or Ddpm, which draws noise at every
    /// step.</summary>
    [Parameter]
    public DpiForm Sampler { get; set; }

    /// <summary>DPI: at this step the mask changes from the whole grid to its edges; 0 keeps the whole grid. Default: the
    /// prior's own, where it has one and no preset is named, else the preset's.</summary>
    [Parameter]
    [ValidateRange(0.0, DpiOptions.MaxTau)]
    public double? Tau { get; set; }

    /// <summary>DPI: the larger, the fewer edges hold the condition. Default: the prior's own, where it has one and no preset is
    /// named, else the preset's.</summary>
    [Parameter]
    [ValidateRange(1e-6, DpiOptions.MaxS)]
    public double? S { get; set; }

    /// <summary>DPI: the larger, the less the condition weighs after step Tau. Default: the prior's own, where it has one and no
    /// preset is named, else the preset's.</summary>
    [Parameter]
    [ValidateRange(1e-6, DpiOptions.MaxOmega)]
    public double? Omega { get; set; }

    /// <summary>DPI: the condition stands on every k-th pixel of every k-th row. Default: 2.</summary>
    [Parameter]
    [ValidateRange(1, DpiOptions.MaxK)]
    public int? K { get; set; }

    /// <summary>DPI with Ddim: how much noise each step adds, 0 to 1. Default: the prior's own, where it has one and no preset is
    /// named, else 0.1.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? Eta { get; set; }

    /// <summary>DPI: name of an installed condition corrector, a folder with a model card, or none; also a corrector's object by pipeline.
    /// Default: the embedded one; none with Initial.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(CorrectorCompleter))]
    public string? Corrector { get; set; }

    /// <summary>DPI, ablation: the corrector always sees the original condition, never its own output or the sample.</summary>
    [Parameter]
    public SwitchParameter NoRefinement { get; set; }

    /// <summary>DPI, ablation: the condition weighs 1 throughout the second stage.</summary>
    [Parameter]
    public SwitchParameter NoWeight { get; set; }

    /// <summary>DPI, compatibility: marks and scales as the authors' released code does.</summary>
    [Parameter]
    public SwitchParameter AsReleased { get; set; }

    /// <summary>DPI, compatibility: counts steps from 1, masks the last one and takes sigma's square as the paper's algorithms print
    /// it.</summary>
    [Parameter]
    public SwitchParameter AsPrinted { get; set; }

    /// <summary>ECDP: what the picture is to look like. Faithful: the mean of all that it may have been, to measure on; Natural: as the
    /// model was made to draw; Clean: without grain, for paper and screens; Crisp: more is drawn. Default: Natural.</summary>
    [Parameter]
    public FlowLook? Look { get; set; }

    /// <summary>ECDP: how much of what is drawn comes into the picture; 0 is the mean alone, more than 1 is exaggerated. Default: the
    /// look's, or 1.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowOptions.MaxDetail)]
    public double? Detail { get; set; }

    /// <summary>ECDP: DormandPrince (adaptive), DpmSolver (few evaluations), Ddim or Ddpm (the authors' discrete path). Default: the
    /// model's.</summary>
    [Parameter]
    public FlowSolver? Solver { get; set; }

    /// <summary>ECDP: how far samples lie apart; 0 gives the one that is nearest to a mean, 1 what the model learnt. Default: the
    /// model's.</summary>
    [Parameter]
    [ValidateRange(0.0, FlowOptions.MaxTemperature)]
    public double? Temperature { get; set; }

    /// <summary>ECDP: the contrast from which on a place gets all of the start's noise and of what is drawn, 0.005 say; the flatter, the
    /// less, so that flats stay flat; 0: all the same. Default: the model's.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? NoiseContrast { get; set; }

    /// <summary>ECDP with DormandPrince: error of a step as a share of the state's values. Default: 0.001.</summary>
    [Parameter]
    [ValidateRange(0.0, 0.999)]
    public double? RelativeTolerance { get; set; }

    /// <summary>ECDP with DormandPrince: error of a step on top of that. Default: 0.001.</summary>
    [Parameter]
    [ValidateRange(0.0, 1000.0)]
    public double? AbsoluteTolerance { get; set; }

    /// <summary>ECDP with DormandPrince: length of the first step, of a way that is 300 long. Default: estimated.</summary>
    [Parameter]
    [ValidateRange(1e-6, 300.0)]
    public double? FirstStep { get; set; }

    /// <summary>ECDP with DormandPrince: give a picture up after this many evaluations. Default: 1000.</summary>
    [Parameter]
    [ValidateRange(7, FlowOptions.MaxMaxEvaluations)]
    public int? MaxEvaluations { get; set; }

    /// <summary>ECDP: begin where noise hides all but so many nats a value of what the network's mean lacks, 0.05 say: fewer evaluations.
    /// Default: at noise alone.</summary>
    [Parameter]
    [ValidateRange(1e-6, 1000.0)]
    public double? FidelityThreshold { get; set; }

    /// <summary>DiffSR, DPI: name of an installed flow, or a folder with a model card, whose mean is taken where bicubic is: as the picture
    /// that noise is added to, or the base condition.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FlowCompleter))]
    public string? Initial { get; set; }

    /// <summary>DiffSR: what a step predicts isn't clamped to a picture's range of values.</summary>
    [Parameter]
    public SwitchParameter NoClipping { get; set; }

    /// <summary>ECDP: how much noise and JPEG to take away, 0 for nothing to 1. Default: what the picture looks like.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double? Clean { get; set; }
}
