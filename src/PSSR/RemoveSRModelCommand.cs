using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Models;

namespace PSSR.Cmdlets;

/// <summary>Deletes the user's models by name, each after a question. Models that came with PSSR stay.</summary>
[Cmdlet(VerbsCommon.Remove, "SRModel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(InstalledModel))]
public sealed class RemoveSRModelCommand : PSCmdlet
{
    /// <summary>Names of installed models.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Puts out each model that was removed.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                var model = ModelStore.Find(name);
                if (!ShouldProcess(model.Folder, $"Remove the model '{model.Name}'"))
                    continue;
                ModelStore.Remove(model);
                if (PassThru)
                    WriteObject(model);
            }
            catch (PssrException e)
            {
                WriteError(ErrorCatalogue.Record(e, name));
            }
        }
    }
}
