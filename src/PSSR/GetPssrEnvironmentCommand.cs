using System.Management.Automation;
using PSSR.Host;

namespace PSSR.Cmdlets;

/// <summary>Shows what PSSR runs on: versions, which torch, threads, processor features, CUDA, picture library.</summary>
[Cmdlet(VerbsCommon.Get, "PssrEnvironment")]
[OutputType(typeof(PssrEnvironment))]
public sealed class GetPssrEnvironmentCommand : PSCmdlet
{
    /// <inheritdoc/>
    protected override void EndProcessing() => WriteObject(PssrEnvironment.Collect());
}
