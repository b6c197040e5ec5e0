using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>What PSNR and SSIM look at.</summary>
public enum MetricChannel
{
    /// <summary>Red, green and blue alike.</summary>
    Rgb,

    /// <summary>BT.601 studio-range luma, 16..235, not rounded: what BasicSR measures.</summary>
    Y,

    /// <summary>The same rounded to whole numbers (half up): MATLAB's rgb2ycbcr on 8-bit pictures.</summary>
    YRounded,

    /// <summary>Full-range luma of YIQ, 0..255, rounded to whole numbers: what pyiqa's SSIM looks at.</summary>
    YFullRange,
}

/// <summary>
/// A picture as PSNR and SSIM see it: float64 planes on the 8-bit scale, 0..255, border cut away. 16-bit samples are divided by 257 and not
/// rounded; grey counts as three equal channels; what is transparent is laid on white, as in a JPEG of it, for nobody sees its colour.
/// </summary>
internal sealed class MetricPlanes
{
    private MetricPlanes(int width, int height, double[][] planes)
    {
        Width = width;
        Height = height;
        Planes = planes;
    }

    public int Width { get; }

    public int Height { get; }

    /// <summary>Row-major, Width·Height each; three for RGB (one if the picture is grey), one for Y.</summary>
    public double[][] Planes { get; }

    /// <summary>Both pictures' planes, of one size and one number of channels.</summary>
    /// <param name="border">Pixels cut from each of the four sides, before anything else.</param>
    /// <exception cref="PssrException">Kind Option: sizes differ, or the border leaves nothing.</exception>
    /// <exception cref="OperationCanceledException">Stopped; looked at row by row.</exception>
    public static (MetricPlanes A, MetricPlanes B) Pair(RasterImage a, RasterImage b, MetricChannel channel, int border,
        CancellationToken cancellation = default)
    {
        if ((a.Width, a.Height) != (b.Width, b.Height))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"The pictures differ in size: {a.Width}×{a.Height} and {b.Width}×{b.Height}. Metrics need equal sizes.");
        }

        if (border < 0 || a.Width <= 2L * border || a.Height <= 2L * border)
            throw new PssrException(PssrErrorKind.Option, $"A border of {border} pixels leaves nothing of {a.Width}×{a.Height}.",
                border.ToString());
        bool grey = a.IsGrey && b.IsGrey && channel == MetricChannel.Rgb;
        return (From(a, channel, border, grey, cancellation), From(b, channel, border, grey, cancellation));
    }

    private static MetricPlanes From(RasterImage image, MetricChannel channel, int border, bool grey, CancellationToken cancellation)
    {
        int width = image.Width - 2 * border, height = image.Height - 2 * border;
        double[][] planes = Enumerable.Range(0, channel == MetricChannel.Rgb && !grey ? 3 : 1).Select(_ => new double[width * height])
            .ToArray();
        var bytes = image.Samples as byte[];
        var words = image.Samples as ushort[];
        double Stored(int index) => bytes is not null ? bytes[index] : words![index] / 257.0;
        (int green, int blue) = image.IsGrey ? (0, 0) : (1, 2);
        int opacity = image.Channels - 1;
        for (int y = 0, at = 0; y < height; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            int from = ((y + border) * image.Width + border) * image.Channels;
            for (int x = 0; x < width; x++, at++, from += image.Channels)
            {
                double alpha = image.HasAlpha ? Stored(from + opacity) / 255 : 1;
                double Sample(int index) => alpha == 1 ? Stored(index) : Stored(index) * alpha + 255 * (1 - alpha);
                double r = Sample(from);
                planes[0][at] = r;
                if (grey)
                    continue;
                double g = Sample(from + green), b = Sample(from + blue);
                if (channel == MetricChannel.Rgb)
                {
                    planes[1][at] = g;
                    planes[2][at] = b;
                    continue;
                }

                planes[0][at] = channel switch
                {
                    MetricChannel.Y => StudioLuma(r, g, b),
                    MetricChannel.YRounded => Math.Floor(StudioLuma(r, g, b) + 0.5),
                    _ => Math.Round(0.299 * r + 0.587 * g + 0.114 * b),
                };
            }
        }

        return new MetricPlanes(width, height, planes);
    }

    private static double StudioLuma(double r, double g, double b) => 16 + (65.481 * r + 128.553 * g + 24.966 * b) / 255;
}
