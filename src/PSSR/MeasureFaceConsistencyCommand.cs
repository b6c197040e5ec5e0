using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Measuring;
using PSSR.Metrics;
using PSSR.Models;

namespace PSSR.Cmdlets;

/// <summary>Measures whether upscaled faces are still the same persons': the distance of a face embedder's vectors from the true
/// pictures'.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "FaceConsistency", DefaultParameterSetName = "Path")]
[OutputType(typeof(FaceMeasurement), typeof(FaceConsistencySummary))]
public sealed class MeasureFaceConsistencyCommand : ResultPathCmdlet
{
    private readonly List<FaceMeasurement> _measured = [];
    private FaceConsistencyRun? _run;

    /// <summary>The folder of true pictures, paired by name: a_x4.png with a.png or a.jpg. Or one picture, which everything is compared
    /// with.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string ReferenceDirectory { get; set; } = "";

    /// <summary>A face embedder: a model that was imported as features, its folder, or a TorchScript file. Such a file is a program and
    /// runs with your rights.</summary>
    [Parameter(Mandatory = true, Position = 2)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(FeaturesCompleter))]
    public string Embedder { get; set; } = "";

    /// <summary>Distances below it count as the same person.</summary>
    [Parameter]
    [ValidateRange(0.0, 2.0)]
    public double Threshold { get; set; } = FaceConsistency.DefaultThreshold;

    /// <summary>For a TorchScript file: side in pixels that pictures are brought to, 112 for ArcFace's family; 0 takes them as they
    /// are.</summary>
    [Parameter]
    [ValidateRange(0, 4096)]
    public int InputSize { get; set; }

    /// <summary>For a TorchScript file: what black and white become. Default: -1, 1.</summary>
    [Parameter]
    [ValidateCount(2, 2)]
    public double[] ValueRange { get; set; } = [-1, 1];

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(DeviceCompleter))]
    public string Device { get; set; } = "auto";

    /// <summary>Puts out CS (the mean distance) and ACC (the share below the threshold), in the place of one object a picture.</summary>
    [Parameter]
    public SwitchParameter Summary { get; set; }

    /// <inheritdoc/>
    protected override string Activity => "Measuring faces";

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        try
        {
            var embedder = FileSystemPath(Embedder);
            _run = new FaceConsistencyRun(new FaceConsistencyOptions
            {
                Reference = FileSystemPath(ReferenceDirectory),
                Recurse = Recurse,
                Embedder = File.Exists(embedder) && !ModelStore.Has(Embedder) ? embedder : TypedOptions.NameOrFolder(this, Embedder),
                InputSize = InputSize,
                ValueRange = ValueRange,
                Threshold = Threshold,
                Device = Device,
            });
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
                var face = Work((_, stop) => _run!.Measure(path, result?.Input, stop));
                _measured.Add(face);
                if (!Summary)
                    WriteObject(face);
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
        if (Summary && FaceMeasurement.Summary(_measured) is { } summary)
            WriteObject(summary);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing)
            _run?.Dispose();
    }
}
