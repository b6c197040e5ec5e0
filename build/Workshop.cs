using PSSR.Build.Help;

namespace PSSR.Build;

/// <summary>The build's targets. Each does first what it needs, at most once, and nothing when it is up to date.</summary>
internal sealed class Workshop(Layout layout, BuildRequest request)
{
    private static readonly string[] Common = ["Directory.Build.props", "Directory.Packages.props", "nuget.config", "src/PSSR.Engine"];

    private readonly Stamps _stamps = new(layout);
    private TorchChoice? _torch;
    private bool _nativeBuilt;

    /// <summary>The tensor library in use; the machine has what it needs.</summary>
    public TorchChoice Torch
    {
        get
        {
            if (_torch is not null) return _torch;
            var choice = TorchChoice.Resolve(layout, request);
            Prerequisites.Ensure(choice);
            return _torch = choice;
        }
    }

    /// <summary>artifacts/native, under Torch=System.</summary>
    public void BuildNative()
    {
        if (_nativeBuilt || !Torch.IsSystem) return;
        foreach (var project in Directory.EnumerateDirectories(layout.At("src", "native")).Order(StringComparer.Ordinal))
            BuildNative(Path.GetFileName(project));
        _nativeBuilt = true;
    }

    /// <summary>artifacts/pssr/pssr: an executable that needs the .NET 10 runtime.</summary>
    public void BuildCli() => Publish("cli", "src/PSSR.Cli", layout.CliFolder, layout.Cli);

    /// <summary>module/bin: what PSSR.psd1 loads, and its help.</summary>
    public void BuildModule()
    {
        Publish("module", "src/PSSR", layout.ModuleBin, Path.Combine(layout.ModuleBin, "PSSR.dll"), "src/PSSR.Loader");
        // A newer assembly brings a new folder, without help.
        var help = new HelpFiles(layout);
        _stamps.Make("help", [layout.Relative(layout.HelpPages), "build/Help"], "", [help.Output], help.Write);
    }

    /// <summary>Builds an executable project in place.</summary>
    /// <param name="folder">The project's folder, relative to the root.</param>
    /// <param name="inputs">Folders that it references beside the engine.</param>
    /// <returns>The executable's path.</returns>
    public string BuildExecutable(string folder, params string[] inputs)
    {
        BuildNative();
        var name = Path.GetFileName(folder);
        var executable = layout.BuiltExecutable(folder, name, Torch.Provider);
        _stamps.Make($"{name}.{Torch.Provider}", ManagedInputs([folder, .. inputs]), Facts, [executable], () =>
            Dotnet("build", folder).Quietly($"built {folder}"));
        CopyBeside(Path.GetDirectoryName(executable)!);
        return executable;
    }

    private string Facts => string.Join(' ', Torch.Properties);

    private IEnumerable<string> ManagedInputs(IEnumerable<string> folders) =>
        [.. Common, .. Torch.IsSystem ? ["src/PSSR.Torch"] : Array.Empty<string>(), .. folders];

    /// <summary>src/native/NAME makes libpssr_NAME.</summary>
    private void BuildNative(string name)
    {
        var library = Path.Combine(layout.Native, Layout.SharedLibrary($"pssr_{name}"));
        var libtorch = Environment.GetEnvironmentVariable("PSSR_LIBTORCH") ?? "";
        _stamps.Make($"native-{name}", [$"src/native/{name}"], libtorch, [library], () =>
        {
            var work = layout.At("artifacts", "cmake", name);
            if (Directory.Exists(work)) Directory.Delete(work, true);
            new Command("cmake", "-S", layout.At("src", "native", name), "-B", work, "-DCMAKE_BUILD_TYPE=Release",
                    $"-DCMAKE_LIBRARY_OUTPUT_DIRECTORY={layout.Native}")
                .Quietly($"configured src/native/{name}");
            new Command("cmake", "--build", work, "--parallel", Environment.ProcessorCount.ToString(), "--config", "Release")
                .Quietly($"built {layout.Relative(library)}");
        });
    }

    private void Publish(string target, string folder, string destination, string output, params string[] inputs)
    {
        BuildNative();
        _stamps.Make(target, ManagedInputs([folder, .. inputs]), Facts, [output], () =>
        {
            // Another provider's files would stay behind and be loaded.
            if (Directory.Exists(destination)) Directory.Delete(destination, true);
            var command = Torch.IsSystem
                ? Dotnet("publish", folder, "-o", destination)
                : Dotnet("publish", folder, "-o", destination, "-r", Layout.RuntimeIdentifier, "--self-contained", "false");
            command.Quietly($"built {layout.Relative(output)}");
        });
        CopyBeside(destination);
    }

    private Command Dotnet(string verb, string folder, params string[] more) =>
        new("dotnet", [verb, layout.At(folder), "-c", "Release", "-v", "quiet", "-nologo", "-clp:NoSummary", "-p:UseSharedCompilation=false", .. Torch.Properties, .. more]);

    /// <summary>
    /// The native libraries beside the assemblies, so that what is built can be moved as one folder; and the note of which tensor library it is
    /// and why, which Get-PssrEnvironment shows.
    /// </summary>
    private void CopyBeside(string destination)
    {
        CopyIfOther(layout.TorchNote, destination);
        if (!Torch.IsSystem) return;
        foreach (var library in Directory.EnumerateFiles(layout.Native)) CopyIfOther(library, destination);
    }

    private static void CopyIfOther(string source, string destination)
    {
        var (from, to) = (new FileInfo(source), new FileInfo(Path.Combine(destination, Path.GetFileName(source))));
        if (to.Exists && to.Length == from.Length && to.LastWriteTimeUtc == from.LastWriteTimeUtc) return;
        // Deleted first: overwriting a library in place would crash a process that has it loaded.
        to.Delete();
        from.CopyTo(to.FullName);
    }
}
