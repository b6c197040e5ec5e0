using PSSR.Host;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp;

/// <summary>
/// Where a picture has structure to draw on. Paper, sky and skin are as flat in the truth as in μ, and noise that the walk begins with
/// there ends as grain; so the flatter the place, the less of it.
/// </summary>
internal static class LocalContrast
{
    /// <summary>Of the square that is looked at, in pixels.</summary>
    private const int Side = 9;

    /// <summary>The share of the start's noise at each place.</summary>
    /// <param name="mean">μ, float32 [N,C,H,W], about [0,1].</param>
    /// <param name="full">Standard deviation of the brightness in the square from which on it is all of the noise, of 1; above 0.</param>
    /// <returns>float32 [N,1,H,W] in [0,1].</returns>
    public static Tensor Share(Tensor mean, double full)
    {
        using var scope = torch.NewDisposeScope();
        var grey = mean.mean(new long[] { 1 }, keepdim: true);
        // About the picture's own mean: squares of numbers near 1 would leave float32 little of a small spread.
        grey -= grey.mean(new long[] { 2, 3 }, keepdim: true);
        var variance = Around(grey.Squared()) - Around(grey).Squared();
        return Around((variance.clamp_min(Kept.Of(0)).sqrt() / Kept.Of(full)).clamp_max(Kept.Of(1))).MoveToOuterDisposeScope();
    }

    /// <summary>The mean of the square around each place, of what of it lies in the picture: columns first, then rows, as that costs a
    /// fifth.</summary>
    private static Tensor Around(Tensor x) => Along(Along(x, (Side, 1)), (1, Side));

    private static Tensor Along(Tensor x, (long Height, long Width) line) => F.avg_pool2d(x, line, stride: (1, 1),
        padding: (line.Height / 2, line.Width / 2), count_include_pad: false);
}
