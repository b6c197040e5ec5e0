using System.Runtime.InteropServices;
using PSSR.Host.Downloads;

namespace PSSR.Host.Natives;

/// <summary>A NuGet package with native libraries, as the package's own people published it.</summary>
/// <param name="Bytes">Of the .nupkg.</param>
/// <param name="Sha512">Of the whole .nupkg, its signature included, in base64 as NuGet writes it.</param>
public sealed record RuntimePackage(string Name, string Version, long Bytes, string Sha512)
{
    /// <summary>The platforms that PSSR is made for.</summary>
    public static IReadOnlyList<string> Platforms { get; } = ["win-x64", "linux-x64", "osx-arm64"];

    /// <summary>What libtorch computes on.</summary>
    public static IReadOnlyList<string> Backends { get; } = ["cpu", "cuda"];

    /// <summary>
    /// Parts of names of libraries that TorchSharp never loads: Python's, their tests, and backends that are plug-ins of Python's. libtorch
    /// itself needs none of them, as the tables of what its libraries need tell.
    /// </summary>
    public static IReadOnlyList<string> NeverLoaded { get; } =
        ["torch_python", "torch_global_deps", "libshm", "jitbackend_test", "torchbind_test", "backend_with_compiler", "nnapi_backend",
            "aoti_custom_ops"];

    /// <summary>This process's, as NuGet calls it: the libraries are loaded into it, and an emulated one isn't of the machine's kind. It
    /// may be none of <see cref="Platforms"/>.</summary>
    public static string ThisPlatform { get; } = (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + $"-{RuntimeInformation.ProcessArchitecture}".ToLowerInvariant();

    /// <summary>TorchSharp's version, which the libraries must have: it calls them.</summary>
    public static string BindingVersion => Binding.Version;

    private static RuntimePackage Binding { get; } = new("TorchSharp", "0.107.0", 3_345_464,
        "fPXVTF5bUGX7lQqSafcP2W9n3ehuFNKCch7JYghGnEDdDyjOMxtuk0/JJWNiwI82Cw4Lmx3HN7MCoSFFRZeWig==");

    private static RuntimePackage[] Torch { get; } =
    [
        new("libtorch-cpu-win-x64", "2.10.0", 79_854_046,
            "qvrEe8b8U1SPnsqShWgJ9gE/UfzFiq+QRPJdAegxwtEBgL/jZPQPvKAhqYkpEe5kb6AXCi840KDqvDaHQuAqEA=="),
        new("libtorch-cpu-linux-x64", "2.10.0", 128_200_806,
            "XjuaFwqqvwstyeUWyz/xtfhODesmagoPKO7T0VRmiW+r0pJwsXB/vHydA7it9xge36PSXW1qLyRRzvM3J8i9UA=="),
        new("libtorch-cpu-osx-arm64", "2.10.0", 56_910_439,
            "njbW4NbjnO3UYsZymJA5EA8kvFQZveW2rVS07QinYOxxgs6hyZFTI82zBDt0ix1yRRCZ+v+fm+pHXG37WKjyhA=="),
    ];

    internal ExpectedHash Hash => ExpectedHash.Sha512FromBase64(Sha512);

    internal string FileName => $"{Name.ToLowerInvariant()}.{Version}.nupkg";

    /// <summary>The packages of one platform.</summary>
    /// <exception cref="PssrException">Kind Option: there are none for it.</exception>
    public static IReadOnlyList<RuntimePackage> For(string platform, string backend)
    {
        if (!Backends.Contains(backend))
            throw new PssrException(PssrErrorKind.Option, $"Backend '{backend}': take {string.Join(" or ", Backends)}.", backend);
        if (!Platforms.Contains(platform))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"There is no libtorch for '{platform}' that PSSR knows; it is made for {string.Join(", ", Platforms)}.", platform);
        }
        if (backend == "cuda")
        {
            throw new PssrException(PssrErrorKind.Option, "libtorch for CUDA comes in parts that the .NET SDK joins: make PSSR's own "
                + "package with './build.sh pack -Torch cuda' on a machine whose NuGet source serves TorchSharp's CUDA packages.", backend);
        }
        return [Binding, Array.Find(Torch, package => package.Name == $"libtorch-{backend}-{platform}")!];
    }
}
