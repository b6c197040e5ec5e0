using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Measuring;

namespace PSSR.Cmdlets;

/// <summary>Compares two sets of measurements of the same references, metric by metric. Values of different presets are refused unless
/// forced.</summary>
[Cmdlet(VerbsData.Compare, "ImageQuality")]
[OutputType(typeof(QualityDifference))]
public sealed class CompareImageQualityCommand : PSCmdlet
{
    private readonly List<ImageQuality> _others = [];

    /// <summary>What Measure-ImageQuality put out for the first set.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    [MeasuredHere]
    public ImageQuality[] Baseline { get; set; } = [];

    /// <summary>What it put out for the second.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [MeasuredHere]
    public ImageQuality[] InputObject { get; set; } = [];

    /// <summary>Compares values of different presets too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _others.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        try
        {
            WriteObject(QualityComparison.Compare(Baseline, _others, Force), enumerateCollection: true);
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, e.Target));
        }
    }
}
