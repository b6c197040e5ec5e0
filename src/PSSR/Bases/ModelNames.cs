using System.Management.Automation;
using PSSR.Models;

namespace PSSR.Cmdlets.Bases;

/// <summary>What a cmdlet's -Name means: one model by its name or folder, or by wildcards as many as fit.</summary>
internal static class ModelNames
{
    /// <param name="among">Which of the installed models wildcards are held against.</param>
    /// <returns>Nothing where wildcards fit none.</returns>
    /// <exception cref="PssrException">Kind Checkpoint: no such model, or its card can't be used.</exception>
    public static IReadOnlyList<InstalledModel> Find(PSCmdlet cmdlet, string name, Func<InstalledModel, bool> among)
    {
        if (!WildcardPattern.ContainsWildcardCharacters(name))
            return [ModelStore.Find(TypedOptions.NameOrFolder(cmdlet, name))];
        var models = ModelStore.List();
        // A card written by hand may have any name.
        var literal = models.Where(model => string.Equals(model.Name, name, StringComparison.OrdinalIgnoreCase)).ToList();
        var pattern = WildcardPattern.Get(name, WildcardOptions.IgnoreCase);
        return literal.Count > 0 ? literal : [.. models.Where(model => among(model) && pattern.IsMatch(model.Name))];
    }
}
