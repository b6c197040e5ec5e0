using System.Reflection;
using System.Runtime.Loader;

namespace PSSR.Loader;

/// <summary>
/// PSSR's own load context: what lies in module/bin is loaded from there, whatever version of it the shell or another module has brought;
/// everything else (the runtime, System.Management.Automation) is shared with the shell.
/// </summary>
public sealed class ModuleLoadContext : AssemblyLoadContext
{
    private static ModuleLoadContext? _instance;

    private readonly string _folder;

    private ModuleLoadContext(string folder) : base("PSSR") => _folder = folder;

    /// <summary>The assembly with the cmdlets; loaded once a process, so that a second import finds the same types.</summary>
    /// <param name="folder">Full path of module/bin.</param>
    public static Assembly LoadModule(string folder)
    {
        _instance ??= new ModuleLoadContext(folder);
        return _instance.LoadFromAssemblyPath(Path.Join(_instance._folder, "PSSR.dll"));
    }

    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Join(_folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    /// <summary>The libraries that lie beside the assemblies, under this platform's name for them; null leaves the rest to the
    /// system.</summary>
    protected override nint LoadUnmanagedDll(string unmanagedDllName)
    {
        string[] names = OperatingSystem.IsWindows() ? [unmanagedDllName, $"{unmanagedDllName}.dll"]
            : OperatingSystem.IsMacOS() ? [unmanagedDllName, $"lib{unmanagedDllName}.dylib"]
            : [unmanagedDllName, $"lib{unmanagedDllName}.so"];
        return Array.Find(names, name => File.Exists(Path.Join(_folder, name))) is { } found
            ? LoadUnmanagedDllFromPath(Path.Join(_folder, found)) : 0;
    }
}
