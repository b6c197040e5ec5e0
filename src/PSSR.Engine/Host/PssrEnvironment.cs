using System.Diagnostics;
using System.Runtime.InteropServices;
using PSSR.Host.Gpus;
using PSSR.Host.Natives;

namespace PSSR.Host;

/// <summary>What PSSR runs on: the first thing to look at when it is slow or does not start.</summary>
public sealed record PssrEnvironment
{
    /// <summary>PSSR's own version.</summary>
    public static string Version { get; } = typeof(PssrEnvironment).Assembly.GetName().Version!.ToString(3);

    public string PssrVersion { get; init; } = Version;

    public string DotNet { get; init; } = RuntimeInformation.FrameworkDescription;

    public string OperatingSystem { get; init; } = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})";

    /// <summary>What calls libtorch.</summary>
    public string TorchProvider { get; init; } = NativeRuntime.Provider;

    /// <summary>libtorch's version; null when it can't be loaded.</summary>
    public string? TorchVersion { get; init; }

    /// <summary>The folder that libtorch is loaded from; null where there is none.</summary>
    public string? TorchFolder { get; init; } = RuntimeFolder.Current;

    /// <summary>Why the tensor library can't be used; null when it can.</summary>
    public string? TorchProblem { get; init; }

    /// <summary>Cores that this process may use, container limits included.</summary>
    public int Processors { get; init; } = Environment.ProcessorCount;

    /// <summary>Threads that the network computes with.</summary>
    public int Threads { get; init; }

    /// <summary>Vector instructions of this processor that matter for speed: avx2, avx512, avx512-bf16, amx-bf16.</summary>
    public IReadOnlyList<string> CpuFeatures { get; init; } = new ShownList<string>(Host.CpuFeatures.List());

    /// <summary>Whether a CUDA device can be used.</summary>
    public bool Cuda { get; init; }

    public int CudaDevices { get; init; }

    /// <summary>The GPUs that NVIDIA's driver names, whether or not this libtorch can use them (see <see cref="Cuda"/>).</summary>
    public IReadOnlyList<GpuDevice> Gpus { get; init; } = new ShownList<GpuDevice>(CudaDriver.Devices);

    /// <summary>Name and version of the picture library.</summary>
    public string ImageLibrary { get; init; } =
        $"ImageSharp {FileVersionInfo.GetVersionInfo(typeof(SixLabors.ImageSharp.Image).Assembly.Location).FileVersion}";

    /// <summary>Memory that this process may use, in bytes.</summary>
    public long MemoryBytes { get; init; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Looks at this machine; a library that can't be loaded is a finding, not an error.</summary>
    public static PssrEnvironment Collect()
    {
        var found = new PssrEnvironment();
        try
        {
            TorchThreads.Ensure();
            found = found with
            {
                TorchVersion = torch.__version__,
                Threads = torch.get_num_threads(),
                Cuda = torch.cuda.is_available(),
                CudaDevices = torch.cuda.device_count(),
            };
        }
        catch (Exception e)
        {
            found = found with { TorchProblem = e is PssrException ? e.Message : e.GetBaseException().Message };
        }
        return found;
    }

    /// <summary>The same as lines for a terminal.</summary>
    public IEnumerable<(string Name, string Value)> Lines() =>
    [
        ("PSSR", PssrVersion),
        (".NET", DotNet),
        ("System", OperatingSystem),
        ("Torch", TorchProblem ?? $"{TorchVersion} through {TorchProvider}"),
        ("Torch folder", TorchFolder ?? "none"),
        ("Images", ImageLibrary),
        ("Processors", $"{Processors}, {Threads} threads"),
        ("CPU features", CpuFeatures.Count == 0 ? "none of interest" : string.Join(", ", CpuFeatures)),
        ("CUDA", Cuda ? $"{CudaDevices} devices" : "no"),
        .. Gpus.Select(gpu => ("GPU", gpu.ToString())),
        ("Memory", $"{MemoryBytes >> 20} MiB"),
    ];
}
