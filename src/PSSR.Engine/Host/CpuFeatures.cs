using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace PSSR.Host;

/// <summary>What the processor offers that decides how fast a network runs: bf16 pays where there are bf16 units.</summary>
internal static class CpuFeatures
{
    public static IReadOnlyList<string> List()
    {
        var found = new List<string>();
        Add("avx2", Avx2.IsSupported);
        Add("avx512", Avx512F.IsSupported);
        Add("neon", AdvSimd.IsSupported);
        if (X86Base.IsSupported && X86Base.CpuId(0, 0).Eax >= 7)
        {
            // Intel SDM vol. 2A, CPUID leaf 7: sub-leaf 1 EAX bit 5; sub-leaf 0 EDX bit 22. The runtime has no name for these.
            Add("avx512-bf16", Avx512F.IsSupported && Bit(X86Base.CpuId(7, 1).Eax, 5));
            Add("amx-bf16", Bit(X86Base.CpuId(7, 0).Edx, 22));
        }
        return found;

        void Add(string name, bool there)
        {
            if (there)
                found.Add(name);
        }

        static bool Bit(int register, int bit) => ((register >> bit) & 1) != 0;
    }
}
