using System.Reflection;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace PSSR.Host.Natives;

/// <summary>Where libtorch is: beside PSSR's assemblies, as built and in packages with natives; else where Install-PssrRuntime put
/// it.</summary>
public static class RuntimeFolder
{
    /// <summary>TorchSharp's own library, which brings all others along.</summary>
    private const string Binding = "LibTorchSharp";

    private static int _offered;

    /// <summary>PSSR_RUNTIME, or <c>pssr/runtime</c> in the user's local application data. It may not exist yet.</summary>
    public static string Root => Environment.GetEnvironmentVariable("PSSR_RUNTIME") is { Length: > 0 } given
        ? Path.GetFullPath(given)
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "pssr", "runtime");

    /// <summary>The folder that libtorch is loaded from; null where there is none.</summary>
    public static string? Current => Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, FileName(Binding))));

    /// <summary>What to type where there is none.</summary>
    internal static string Remedy => Assembly.GetEntryAssembly()?.GetName().Name == "pssr" ? "pssr runtime install" : "Install-PssrRuntime";

    /// <summary>Has TorchSharp's libraries found there. Nothing happens the second time.</summary>
    internal static void Offer()
    {
        if (Interlocked.Exchange(ref _offered, 1) == 0)
            AssemblyLoadContext.GetLoadContext(typeof(RuntimeFolder).Assembly)!.ResolvingUnmanagedDll += Resolve;
    }

    /// <summary>The folder of one version, backend and platform, whether it is there or not.</summary>
    internal static string In(string root, string platform, string backend) =>
        Path.Combine(root, $"{RuntimePackage.BindingVersion}-{backend}-{platform}");

    /// <summary>Loads what a folder has, by its whole path: TorchSharp asks for it by name, and a libtorch of the system's (Debian's
    /// python3-torch) would come before ours. What is loaded already is found by name first.</summary>
    /// <exception cref="DllNotFoundException">It can't be loaded; the message says what is missing.</exception>
    /// <exception cref="BadImageFormatException">It is for another platform.</exception>
    internal static nint Load(string folder, string library = Binding)
    {
        // libtorch for macOS names OpenMP by a path of the machine that it was built on; one that is there already is taken instead.
        if (OperatingSystem.IsMacOS())
            NativeLibrary.TryLoad(Path.Combine(folder, "libomp.dylib"), out _);
        return NativeLibrary.Load(Path.Combine(folder, FileName(library)));
    }

    private static nint Resolve(Assembly asker, string library) =>
        asker.GetName().Name == "TorchSharp" && Current is { } folder && File.Exists(Path.Combine(folder, FileName(library)))
            ? Load(folder, library) : 0;

    private static IEnumerable<string> Candidates()
    {
        if (Path.GetDirectoryName(typeof(RuntimeFolder).Assembly.Location) is { Length: > 0 } beside)
        {
            yield return beside;
            yield return Path.Combine(beside, "runtimes", RuntimePackage.ThisPlatform, "native");
        }
        foreach (var backend in RuntimePackage.Backends)
            yield return In(Root, RuntimePackage.ThisPlatform, backend);
    }

    private static string FileName(string library) => Path.HasExtension(library) ? library
        : OperatingSystem.IsWindows() ? $"{library}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";
}
