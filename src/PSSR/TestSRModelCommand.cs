using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Host;
using PSSR.Measuring;
using PSSR.Models;

namespace PSSR.Cmdlets;

/// <summary>Checks a model: the weights' hash, the card, that every weight fits, and one finite evaluation.</summary>
[Cmdlet(VerbsDiagnostic.Test, "SRModel")]
[OutputType(typeof(ModelTestResult))]
public sealed class TestSRModelCommand : WorkerCmdlet
{
    /// <summary>Names of installed models, or folders with a model card; wildcards are held against the names.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstalledModelCompleter))]
    public string[] Name { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                foreach (var model in ModelNames.Find(this, name, _ => true))
                    WriteObject(Work((_, stop) => Abandonable.Run("PSSR test", () => ModelTrial.Test(model), stop)));
            }
            catch (PssrException e)
            {
                WriteError(Record(e, name));
            }
        }
    }
}
