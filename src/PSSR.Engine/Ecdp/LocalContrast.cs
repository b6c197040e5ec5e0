using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp;

/// <summary>
/// Where a picture has structure to draw on. Paper, sky and skin are as flat in the truth as in μ; noise that the walk begins with there
/// ends as grain, and what is drawn there is a pattern of the network's own; so the flatter the place, the less of both. Paper beside a
/// letter is flat too: of all the squares that hold a place the flattest counts. So is even shading: what a plane explains is no contrast.
/// </summary>
internal static class LocalContrast
{
    /// <summary>Of the square that is looked at, in pixels.</summary>
    private const int Side = 9, Half = Side / 2;

    private const double LeastNormal = 1.17549435e-38;

    /// <summary>Variance of -4..4 in a line of the square, and the sum of their squares.</summary>
    private const double LineVariance = ((Side * Side) - 1) / 12.0, LineSquares = LineVariance * Side;

    /// <summary>The share of the start's noise, and of what is drawn from it, at each place.</summary>
    /// <param name="mean">μ, float32 [N,C,H,W], about [0,1].</param>
    /// <param name="full">Standard deviation of the brightness in the square from which on it is all, of 1; above 0.</param>
    /// <returns>float32 [N,1,H,W] in [0,1].</returns>
    public static Tensor Share(Tensor mean, double full)
    {
        using var flattest = Flattest(Deviation(mean));
        // Below float32's least normal number it would be 0, and a flat place 0/0.
        return Around(flattest.div_(Kept.Of(Math.Max(full, LeastNormal))).clamp_max_(Kept.Of(1)));
    }

    /// <summary>The least of the square around each place.</summary>
    /// <param name="x">Is disposed.</param>
    private static Tensor Flattest(Tensor x)
    {
        using (x.neg_())
        {
            using var columns = F.max_pool2d(x, (Side, 1), (1, 1), (Half, 0));
            return F.max_pool2d(columns, (1, Side), (1, 1), (0, Half)).neg_();
        }
    }

    /// <summary>Standard deviation of the brightness from a plane in the square around each place. In place where it can be: of a large
    /// picture each tensor is a third of it.</summary>
    private static Tensor Deviation(Tensor mean)
    {
        using var grey = mean.mean(new long[] { 1 }, keepdim: true);
        // About the picture's own mean: squares of numbers near 1 would leave float32 little of a small spread.
        using (var all = grey.mean(new long[] { 2, 3 }, keepdim: true))
            grey.sub_(all);
        using var explained = ExplainedByPlane(grey);
        grey.mul_(grey);
        return Around(grey).sub_(explained).clamp_min_(Kept.Of(0)).sqrt_();
    }

    /// <summary>The mean square of the plane of least squares through the square around each place.</summary>
    private static Tensor ExplainedByPlane(Tensor x)
    {
        Tensor square;
        using (var columns = Along(x, (Side, 1)))
        using (var across = Slope(columns, 3))
        {
            square = Along(columns, (1, Side));
            square.mul_(square).addcmul_(across, across, Kept.Of(LineVariance));
        }
        using var rows = Along(x, (1, Side));
        using var down = Slope(rows, 2);
        return square.addcmul_(down, down, Kept.Of(LineVariance));
    }

    /// <summary>How that plane rises along an axis, a pixel.</summary>
    /// <param name="lines">The means of the square's lines across that axis.</param>
    private static Tensor Slope(Tensor lines, int axis)
    {
        using var padded = F.pad(lines, axis == 3 ? [Half, Half, 0, 0] : [0, 0, Half, Half], PaddingModes.Replicate);
        var length = lines.shape[axis];
        var rise = torch.zeros_like(lines);
        for (var k = 1; k <= Half; k++)
        {
            using var after = padded.narrow(axis, Half + k, length);
            using var before = padded.narrow(axis, Half - k, length);
            rise.add_(after, Kept.Of(k)).add_(before, Kept.Of(-k));
        }
        return rise.div_(Kept.Of(LineSquares));
    }

    /// <summary>The mean of the square around each place, of what of it lies in the picture: columns first, then rows, as that costs a
    /// fifth.</summary>
    private static Tensor Around(Tensor x)
    {
        using var columns = Along(x, (Side, 1));
        return Along(columns, (1, Side));
    }

    private static Tensor Along(Tensor x, (long Height, long Width) line) => F.avg_pool2d(x, line, stride: (1, 1),
        padding: (line.Height / 2, line.Width / 2), count_include_pad: false);
}
