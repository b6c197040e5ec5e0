using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Pictures;

/// <summary>
/// Colour and opacity apart, so that each can be upscaled by itself. Premultiplied colour has an edge wherever opacity has one; sharpened
/// by itself and divided by an opacity that was sharpened otherwise, it leaves a halo and a rim.
/// </summary>
public static class Transparency
{
    /// <summary>From this opacity on a pixel's own colour is believed; under it, the more its surroundings'.</summary>
    private const double Sure = 1.0 / 16;

    private const double Nothing = 1e-6;

    /// <summary>Colour as if nothing were transparent: what can be seen goes on under what can't, smoothly, from finer to coarser averages
    /// ("pull-push", Gortler et al. 1996, "The Lumigraph").</summary>
    /// <param name="premultiplied">float32 [1,3,H,W] in [0,1], as <see cref="ImageTensor.FromRaster"/> gives it.</param>
    /// <param name="alpha">float32 [1,1,H,W] in [0,1].</param>
    /// <returns>float32 [1,3,H,W] in [0,1]; where all is transparent the colour as it is. The caller disposes it.</returns>
    public static Tensor Spread(Tensor premultiplied, Tensor alpha) =>
        IsVisible(alpha) ? Filled(premultiplied, alpha) : premultiplied.alias();

    /// <summary>What <see cref="ImageTensor.ToRaster"/> takes: colour premultiplied, unless all is transparent.</summary>
    /// <returns>float32 [1,3,H,W], which the caller disposes.</returns>
    public static Tensor Premultiplied(Tensor colour, Tensor? alpha) =>
        alpha is not null && IsVisible(alpha) ? colour.mul(alpha) : colour.alias();

    /// <summary>An opacity by MATLAB's bicubic, which adds none of its own where the low-resolution one is flat.</summary>
    /// <param name="alpha">float32 [1,1,h,w] in [0,1].</param>
    /// <returns>float32 [1,1,H,W] in [0,1], which the caller disposes.</returns>
    public static Tensor Bicubic(Tensor alpha, int height, int width)
    {
        using var large = Resampling.Resize(alpha, height, width, ResamplingKernel.MatlabBicubic);
        return Bounded(large, alpha);
    }

    /// <summary>An enlarged opacity, kept between the least and the most of the low-resolution pixels around: whatever enlarged it, what
    /// was quite opaque stays so, and nothing rings.</summary>
    /// <param name="large">float32 [1,1,H,W].</param>
    /// <param name="alpha">float32 [1,1,h,w] in [0,1].</param>
    /// <returns>float32 [1,1,H,W] in [0,1], which the caller disposes.</returns>
    public static Tensor Bounded(Tensor large, Tensor alpha)
    {
        using var scope = torch.NewDisposeScope();
        long[] around = [3, 3], one = [1, 1], size = [large.shape[2], large.shape[3]];
        var most = F.interpolate(F.max_pool2d(alpha, around, one, one), size, null, InterpolationMode.Nearest);
        var least = F.interpolate(F.max_pool2d(alpha.neg(), around, one, one), size, null, InterpolationMode.Nearest).neg();
        return torch.minimum(torch.maximum(large, least), most).MoveToOuterDisposeScope();
    }

    private static bool IsVisible(Tensor alpha)
    {
        using var most = alpha.max();
        return most.Value() > 0;
    }

    private static Tensor Filled(Tensor colour, Tensor alpha)
    {
        using var scope = torch.NewDisposeScope();
        var straight = colour / alpha.clamp_min(Kept.Of(Nothing));
        if (alpha.min().Value() >= Sure || alpha.shape[2] * alpha.shape[3] == 1)
            return straight.MoveToOuterDisposeScope();
        var coarse = Filled(Halved(colour), Halved(alpha));
        var around = F.interpolate(coarse, new long[] { alpha.shape[2], alpha.shape[3] }, mode: InterpolationMode.Bilinear,
            align_corners: false);
        var trust = (alpha / Kept.Of(Sure)).clamp_max(Kept.Of(1));
        return torch.lerp(around, straight, trust).MoveToOuterDisposeScope();
    }

    /// <summary>Where the size is odd, the last pixels are averages of what there is.</summary>
    private static Tensor Halved(Tensor x) => F.avg_pool2d(x, [2, 2], [2, 2], ceil_mode: true);
}
