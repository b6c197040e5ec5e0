using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>
/// Structural similarity (Wang, Bovik, Sheikh, Simoncelli 2004, Eq. 13): 11×11 Gaussian window of σ 1.5, only places where the window fits,
/// K1 0.01, K2 0.03, range 255, population moments, no downsampling; per channel, then averaged. Float64.
/// </summary>
public static class Ssim
{
    private const int Window = 11;
    private const double C1 = 0.01 * 255 * (0.01 * 255);
    private const double C2 = 0.03 * 255 * (0.03 * 255);
    private static readonly double[] Weights = Gaussian(1.5);

    /// <summary>Of pictures that can be compared, in pixels.</summary>
    internal static int LeastSide(int border) => Window + (2 * border);

    /// <param name="border">Pixels cut from each side first.</param>
    /// <returns>-1..1; 1 for equal pictures.</returns>
    /// <exception cref="PssrException">Kind Option: sizes differ, or less than 11×11 pixels are left inside the border.</exception>
    public static double Compute(RasterImage a, RasterImage b, MetricChannel channel = MetricChannel.Rgb, int border = 0,
        CancellationToken cancellation = default)
    {
        (MetricPlanes left, MetricPlanes right) = MetricPlanes.Pair(a, b, channel, border, cancellation);
        if (left.Width < Window || left.Height < Window)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"SSIM needs {Window}×{Window} pixels at least; {left.Width}×{left.Height} are left inside a border of {border}.");
        }

        return left.Planes.Zip(right.Planes, (p, q) => OfPlane(p, q, left.Width, left.Height, cancellation)).Average();
    }

    private static double OfPlane(double[] x, double[] y, int width, int height, CancellationToken cancellation)
    {
        // μx, μy, E[x²], E[y²], E[xy], filtered along rows as the rows come, then down the last eleven of them.
        const int Moments = 5;
        int columns = width - Window + 1, rows = height - Window + 1;
        double[][] ring = Enumerable.Range(0, Window).Select(_ => new double[Moments * columns]).ToArray();
        double total = 0;
        for (int row = 0; row < height; row++)
        {
            cancellation.ThrowIfCancellationRequested();
            FilterRow(x.AsSpan(row * width, width), y.AsSpan(row * width, width), ring[row % Window], columns);
            if (row < Window - 1)
                continue;
            for (int column = 0; column < columns; column++)
            {
                double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
                for (int k = 0; k < Window; k++)
                {
                    double[] line = ring[(row - Window + 1 + k) % Window];
                    int at = column * Moments;
                    mx += Weights[k] * line[at];
                    my += Weights[k] * line[at + 1];
                    xx += Weights[k] * line[at + 2];
                    yy += Weights[k] * line[at + 3];
                    xy += Weights[k] * line[at + 4];
                }

                double structure = (2 * (xy - mx * my) + C2) / (xx - mx * mx + (yy - my * my) + C2);
                total += structure * (2 * mx * my + C1) / (mx * mx + my * my + C1);
            }
        }

        return total / ((double)rows * columns);
    }

    private static void FilterRow(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double[] result, int columns)
    {
        for (int column = 0, at = 0; column < columns; column++, at += 5)
        {
            double mx = 0, my = 0, xx = 0, yy = 0, xy = 0;
            for (int k = 0; k < Window; k++)
            {
                double w = Weights[k], p = x[column + k], q = y[column + k];
                mx += w * p;
                my += w * q;
                xx += w * p * p;
                yy += w * q * q;
                xy += w * p * q;
            }

            (result[at], result[at + 1], result[at + 2], result[at + 3], result[at + 4]) = (mx, my, xx, yy, xy);
        }
    }

    private static double[] Gaussian(double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, Window).Select(i => Math.Exp(-Math.Pow(i - Window / 2, 2) / (2 * sigma * sigma)))];
        double sum = weights.Sum();
        return [.. weights.Select(w => w / sum)];
    }
}
