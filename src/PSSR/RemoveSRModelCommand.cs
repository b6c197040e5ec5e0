using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Models;
using PSSR.Options;

namespace PSSR.Cmdlets;

/// <summary>Deletes the user's models by name, each after a question. Models that came with PSSR stay.</summary>
[Cmdlet(VerbsCommon.Remove, "SRModel", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(InstalledModel))]
public sealed class RemoveSRModelCommand : PSCmdlet
{
    /// <summary>Names of installed models; wildcards mean the user's own.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(OwnModelCompleter))]
    public string[] Name { get; set; } = [];

    /// <summary>Asks nothing, unless -Confirm says so.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

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
                foreach (var model in ModelNames.Find(this, name, model => !model.Embedded))
                    Remove(model);
            }
            catch (PssrException e)
            {
                WriteError(ErrorCatalogue.Record(e, name));
            }
        }
    }

    private void Remove(InstalledModel model)
    {
        var asks = !Force || ShellQuestion.IsWhatIf(this) || ShellQuestion.IsConfirmed(this);
        if (asks && !ShouldProcess(model.Folder, TerminalText.Escaped($"Remove the model '{model.Name}'")))
            return;
        ModelStore.Remove(model);
        if (PassThru)
            WriteObject(model);
    }
}
