namespace PSSR;

/// <summary>What one provider can do faster than the other. This file: TorchSharp, which has no fused kernels.</summary>
internal static class Accelerated
{
    /// <inheritdoc cref="Accelerated"/>
    public const string Provider = "TorchSharp";

    /// <summary>Not asked of TorchSharp: its oneDNN decides by itself, and float32 is the safe answer.</summary>
    public static bool Bf16IsFast => false;

    /// <summary>The same tensor with the strides of [N,H,W,C]: TorchSharp has no call for it, permuting there and back does it.</summary>
    public static Tensor ChannelsLast(Tensor x)
    {
        using var rows = x.permute(0, 2, 3, 1);
        using var dense = rows.contiguous();
        return dense.permute(0, 3, 1, 2);
    }

    /// <summary>silu(group_norm(x)·(1 + scale) + shift) by plain operations.</summary>
    public static Tensor GroupNormSiLU(Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift, bool silu) =>
        PlainOperations.GroupNormSiLU(x, groups, weight, bias, eps, scale, shift, silu);
}
