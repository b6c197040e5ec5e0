using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Measures PSNR, SSIM and LPIPS of pictures against the true ones, by the rules of a named preset.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "ImageQuality", DefaultParameterSetName = "Path")]
[OutputType(typeof(ImageQuality), typeof(MetricSummary))]
public sealed class MeasureImageQualityCommand : ResultPathCmdlet
{
    private readonly List<ImageQuality> _measured = [];
    private QualityRun? _run;

    /// <summary>The folder of true pictures, paired by name: a_x2.png with a.png, a.jpg or a_HR.tif. Or one picture, which everything is
    /// compared with.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ReferenceDirectory { get; set; } = "";

    /// <summary>BasicSR-Y (luma, border of the scale), Paper-DPI, Paper-ECDP (RGB), or PyIqa (its defaults).</summary>
    [Parameter]
    [ValidateSet("BasicSR-Y", "Paper-DPI", "Paper-ECDP", "PyIqa")]
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

    /// <summary>Measures what bicubic makes of each result's source, too, for the BaselinePsnr, BaselineSsim and BaselineLpips of the
    /// output.</summary>
    [Parameter]
    public SwitchParameter Baseline { get; set; }

    /// <summary>Where LPIPS runs: auto, cpu, cuda or cuda:N.</summary>
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
                Reference = FileSystemPath(ReferenceDirectory),
                Recurse = Recurse,
                Preset = Preset,
                Scale = Scale,
                WithLpips = Lpips switch { "Always" => true, "Never" => false, _ => null },
                LpipsNetwork = LpipsNetwork,
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
                    $"{path}: against {quality.Reference}, {string.Join("; ", quality.Values.Select(v => $"{v.Metric} {v.Settings}"))}"));
                if (Baseline && quality.Baseline is null)
                    WriteWarning(TerminalText.Escaped(
                        $"Bicubic isn't measured for '{path}': no record says what it was made from, or that is gone."));
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
