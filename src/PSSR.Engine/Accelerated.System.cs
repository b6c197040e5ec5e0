using System.Runtime.Intrinsics.X86;
using F = TorchSharp.torch.nn.functional;

namespace PSSR;

/// <summary>What one provider can do faster than the other. This file: PSSR.Torch, over the distribution's libtorch.</summary>
internal static class Accelerated
{
    /// <summary>Name of the provider, for run records and <c>Get-PssrEnvironment</c>.</summary>
    public const string Provider = "System";

    /// <summary>
    /// The same tensor in the layout that convolution is fastest in; the layers after it keep it. oneDNN has channels-last kernels for AVX-512; on
    /// AVX2 it is the slower of the two (FFHQ prior, 256×256: 3.7 s against 3.5 s).
    /// </summary>
    public static Tensor ConvolutionLayout(Tensor x) => x.is_cuda || Avx512F.IsSupported ? x.ToChannelsLast() : x;

    /// <summary>
    /// Makes a network's convolutions ready for many evaluations on the CPU: weights are reordered once instead of at every call. They can't be read,
    /// copied, moved or trained afterwards.
    /// </summary>
    public static void PackConvolutions(nn.Module network)
    {
        foreach (var convolution in network.modules().OfType<TorchSharp.Modules.Conv2d>())
        {
            if (!convolution.weight.is_cuda) convolution.PackWeight();
        }
    }

    /// <summary>x where positive, slope·x elsewhere, in one pass.</summary>
    public static Tensor LeakyRelu(Tensor x, double slope) => F.leaky_relu(x, slope);

    /// <summary>
    /// silu(group_norm(x)·(1 + scale) + shift), in float32 whatever the type of x; scale-shift and SiLU optional. One fused kernel for inference
    /// on the CPU, plain operations where a gradient is wanted or the tensor is on a GPU.
    /// </summary>
    /// <param name="x">[N,C,H,W], float32 or bfloat16; its type and layout are kept.</param>
    /// <param name="scale">float32 [N,C] or null, with <paramref name="shift"/>.</param>
    public static Tensor GroupNormSiLU(Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift, bool silu)
    {
        if (is_grad_enabled() || x.is_cuda) return PlainOperations.GroupNormSiLU(x, groups, weight, bias, eps, scale, shift, silu);
        return F.GroupNormSiLU(x, groups, weight, bias, eps, scale, shift, silu);
    }
}
