using PSSR.Host;
using PSSR.Networks.Kernels;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>The small parts that blocks are put together from.</summary>
internal static class Layers
{
    /// <summary>A convolution that keeps the size at stride 1, with the library's initial weights.</summary>
    public static Conv2d Convolution(int inChannels, int outChannels, ScalarType type, Device device, int kernel = 3, int stride = 1) =>
        torch.nn.Conv2d(inChannels, outChannels, kernel, stride: stride, padding: kernel / 2, device: device, dtype: type);

    /// <summary>The same convolution with weights 0: a residual branch that starts as nothing trains better (Goyal et al. 2017).</summary>
    public static Conv2d Zeroed(Conv2d convolution)
    {
        using var noGradient = torch.no_grad();
        convolution.weight.zero_();
        convolution.bias!.zero_();
        return convolution;
    }

    /// <summary>The same convolution with its initial weights scaled and its bias 0.</summary>
    public static Conv2d Scaled(Conv2d convolution, double scale = 1)
    {
        using var noGradient = torch.no_grad();
        convolution.weight.mul_(Kept.Of(scale));
        convolution.bias!.zero_();
        return convolution;
    }

    /// <summary>Twice the size by nearest neighbour.</summary>
    public static Tensor NearestDouble(Tensor x) => KernelEvents.Of("resize", () =>
        F.interpolate(x, new long[] { x.shape[2] * 2, x.shape[3] * 2 }, null, InterpolationMode.Nearest));

    /// <summary>h with x added, in place; x may be one value a channel.</summary>
    public static Tensor Add(Tensor h, Tensor x) => KernelEvents.Of("add", () => h.add_(x, Kept.One));

    /// <summary>The channels of both, a's first.</summary>
    public static Tensor Join(Tensor a, Tensor b) => KernelEvents.Of("join", () => torch.cat(new[] { a, b }, 1));

    /// <summary>x where positive, 0.2·x elsewhere (leaky ReLU as RRDB has it); [N,C,H,W] like x, and without a gradient in x's own
    /// memory.</summary>
    public static Tensor LeakyRelu(Tensor x) => KernelEvents.Of("activation",
        () => torch.is_grad_enabled() ? x.leaky_relu(Kept.Of(0.2)) : x.alias().leaky_relu_(Kept.Of(0.2)));

    /// <summary>The next layer's result; its input is freed at once, not at the scope's end, so that a block holds few activations at a
    /// time.</summary>
    public static Tensor Then(Tensor x, Func<Tensor, Tensor> layer)
    {
        using (x)
            return layer(x);
    }
}
