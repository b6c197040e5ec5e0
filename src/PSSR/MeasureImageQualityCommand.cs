using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Measures PSNR, SSIM and LPIPS of pictures against the true ones, by the rules of a named preset; and LR-PSNR and scores, which
/// need none.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "ImageQuality", DefaultParameterSetName = "Path")]
[OutputType(typeof(ImageQuality), typeof(MetricSummary))]
public sealed class MeasureImageQualityCommand : ResultPathCmdlet
{
    private readonly List<ImageQuality> _measured = [];
    private QualityRun? _run;

    /// <summary>The folder of true pictures, paired by name: a_x2.png with a.png, a.jpg or a_HR.tif. Or one picture, which everything is
    /// compared with. Only -LrPsnr and -QualityModel need none.</summary>
    [Parameter(Position = 1)]
    [ValidateNotNullOrEmpty]
    public string? ReferenceDirectory { get; set; }

    /// <summary>BasicSR-Y (luma, border of the scale), Paper-DPI, Paper-DiffSR (a guess: the paper states no settings), Paper-ECDP (RGB),
    /// or PyIqa (its defaults).</summary>
    [Parameter]
    [ValidateSet("BasicSR-Y", "Paper-DPI", "Paper-DiffSR", "Paper-ECDP", "PyIqa")]
    public string Preset { get; set; } = "BasicSR-Y";

    /// <summary>Target size over source size, for BasicSR-Y's border. Default: the result's, or its record's.</summary>
    [Parameter]
    [ValidateRange(1.0, UpscaleOptions.MaxScale)]
    public double? Scale { get; set; }

    /// <summary>Auto measures LPIPS when its models were imported, and warns when not.</summary>
    [Parameter]
    [ValidateSet("Auto", "Always", "Never")]
    public string Lpips { get; set; } = "Auto";

    /// <summary>Takes this network for LPIPS and not the preset's own; the values say so.</summary>
    [Parameter]
    [ValidateSet("alex", "squeeze", "vgg")]
    public string? LpipsNetwork { get; set; }

    /// <summary>What LPIPS is fed: Signed (-1 to 1, as it was trained), or Released (-1 to 509, as DPI's released script does).</summary>
    [Parameter]
    public LpipsRange LpipsRange { get; set; }

    /// <summary>Shrinks each result again, by MATLAB's bicubic in 8 bits, and measures PSNR against the picture that it was made
    /// from.</summary>
    [Parameter]
    public SwitchParameter LrPsnr { get; set; }

    /// <summary>Imported models of the kind quality (MUSIQ, CLIP-IQA) that score each picture by itself.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(QualityModelCompleter))]
    public string[] QualityModel { get; set; } = [];

    /// <summary>Measures what bicubic makes of each result's source, too, for the BaselinePsnr, BaselineSsim and BaselineLpips of the
    /// output.</summary>
    [Parameter]
    public SwitchParameter Baseline { get; set; }

    /// <summary>Where LPIPS and quality models run: auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <summary>Puts out one summary a metric over all pictures, in the place of one object a picture.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Measuring";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _run = new QualityRun(new QualityOptions
            {
                Reference = ReferenceDirectory is { } folder ? FileSystemPath(folder) : null,
                Recurse = Recurse,
                Preset = Preset,
                Scale = Scale,
                WithLpips = Lpips.ToLowerInvariant() switch { "always" => true, "never" => false, _ => null },
                LpipsNetwork = LpipsNetwork?.ToLowerInvariant(),
                LpipsRange = LpipsRange,
                WithLrPsnr = LrPsnr,
                QualityModels = [.. QualityModel.Select(model => TypedOptions.NameOrFolder(this, model))],
                WithBaseline = Baseline,
                Device = Device,
            });
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
        if (_run!.LpipsMissing is { } missing)
            WriteWarning($"LPIPS is left out. {missing}");
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var (path, result) in Pictures())
        {
            ShowProgress(path);
            try
            {
                var quality = Work((_, stop) => _run!.Measure(path, result, stop));
                WriteVerbose(TerminalText.Escaped(
                    $"{path}: {(quality.Reference is { } reference ? $"against {reference}, " : "")}"
                        + string.Join("; ", quality.Values.Select(v => $"{v.Metric} {v.Settings}"))));
                foreach (var missing in _run!.LeftOut(quality))
                    WriteWarning(TerminalText.Escaped(missing));
                if (Summary)
                    _measured.Add(quality);
                else
                    WriteObject(quality);
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                WriteError(Record(e, path));
            }
            catch (PssrException e)
            {
                ThrowTerminatingError(Record(e, e.Target ?? path));
            }
        }
    }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        base.EndProcessing();
        WriteObject(ImageQuality.Summaries(_measured), enumerateCollection: true);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _run?.Dispose();
    }
}
