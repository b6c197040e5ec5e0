using System.Management.Automation;
using PSSR.Cmdlets.Bases;
using PSSR.Cmdlets.Completion;
using PSSR.Models;

namespace PSSR.Cmdlets;

/// <summary>Lists the models that can be named: those that came with PSSR and the user's own.</summary>
[Cmdlet(VerbsCommon.Get, "SRModel")]
[OutputType(typeof(InstalledModel))]
public sealed class GetSRModelCommand : PSCmdlet
{
    /// <summary>Only models with such a name; wildcards are allowed.</summary>
    [Parameter(Position = 0, ValueFromPipeline = true)]
    [ValidateNotNullOrEmpty]
    [SupportsWildcards]
    [ArgumentCompleter(typeof(InstalledModelCompleter))]
    public string[] Name { get; set; } = ["*"];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var models = ModelStore.List(broken => WriteError(ErrorCatalogue.Record(broken, broken.Target)), WriteWarning);
        foreach (var name in Name)
        {
            var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
            var found = models.Where(model => pattern.IsMatch(model.Name)).ToList();
            if (found.Count == 0 && !WildcardPattern.ContainsWildcardCharacters(name))
                WriteError(
                    new ErrorRecord(new ItemNotFoundException($"There is no model '{name}'."), "ModelNotFound",
                        ErrorCategory.ObjectNotFound, name));
            WriteObject(found, enumerateCollection: true);
        }
    }
}
