namespace PSSR.Build.Help;

/// <summary>A cmdlet as its assembly declares it.</summary>
/// <param name="Class">Full name of its class, which the XML comments go by.</param>
/// <param name="Outputs">Full names of the types that it puts out; System.Void for none.</param>
internal sealed record CmdletInfo(
    string Verb, string Noun, string Class, string? DefaultSet, bool ShouldProcess, IReadOnlyList<string> Outputs, IReadOnlyList<ParameterInfo> Parameters)
{
    public const string AllSets = "__AllParameterSets";

    public string Name => $"{Verb}-{Noun}";

    /// <summary>The names of its parameter sets, the default one first; one that stands for all where nothing names any.</summary>
    public IReadOnlyList<string> Sets
    {
        get
        {
            var named = Parameters.SelectMany(p => p.Uses).Select(u => u.Set).Where(s => s != AllSets).Distinct().OrderByDescending(s => s == DefaultSet).ToList();
            return named.Count > 0 ? named : [AllSets];
        }
    }
}

/// <summary>A parameter.</summary>
/// <param name="DeclaredIn">Full name of the class that declares it; it may be a base class.</param>
/// <param name="Type">As people write it: String[], Double, SwitchParameter.</param>
/// <param name="Values">What it takes, where that is a set; else empty.</param>
/// <param name="Range">What it takes, where that is a range of numbers, in words.</param>
internal sealed record ParameterInfo(
    string Name, string DeclaredIn, string Type, IReadOnlyList<ParameterUse> Uses, IReadOnlyList<string> Aliases, IReadOnlyList<string> Values, string? Range, bool Wildcards);

/// <summary>How a parameter stands in one parameter set, or in all.</summary>
/// <param name="Position">From 0; null for a named one.</param>
internal sealed record ParameterUse(string Set, bool Mandatory, int? Position, bool FromPipeline, bool FromPipelineByName);
