using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>
/// Peak signal-to-noise ratio in dB: 10·log10(255² / mean squared error), one mean over all pixels and channels, float64.
/// </summary>
public static class Psnr
{
    /// <param name="border">Pixels cut from each side first.</param>
    /// <returns>dB; +∞ for equal pictures.</returns>
    /// <exception cref="PssrException">Kind Option: sizes differ, or the border leaves nothing.</exception>
    public static double Compute(RasterImage a, RasterImage b, MetricChannel channel = MetricChannel.Rgb, int border = 0,
        CancellationToken cancellation = default)
    {
        (MetricPlanes left, MetricPlanes right) = MetricPlanes.Pair(a, b, channel, border, cancellation);
        double squares = 0;
        foreach ((double[] p, double[] q) in left.Planes.Zip(right.Planes))
        {
            for (int i = 0; i < p.Length; i++)
                squares += (p[i] - q[i]) * (p[i] - q[i]);
        }

        double mean = squares / ((double)left.Planes.Length * left.Width * left.Height);
        return 10 * Math.Log10(255.0 * 255.0 / mean);
    }
}
