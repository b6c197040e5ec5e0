using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using PSSR.Host;

namespace PSSR.Networks.Kernels;

/// <summary>
/// silu(group_norm(x)·(1 + scale) + shift) in two passes over the tensors' own memory instead of six, without a gradient. Pieces are of
/// fixed size and joined in fixed order: the result doesn't depend on the number of threads.
/// </summary>
internal static unsafe class FusedGroupNorm
{
    /// <summary>Below this many values the other threads would be woken for nothing.</summary>
    private const long WorthSharing = 1 << 14;

    /// <summary>Whether these kernels are for such a tensor: float32 or bfloat16 [N,C,H,W] on the CPU.</summary>
    public static bool Takes(Tensor x) =>
        x.device_type == DeviceType.CPU && x.dim() == 4 && x.dtype is ScalarType.Float32 or ScalarType.BFloat16 && x.numel() > 0;

    /// <param name="x">What <see cref="Takes"/> takes; channels divide into the groups.</param>
    /// <param name="weight">[C], as bias.</param>
    /// <param name="scale">[N,C] or null, with <paramref name="shift"/>.</param>
    /// <param name="path">One that <see cref="VectorPaths.Best"/> is at least as wide as is fast; all give the same but for
    /// rounding.</param>
    /// <param name="workers">Most threads at once.</param>
    /// <param name="overwrite">The result takes x's memory, where x lies densely: a third less goes through the cache in the second
    /// pass.</param>
    /// <returns>Of x's type and layout; contiguous where x lies neither by planes nor channels last.</returns>
    public static Tensor Run(
        Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift, bool silu, VectorPath path,
        int workers, bool overwrite = false)
    {
        if (ActivationLayout.Of(x) is not { } layout)
        {
            using var dense = x.contiguous();
            return Run(dense, groups, weight, bias, eps, scale, shift, silu, path, workers, overwrite: true);
        }

        var y = overwrite ? x.alias() : empty_like(x);
        var lines = new LineMaker(layout, groups, eps, Numbers(weight), Numbers(bias), Numbers(scale), Numbers(shift));
        var (from, to, shared) = (Address(x), Address(y), x.numel() < WorthSharing ? 1 : workers);
        Action<nint, nint, LineMaker, bool, int> pass = (path, x.dtype == ScalarType.Float32) switch
        {
            (VectorPath.Vector512, true) => GroupNormPass<Lanes512, Vector512<float>, float>.Run,
            (VectorPath.Vector512, false) => GroupNormPass<Lanes512, Vector512<float>, ushort>.Run,
            (VectorPath.Vector256, true) => GroupNormPass<Lanes256, Vector256<float>, float>.Run,
            (VectorPath.Vector256, false) => GroupNormPass<Lanes256, Vector256<float>, ushort>.Run,
            (_, true) => GroupNormPass<ScalarLanes, float, float>.Run,
            (_, false) => GroupNormPass<ScalarLanes, float, ushort>.Run,
        };
        pass(from, to, lines, silu, shared);
        GC.KeepAlive(x);
        return y;
    }

    /// <summary>Where a tensor's first value lies. A view of one value, because a span of all of them would end at 2 GB.</summary>
    private static nint Address(Tensor x)
    {
        using var first = x.as_strided([1], [1]);
        return (nint)Unsafe.AsPointer(ref MemoryMarshal.GetReference(first.bytes));
    }

    [return: NotNullIfNotNull(nameof(x))]
    private static float[]? Numbers(Tensor? x)
    {
        if (x is null)
            return null;
        using var numbers = x.to(float32);
        return numbers.Values<float>();
    }
}
