using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>The true picture as a result can be compared with.</summary>
internal static class Truth
{
    /// <summary>
    /// The true picture in the result's size. A picture whose sides aren't multiples of the scale comes back a little smaller: then the
    /// truth loses its right and bottom edges, as the papers crop it.
    /// </summary>
    /// <param name="scale">Target size over source size; null where nobody knows, and then nothing is cut.</param>
    /// <returns>Null where the sizes differ by more than that.</returns>
    public static RasterImage? InSizeOf(RasterImage result, RasterImage truth, double? scale) =>
        InSize(result.Width, result.Height, truth, scale);

    /// <inheritdoc cref="InSizeOf"/>
    public static RasterImage? InSize(int width, int height, RasterImage truth, double? scale)
    {
        var (right, bottom) = (truth.Width - width, truth.Height - height);
        if ((right, bottom) == (0, 0))
            return truth;
        // What is left of a side over the scale, and half a pixel of rounding.
        var most = scale + 0.5;
        return right >= 0 && bottom >= 0 && right < most && bottom < most ? Cut(truth, width, height) : null;
    }

    private static RasterImage Cut(RasterImage image, int width, int height)
    {
        var samples = Array.CreateInstance(image.Samples.GetType().GetElementType()!, width * height * image.Channels);
        for (var y = 0; y < height; y++)
            Array.Copy(image.Samples, (long)y * image.Width * image.Channels, samples, (long)y * width * image.Channels,
                width * image.Channels);
        return image with { Width = width, Height = height, Samples = samples };
    }
}
