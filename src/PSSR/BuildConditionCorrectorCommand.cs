using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Dpi;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;

namespace PSSR.Cmdlets;

/// <summary>Trains a condition corrector for DPI, or goes on with a training that was stopped in the same folder. Train-ConditionCorrector
/// is the same.</summary>
[Cmdlet("Build", "ConditionCorrector", SupportsShouldProcess = true)]
[Alias("Train-ConditionCorrector")]
[OutputType(typeof(InstalledModel))]
[OptionsOf(typeof(ConditionCorrectorOptions), typeof(GuidedUNetOptions))]
public sealed class BuildConditionCorrectorCommand : DiffusionTrainingCmdlet
{
    /// <summary>The settings to start from: embedded (those of pssr-corrector-x4) or paper (those of the DPI paper and its authors'
    /// script). What else is given counts more.</summary>
    [Parameter]
    [ValidateSet("embedded", "paper")]
    public string Preset { get; set; } = "embedded";

    /// <summary>What low-resolution pictures went through: bicubic, codeformer-stage2 or -stage3 (its two published sets), severe (DPI's
    /// Eq. 19) or real (our own of 0.1).</summary>
    [Parameter]
    [ValidateSet("bicubic", "codeformer-stage2", "codeformer-stage3", "real", "severe")]
    public string? Degradation { get; set; }

    /// <summary>How much bicubic shrinks: 4, 8, 16 or any other.</summary>
    [Parameter]
    [ValidateRange(1.0, 64.0)]
    public double Scale { get; set; }

    /// <summary>What shrinks the pictures, where the degradation is bicubic.</summary>
    [Parameter]
    public ResamplingKernel Kernel { get; set; }

    /// <summary>paper (Eq. 15 to 18), printed (Eq. 17's input without noise, as it is printed), or released (what the authors' script
    /// does).</summary>
    [Parameter]
    [ValidateSet(ConditionCorrectorOptions.PaperObjective, ConditionCorrectorOptions.PrintedObjective,
        ConditionCorrectorOptions.ReleasedObjective)]
    public string? Objective { get; set; }

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

    /// <summary>The condition stands at every so manyth pixel: DPI's k.</summary>
    [Parameter]
    [ValidateRange(1, 16)]
    public int GridStep { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing() => Train<ConditionCorrectorOptions>(Preset,
        options => options with { Network = TypedOptions.Read(this, options.Network) }, "Train a condition corrector",
        ConditionCorrectorTrainer.Train);
}
