using System.Runtime.Intrinsics;

namespace PSSR.Networks.Kernels;

/// <summary>How many values a kernel handles at a time: 1, 8 or 16.</summary>
internal enum VectorPath { Scalar, Vector256, Vector512 }

/// <summary>The widest path that the processor has registers for.</summary>
internal static class VectorPaths
{
    public static VectorPath Best { get; } =
        Vector512.IsHardwareAccelerated ? VectorPath.Vector512 : Vector256.IsHardwareAccelerated ? VectorPath.Vector256 : VectorPath.Scalar;
}
