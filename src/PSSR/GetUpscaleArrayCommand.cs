using System.Management.Automation;
using PSSR.Arrays.Status;
using PSSR.Cmdlets.Bases;

namespace PSSR.Cmdlets;

/// <summary>Tells where arrays stand: pictures, rate, time left, each shard, what failed, and what the engine says.</summary>
[Cmdlet(VerbsCommon.Get, "UpscaleArray")]
[OutputType(typeof(UpscaleArray))]
public sealed class GetUpscaleArrayCommand : ArrayCmdlet
{
    /// <inheritdoc/>
    protected override void Do(string folder)
    {
        var array = Work((_, _) => ArrayStatus.Of(folder));
        if (array.EngineProblem is { } problem)
            WriteVerbose(problem);
        WriteObject(array);
    }
}
