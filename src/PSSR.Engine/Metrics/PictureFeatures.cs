using PSSR.Host;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>What a feature extractor says of one picture, as a row of numbers: what set metrics are made of.</summary>
internal static class PictureFeatures
{
    /// <summary>One picture's features, or class scores.</summary>
    /// <param name="pooled">Maps of features are averaged over their places.</param>
    internal static double[] Of(IFeatureExtractor extractor, RasterImage picture, bool pooled)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var features = extractor.Extract(ImageTensor.OnWhite(picture)).cpu().to(torch.float64);
        var flat = features.shape switch
        {
            [1, > 0] => features,
            [1, > 0, 1, 1] => features.flatten(1),
            [1, > 0, > 0, > 0] when pooled => features.mean([2, 3]),
            var shape => throw new PssrException(PssrErrorKind.Option,
                $"'{extractor.Name}' gives [{string.Join(", ", shape)}] for a picture; "
                + $"{(pooled ? "features are [1, D] or [1, D, H, W]" : "class scores are [1, classes]")}.", extractor.Name),
        };
        return flat.Values<double>();
    }
}
