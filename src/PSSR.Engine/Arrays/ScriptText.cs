using System.Globalization;

namespace PSSR.Arrays;

/// <summary>The text of a script.</summary>
internal static class ScriptText
{
    /// <summary>Its own lines end as a POSIX shell wants them, whatever it was compiled from; what is put in keeps each character, for
    /// a path may hold any that passes for the end of a line.</summary>
    public static string Of(FormattableString script) =>
        string.Format(CultureInfo.InvariantCulture, script.Format.ReplaceLineEndings("\n"), script.GetArguments());
}
