using System.Management.Automation;
using PSSR.Host;

namespace PSSR.Cmdlets;

/// <summary>Runs when the module is imported, before any cmdlet can load libtorch.</summary>
public sealed class ModuleStart : IModuleAssemblyInitializer
{
    /// <inheritdoc/>
    public void OnImport() => NativeRuntime.Prepare();
}
