using System.Collections;
using System.Management.Automation;
using System.Management.Automation.Language;
using PSSR.Models.Catalogue;

namespace PSSR.Cmdlets.Completion;

/// <summary>Completes names of the catalogue of public models.</summary>
public sealed class CatalogueCompleter : IArgumentCompleter
{
    /// <inheritdoc/>
    public IEnumerable<CompletionResult> CompleteArgument(
        string commandName, string parameterName, string wordToComplete, CommandAst commandAst, IDictionary fakeBoundParameters) =>
        ModelCatalogue.All.Where(model => CompletedWord.Matches(wordToComplete, model.Name))
            .Select(model => CompletedWord.Result(model.Name, Tip(model)));

    private static string Tip(CatalogueModel model) =>
        $"{model.Task}, {model.Architecture}, {(model.Size is { } size ? $"{size}, " : "")}licence: {model.License}";
}
