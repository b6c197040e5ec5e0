using System.Globalization;

namespace PSSR.Host.Gpus;

/// <summary>A GPU as NVIDIA's driver describes it.</summary>
/// <param name="Index">N of the device word <c>cuda:N</c>; CUDA_VISIBLE_DEVICES counts.</param>
/// <param name="Name">As the maker calls it.</param>
/// <param name="MemoryBytes">All of it, in use or not.</param>
/// <param name="Capability">Compute capability, such as 8.0: from 8.0 on there is bfloat16, from 7.0 on half precision is fast.</param>
public sealed record GpuDevice(int Index, string Name, long MemoryBytes, Version Capability)
{
    /// <summary>As a line of the environment shows it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"cuda:{Index} {Name}, {MemoryBytes >> 20} MiB, capability {Capability}");
}
