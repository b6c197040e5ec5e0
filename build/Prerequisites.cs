using System.Diagnostics;

namespace PSSR.Build;

/// <summary>
/// What Torch=System needs of the machine. Debian and Ubuntu, as root: installed here. Anywhere else: said exactly, and the program stops.
/// Torch=TorchSharp needs nothing.
/// </summary>
internal static class Prerequisites
{
    /// <summary>make comes along because cmake only recommends it and recommended packages are left out.</summary>
    private static readonly string[] Compilers = ["cmake", "make", "g++"];

    private static readonly string[] SystemTorch = ["libtorch-dev", "libopenblas0-pthread"];
    private static readonly string[] Images = ["libvips-dev"];

    /// <exception cref="BuildStop">Exit code 3: something is missing and the user has to install it.</exception>
    public static void Ensure(TorchChoice choice)
    {
        if (!choice.IsSystem) return;
        var ownTorch = Environment.GetEnvironmentVariable("PSSR_LIBTORCH") is { Length: > 0 };
        if (File.Exists("/usr/bin/dpkg-query")) EnsureDebian([.. Compilers, .. ownTorch ? [] : SystemTorch, .. Images]);
        else EnsureElsewhere(ownTorch);
    }

    private static void EnsureDebian(string[] wanted)
    {
        var missing = Missing(wanted);
        if (missing.Length == 0) return;
        var line = $"apt-get install -y --no-install-recommends {string.Join(' ', missing)}";
        if (!Environment.IsPrivilegedProcess)
            throw new BuildStop(3, $"PSSR needs these packages. Install them, then run this again:\n\n    sudo {line}\n");

        Log.Line($"installing {string.Join(' ', missing)}");
        Log.Line($"running {line}");
        var clock = Stopwatch.StartNew();
        var result = HasPackageLists() ? Apt(["install", "-y", "--no-install-recommends", .. missing]) : null;
        if (result is not { ExitCode: 0 })
        {
            // No lists, or lists so old that they name files which the mirror no longer has.
            Log.Line("running apt-get update");
            var update = Apt(["update"]);
            if (update.ExitCode != 0) throw new BuildStop(3, $"{update.Output}\napt-get update failed; PSSR needs: {line}");
            result = Apt(["install", "-y", "--no-install-recommends", .. missing]);
        }

        if (result.ExitCode != 0) throw new BuildStop(3, $"{result.Output}\nThe installation failed; PSSR needs: {line}");
        if (Missing(wanted) is { Length: > 0 } still) throw new BuildStop(3, $"apt-get ended well, but these are not installed: {string.Join(' ', still)}");
        Log.Line($"installed ({clock.Elapsed.TotalSeconds:0} s)");
    }

    private static string[] Missing(string[] wanted)
    {
        var installed = new Command("dpkg-query", ["-W", "-f=${Package} ${db:Status-Status}\\n", .. wanted]).Capture().Output
            .Split('\n').Where(l => l.EndsWith(" installed", StringComparison.Ordinal)).Select(l => l.Split(' ')[0]).ToHashSet();
        return [.. wanted.Where(w => !installed.Contains(w))];
    }

    private static bool HasPackageLists() =>
        Directory.Exists("/var/lib/apt/lists") && Directory.EnumerateFiles("/var/lib/apt/lists", "*_Packages*").Any();

    private static CommandResult Apt(string[] arguments) =>
        new Command("apt-get", [.. arguments, "-q"]).With("DEBIAN_FRONTEND", "noninteractive").Capture();

    private static void EnsureElsewhere(bool ownTorch)
    {
        var missing = new List<string>();
        if (!Runs("cmake", "--version")) missing.Add("cmake 3.18 or newer");
        if (!Runs("c++", "--version")) missing.Add("a C++17 compiler (c++ on PATH)");
        if (!Runs("pkg-config", "--exists", "vips")) missing.Add("libvips 8.12 or newer with its headers, and pkg-config");
        if (!ownTorch) missing.Add("libtorch 1.13 or newer with its headers: set PSSR_LIBTORCH to its folder (https://pytorch.org, 'LibTorch', C++11 ABI)");
        if (missing.Count > 0)
            throw new BuildStop(3, $"""
                Torch=System needs on this machine, and this program can't install it here:
                    {string.Join("\n    ", missing)}
                Or make a NuGet source with the packages TorchSharp, TorchSharp-cpu and SixLabors.ImageSharp reachable and run setup again.
                """);
    }

    private static bool Runs(string program, params string[] arguments) => new Command(program, arguments).Capture().ExitCode == 0;
}
