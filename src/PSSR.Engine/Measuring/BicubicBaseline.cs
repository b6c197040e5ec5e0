using PSSR.Host;
using PSSR.Metrics;
using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>What bicubic makes of the picture that a result was made from: the numbers that every result has to be better than.</summary>
public static class BicubicBaseline
{
    /// <param name="preset">Measures it as the result.</param>
    /// <param name="input">The picture that the result was made from; null where nobody knows.</param>
    /// <param name="truth">Its size is what the picture is brought to.</param>
    /// <param name="scale">Target size over source size; null where nobody knows.</param>
    /// <param name="lpips">Null leaves LPIPS out.</param>
    /// <returns>Null where the input isn't there or can't be read, or the preset needs a scale.</returns>
    public static IReadOnlyList<MetricValue>? Measure(
        MetricPreset preset, string? input, RasterImage truth, double? scale, Lpips? lpips = null,
        CancellationToken cancellation = default)
    {
        return preset.Border is null && scale is null ? null
            : Measure(input, truth.Width, truth.Height, plain => preset.Measure(plain, truth, scale ?? 1, lpips, [], cancellation));
    }

    /// <param name="input">The picture that a result was made from; null where nobody knows.</param>
    /// <param name="width">The result's width in pixels, which the picture is brought to.</param>
    /// <param name="height">The result's height.</param>
    /// <param name="measure">Measures bicubic's picture.</param>
    /// <returns>Null where the input isn't there or can't be read, or its enlargement can't be measured.</returns>
    internal static IReadOnlyList<MetricValue>? Measure(
        string? input, int width, int height, Func<RasterImage, IReadOnlyList<MetricValue>> measure)
    {
        if (!File.Exists(input))
            return null;
        try
        {
            return measure(Enlarged(ImageCodec.Read(input), width, height));
        }
        catch (PssrException e) when (e.Kind is PssrErrorKind.Image or PssrErrorKind.Option)
        {
            return null;
        }
    }

    private static RasterImage Enlarged(RasterImage low, int width, int height)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = ImageTensor.FromRaster(low);
        // As the method itself does it: colour as if all were opaque, and opacity by itself.
        var large = Resampling.Resize(alpha is null ? colour : Transparency.Spread(colour, alpha), height, width,
            ResamplingKernel.MatlabBicubic).clamp_(Kept.Of(0), Kept.Of(1));
        var opacity = alpha is null ? null : Transparency.Bicubic(alpha, height, width);
        return ImageTensor.ToRaster(Transparency.Premultiplied(large, opacity), opacity, low);
    }
}
