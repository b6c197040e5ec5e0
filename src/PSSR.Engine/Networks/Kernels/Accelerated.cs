using System.Runtime.Intrinsics.X86;
using PSSR.Networks.Packing;

namespace PSSR.Networks.Kernels;

/// <summary>What TorchSharp has no single call for.</summary>
internal static class Accelerated
{
    /// <summary>
    /// The same tensor in the layout that convolution is fastest in: channels last where oneDNN or cuDNN has kernels for it.
    /// x itself elsewhere.
    /// </summary>
    public static Tensor ConvolutionLayout(Tensor x) => x.is_cuda || Avx512F.IsSupported ? ChannelsLast(x) : x;

    /// <summary>Prepares a network for many evaluations; its weights stay, and must not change without a gradient as long as it is
    /// evaluated.</summary>
    public static void PackForInference(nn.Module network)
    {
        LayWeightsForConvolution(network);
        foreach (var packable in network.modules().OfType<IPackable>())
            packable.Pack();
    }

    /// <summary>
    /// Lays a network's convolution weights on the CPU as <see cref="ConvolutionLayout"/> does, once instead of at every call; and because
    /// a convolution gives its result in its weights' layout, what follows keeps it too. The values stay: such a network can be saved and
    /// trained.
    /// </summary>
    public static void LayWeightsForConvolution(nn.Module network)
    {
        if (!Avx512F.IsSupported)
            return;
        using var frozen = no_grad();
        foreach (var weight in network.modules().OfType<TorchSharp.Modules.Conv2d>().Select(convolution => convolution.weight))
        {
            if (weight.device_type != DeviceType.CPU)
                continue;
            using var laid = ChannelsLast(weight);
            weight.set_(laid);
        }
    }

    /// <summary>
    /// silu(group_norm(x)·(1 + scale) + shift), in float32 whatever the type of x; scale-shift and SiLU optional. One fused kernel for
    /// inference on the CPU, plain operations where a gradient is wanted or the tensor is on a GPU.
    /// </summary>
    /// <param name="x">[N,C,H,W], float32 or bfloat16; its type and layout are kept.</param>
    /// <param name="scale">float32 [N,C] or null, with <paramref name="shift"/>.</param>
    /// <param name="overwrite">x isn't needed any more: its memory may take the result.</param>
    public static Tensor GroupNormSiLU(Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift,
        bool silu, bool overwrite = false) => KernelEvents.Of("norm", () =>
        is_grad_enabled() || !FusedGroupNorm.Takes(x)
            ? PlainOperations.GroupNormSiLU(x, groups, weight, bias, eps, scale, shift, silu)
            : FusedGroupNorm.Run(x, groups, weight, bias, eps, scale, shift, silu, VectorPaths.Best, get_num_threads(),
                overwrite));

    /// <summary>TorchSharp has no call for it: permuted there, made dense and permuted back.</summary>
    private static Tensor ChannelsLast(Tensor x)
    {
        using var rows = x.permute(0, 2, 3, 1);
        using var dense = rows.contiguous();
        return dense.permute(0, 3, 1, 2);
    }
}
