using System.Runtime.InteropServices;

namespace PSSR.Build;

/// <summary>Where things lie in the checkout.</summary>
internal sealed class Layout(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string Artifacts => At("artifacts");

    /// <summary>Which tensor library is in use, and why.</summary>
    public string TorchNote => At("artifacts", "torch.json");

    /// <summary>Native libraries of Torch=System, built from src/native.</summary>
    public string Native => At("artifacts", "native");

    public string CliFolder => At("artifacts", "pssr");
    public string Cli => Path.Combine(CliFolder, Executable("pssr"));
    public string ModuleBin => At("module", "bin");
    public string HelpPages => At("docs", "help");
    public string Models => At("models");
    public string ReferenceCases => At("tests", "reference");
    public string PesterFolder => At("tests", "pester");
    public string TestResults => At("artifacts", "test-results");

    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>What <c>dotnet build</c> leaves for an executable project (see Directory.Build.props).</summary>
    public string BuiltExecutable(string projectFolder, string name, string torch) =>
        Path.Combine(BuiltFolder(projectFolder, torch), Executable(name));

    public string BuiltFolder(string projectFolder, string torch) => At(projectFolder, "bin", torch, "Release", "net10.0");

    public string Relative(string path) => Path.GetRelativePath(Root, path);

    public static string Executable(string name) => OperatingSystem.IsWindows() ? name + ".exe" : name;

    /// <summary>libX.so, libX.dylib or X.dll.</summary>
    public static string SharedLibrary(string name) =>
        OperatingSystem.IsWindows() ? name + ".dll" : OperatingSystem.IsMacOS() ? $"lib{name}.dylib" : $"lib{name}.so";

    /// <summary>linux-x64, win-x64, osx-arm64 …: the portable identifier that native packages go by.</summary>
    public static string RuntimeIdentifier
    {
        get
        {
            var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
            return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
        }
    }
}
