using System.Management.Automation;
using System.Management.Automation.Language;

namespace PSSR.Cmdlets.Completion;

/// <summary>What completers share: the beginning of a word may be quoted, and what is put in its place must be where the shell would read
/// it otherwise.</summary>
internal static class CompletedWord
{
    /// <param name="typed">As it stands on the command line; wildcards are allowed.</param>
    public static bool Matches(string? typed, string offer) =>
        WildcardPattern.Get((typed ?? "").Trim('\'', '"') + "*", WildcardOptions.IgnoreCase).IsMatch(offer);

    public static CompletionResult Result(string offer, string tip)
    {
        var plain = offer.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or ':') && offer[0] != '-';
        return new CompletionResult(plain ? offer : $"'{CodeGeneration.EscapeSingleQuotedStringContent(offer)}'", offer,
            CompletionResultType.ParameterValue, tip);
    }
}
