using System.Management.Automation;

namespace PSSR.Cmdlets.Bases;

/// <summary>What the shell was told about questions.</summary>
internal static class ShellQuestion
{
    /// <summary>Nothing is to be done, only told: by -WhatIf, or by the shell's preference.</summary>
    public static bool IsWhatIf(PSCmdlet cmdlet) => IsTrue(cmdlet, "WhatIf", cmdlet.GetVariableValue("WhatIfPreference"));

    /// <summary>-Confirm was typed, whatever the preference.</summary>
    public static bool IsConfirmed(PSCmdlet cmdlet) => IsTrue(cmdlet, "Confirm", otherwise: false);

    private static bool IsTrue(PSCmdlet cmdlet, string parameter, object? otherwise) =>
        LanguagePrimitives.IsTrue(cmdlet.MyInvocation.BoundParameters.TryGetValue(parameter, out var given) ? given : otherwise);
}
