using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.DiffSr.Field;
using PSSR.Sets.Inputs;

namespace PSSR.Cmdlets;

/// <summary>Writes results of Find-PerceptualRecoverableField to one file: CSV, JSON or an SVG chart, by its extension.</summary>
[Cmdlet(VerbsData.Export, "RecoverableField", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportRecoverableFieldCommand : PSCmdlet
{
    private readonly List<RecoverableFieldResult> _results = [];

    /// <summary>The file to write; its name ends in .csv, .json or .svg.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Results of Find-PerceptualRecoverableField.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public RecoverableFieldResult[] InputObject { get; set; } = [];

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        // At once: the search before it in the pipeline may take hours.
        var path = ShellPath.OfFileSystem(this, Path);
        try
        {
            GivenSet.RequireNoRecord(path);
            FieldReport.Check(path, Force);
        }
        catch (PssrException e)
        {
            ThrowTerminatingError(ErrorCatalogue.Record(e, path));
        }
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _results.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        var path = ShellPath.OfFileSystem(this, Path);
        if (_results.Count == 0 || !ShouldProcess(path, $"Export {_results.Count} recoverable fields"))
            return;
        try
        {
            FieldReport.Write(path, _results, Force);
            WriteObject(ShellPath.Item(this, path));
        }
        catch (PssrException e)
        {
            WriteError(ErrorCatalogue.Record(e, path));
        }
    }
}
