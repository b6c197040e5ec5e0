using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Measuring;
using PSSR.Options;
using PSSR.Sets;

namespace PSSR.Cmdlets;

/// <summary>Tells how far results are from the truth at low and at high frequencies, with and without injected noise, and draws the
/// frequency maps.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "FrequencyError", DefaultParameterSetName = "Path", SupportsShouldProcess = true)]
[OutputType(typeof(FrequencyMeasurement))]
public sealed class MeasureFrequencyErrorCommand : ResultPathCmdlet
{
    private FrequencyRun? _run;
    private FrequencySheetNames? _sheets;

    /// <summary>The folder of true pictures, paired by name; or one picture.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ReferenceDirectory { get; set; } = "";

    /// <summary>Sides of the box around frequency zero as a share of the spectrum's. Default: source size over target size.</summary>
    [Parameter]
    [ValidateRange(0.001, 0.999)]
    public double? BoxSize { get; set; }

    /// <summary>Noise that is injected into a second row of pictures. Default: the result's own level; 0 leaves the row out.</summary>
    [Parameter]
    [ValidateRange(0.0, UpscaleOptions.MaxNoiseLevel)]
    public double? NoiseLevel { get; set; }

    /// <summary>The model whose schedule the noise follows. Default: the result's own.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(PriorCompleter))]
    public string? Model { get; set; }

    /// <summary>Key of the noise.</summary>
    [Parameter]
    public ulong Seed { get; set; }

    /// <summary>Draws pictures and maps of each result into this folder, which isn't the results', as NAME.frequency.png.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string? SheetDirectory { get; set; }

    /// <summary>Overwrites existing sheets.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Inspecting frequencies";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            _run = new FrequencyRun(new FrequencyOptions
            {
                Reference = FileSystemPath(ReferenceDirectory), Recurse = Recurse, BoxSize = BoxSize, NoiseLevel = NoiseLevel,
                Model = Model is null ? null : TypedOptions.NameOrFolder(this, Model), Seed = Seed,
            });
            _sheets = SheetDirectory is { } folder ? new FrequencySheetNames(FileSystemPath(folder)) : null;
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(Record(e, e.Target));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var (path, result) in Pictures())
        {
            ShowProgress(path);
            try
            {
                var sheet = _sheets?.For(path);
                var draws = sheet is not null && ShouldProcess(sheet, "Draw frequency maps");
                var inspection = Work((_, stop) => _run!.Inspect(path, result, stop));
                foreach (var left in inspection.LeftOut)
                    WriteWarning(TerminalText.Escaped(left));
                WriteObject(inspection.Measurements, enumerateCollection: true);
                if (draws)
                    Work((_, _) =>
                    {
                        FrequencySheet.Write(sheet!, inspection, Force);
                        return true;
                    });
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
}
