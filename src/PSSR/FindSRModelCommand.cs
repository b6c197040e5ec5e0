using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Models.Catalogue;

namespace PSSR.Cmdlets;

/// <summary>Lists the public models that Install-SRModel can install: task, licence, size, where they are. No server is asked.</summary>
[Cmdlet(VerbsCommon.Find, "SRModel")]
[OutputType(typeof(CatalogueModel))]
public sealed class FindSRModelCommand : PSCmdlet
{
    /// <summary>Only models with such a name; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(CatalogueCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        foreach (var name in Name)
        {
            try
            {
                var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
                WriteObject(WildcardPattern.ContainsWildcardCharacters(name)
                    ? ModelCatalogue.All.Where(model => pattern.IsMatch(model.Name)) : [ModelCatalogue.Find(name)],
                    enumerateCollection: true);
            }
            catch (PssrException e)
            {
                WriteError(ErrorCatalogue.Record(e, name));
            }
        }
    }
}
