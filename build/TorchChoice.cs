using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;

namespace PSSR.Build;

/// <summary>Which tensor library PSSR is built against, and why. Found once, kept in artifacts/torch.json; <c>setup</c> asks again.</summary>
/// <param name="Provider">System or TorchSharp: the MSBuild property Torch.</param>
/// <param name="Device">cpu or cuda: which native package TorchSharp takes.</param>
/// <param name="Reason">Shown after the choice.</param>
/// <param name="Circumstances">What the answer depended on; another value makes it stale.</param>
internal sealed partial record TorchChoice(string Provider, string Device, string Reason, string Circumstances)
{
    /// <summary>A source that answers slower than this counts as out of reach.</summary>
    private static readonly TimeSpan ManagedLimit = TimeSpan.FromSeconds(45);

    /// <summary>The native packages weigh hundreds of megabytes.</summary>
    private static readonly TimeSpan NativeLimit = TimeSpan.FromMinutes(20);

    [JsonIgnore]
    public bool IsSystem => Provider == "System";

    /// <summary>The native package's suffix: TorchSharp-cpu, TorchSharp-cuda-linux, TorchSharp-cuda-windows.</summary>
    [JsonIgnore]
    public string NativePackage => NativePackageFor(Device);

    /// <summary>The MSBuild properties that say it all.</summary>
    [JsonIgnore]
    public string[] Properties => IsSystem ? ["-p:Torch=System"] : ["-p:Torch=TorchSharp", $"-p:TorchPackage={NativePackage}"];

    public static TorchChoice Resolve(Layout layout, BuildRequest request)
    {
        var file = layout.TorchNote;
        var last = File.Exists(file) ? JsonSerializer.Deserialize<TorchChoice>(File.ReadAllText(file)) : null;
        var device = request.Device ?? last?.Device ?? "cpu";
        var circumstances = Digest(
            File.ReadAllText(layout.At("Directory.Packages.props")), Environment.GetEnvironmentVariable("PSSR_LIBTORCH") ?? "", device);

        TorchChoice choice;
        if (request.Torch is { } wanted) choice = Wanted(layout, new TorchChoice(wanted, device, "chosen with --torch", circumstances), last);
        else if (last?.Circumstances == circumstances && request.Verb != "setup") choice = last;
        else choice = Find(layout, device, circumstances);

        if (choice != last)
        {
            Directory.CreateDirectory(layout.Artifacts);
            File.WriteAllText(file, JsonSerializer.Serialize(choice));
        }

        Log.Line($"Torch={choice.Provider}: {choice.Reason}");
        return choice;
    }

    private static TorchChoice Wanted(Layout layout, TorchChoice wanted, TorchChoice? last)
    {
        if (wanted.IsSystem || wanted == last || Refusal(layout, wanted.NativePackage, NativeLimit) is not { } refusal) return wanted;
        throw new BuildStop(3, $"TorchSharp's packages can't be had: {refusal}.\nMake a NuGet source with the packages TorchSharp, "
            + $"TorchSharp-{wanted.NativePackage} and SixLabors.ImageSharp reachable (versions: Directory.Packages.props), or use --torch System.");
    }

    private static TorchChoice Find(Layout layout, string device, string circumstances)
    {
        TorchChoice System(string reason) => new("System", device, reason, circumstances);
        if (Environment.GetEnvironmentVariable("PSSR_LIBTORCH") is { Length: > 0 } folder)
            return System($"PSSR_LIBTORCH points to {folder}");
        if (Layout.RuntimeIdentifier is not ("linux-x64" or "win-x64" or "osx-arm64"))
            return System($"TorchSharp has no native package for {Layout.RuntimeIdentifier}; libtorch comes from the system");

        // The managed packages first: small, so a missing or silent source shows at once. Then the whole, downloads included.
        Log.Line("trying whether TorchSharp's packages can be restored");
        var refusal = Refusal(layout, "", ManagedLimit) ?? Refusal(layout, NativePackageFor(device), NativeLimit);
        return refusal is null
            ? new TorchChoice("TorchSharp", device, "its packages restore from the configured NuGet source", circumstances)
            : System($"TorchSharp's packages can't be had ({refusal}); libtorch and libvips come from the system");
    }

    /// <returns>Null when the engine restores with TorchSharp, else the first error, shortened.</returns>
    private static string? Refusal(Layout layout, string nativePackage, TimeSpan limit)
    {
        var result = new Command("dotnet", "restore", layout.At("src", "PSSR.Engine", "PSSR.Engine.csproj"), "-v", "quiet", "-nologo",
                "-p:Torch=TorchSharp", $"-p:TorchPackage={nativePackage}")
            .With("NUGET_ENHANCED_MAX_NETWORK_TRY_COUNT", "1")
            .Capture(limit: limit);
        if (result.ExitCode == 0) return null;
        if (result.TimedOut) return $"no answer within {limit.TotalSeconds:0} s";
        var error = NuGetError().Match(result.Output);
        return error.Success ? error.Value : "dotnet restore failed";
    }

    private static string NativePackageFor(string device) =>
        device == "cpu" ? "cpu" : OperatingSystem.IsWindows() ? "cuda-windows" : "cuda-linux";

    private static string Digest(params string[] texts) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', texts))));

    /// <summary>NuGet's code and the first sentence after it.</summary>
    [GeneratedRegex(@"NU\d{4}: [^.\r\n]+")]
    private static partial Regex NuGetError();
}
