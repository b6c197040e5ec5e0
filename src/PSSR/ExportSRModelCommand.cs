using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Models;

namespace PSSR.Cmdlets;

/// <summary>Writes a model's weights to a .safetensors file under the names that its authors' code has, for Python.</summary>
[Cmdlet(VerbsData.Export, "SRModel", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportSRModelCommand : WorkerCmdlet
{
    /// <summary>Name of an installed model, or a folder with a model card.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(InstalledModelCompleter))]
    public string Name { get; set; } = "";

    /// <summary>The file to write.</summary>
    [Parameter(Mandatory = true, Position = 1)]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Put before every name, for code that wants module. or model. there.</summary>
    [Parameter]
    public string Prefix { get; set; } = "";

    /// <summary>Overwrites the file.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var path = ShellPath.OfFileSystem(this, Path);
        if (!ShouldProcess(path, $"Export the model '{Name}'"))
            return;
        try
        {
            var model = ModelStore.Find(TypedOptions.NameOrFolder(this, Name));
            Work((_, _) =>
            {
                ModelExporter.Export(model, path, Prefix, Force);
                return 0;
            });
            WriteObject(ShellPath.Item(this, path));
        }
        catch (PssrException e)
        {
            WriteError(Record(e, e.Target ?? Name));
        }
    }
}
