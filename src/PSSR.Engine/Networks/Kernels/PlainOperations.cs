using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks.Kernels;

/// <summary>The differentiable, device-independent form of what <see cref="Accelerated"/> fuses; also the truth that its kernels are tested
/// against.</summary>
internal static class PlainOperations
{
    /// <summary>silu(group_norm(x)·(1 + scale) + shift): computed in float32 and returned in the type of x.</summary>
    public static Tensor GroupNormSiLU(Tensor x, long groups, Tensor weight, Tensor bias, double eps, Tensor? scale, Tensor? shift,
        bool silu)
    {
        var type = x.dtype;
        var y = F.group_norm(x.to(float32), groups, weight, bias, eps);
        if (scale is not null && shift is not null)
            y = (y * scale.unsqueeze(2).unsqueeze(3).Plus(1)).Plus(shift.unsqueeze(2).unsqueeze(3));
        if (silu) y = y.silu();
        return y.to(type);
    }
}
