using System.Management.Automation;
using PSSR.Arrays;
using PSSR.Arrays.Status;
using PSSR.Cmdlets.Bases;

namespace PSSR.Cmdlets;

/// <summary>Stops arrays: what is in work is given back within one network evaluation, what waits never begins.</summary>
[Cmdlet(VerbsLifecycle.Stop, "UpscaleArray", SupportsShouldProcess = true)]
[OutputType(typeof(UpscaleArray))]
public sealed class StopUpscaleArrayCommand : ArrayCmdlet
{
    /// <inheritdoc/>
    protected override void Do(string folder)
    {
        if (!ShouldProcess(folder, "Stop"))
            return;
        Warn(Work((_, _) => ArraySubmitter.Stop(folder)));
        WriteObject(Work((_, _) => ArrayStatus.Of(folder)));
    }
}
