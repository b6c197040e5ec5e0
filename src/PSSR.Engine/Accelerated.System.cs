using F = TorchSharp.torch.nn.functional;

namespace PSSR;

/// <summary>What one provider can do faster than the other. This file: PSSR.Torch, over the distribution's libtorch.</summary>
internal static class Accelerated
{
    /// <summary>Name of the provider, for run records and <c>Get-PssrEnvironment</c>.</summary>
    public const string Provider = "System";

    /// <summary>Whether this processor multiplies bfloat16 in hardware. Without it libtorch's bf16 convolution is many times slower than float32.</summary>
    public static bool Bf16IsFast { get; } = ReadCpuFlags() is { } flags && (flags.Contains("avx512_bf16") || flags.Contains("amx_bf16") || flags.Contains("bf16"));

    /// <summary>The same tensor stored with channels fastest, the layout in which libtorch's CPU convolution needs no reordering.</summary>
    public static Tensor ChannelsLast(Tensor x) => x.ToChannelsLast();

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

    private static HashSet<string>? ReadCpuFlags()
    {
        if (!File.Exists("/proc/cpuinfo")) return null;
        var line = File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("flags", StringComparison.Ordinal) || l.StartsWith("Features", StringComparison.Ordinal));
        return line is null ? null : [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries)];
    }
}
