using PSSR.Host;

namespace PSSR.Pictures;

/// <summary>
/// Iterative back-projection (Irani, Peleg 1991): x ← x + U(low - D(x)), D and U MATLAB's bicubic. What D sees of x comes to agree with the
/// low-resolution picture; what it doesn't see stays.
/// </summary>
public static class BackProjection
{
    /// <summary>Most rounds that are taken.</summary>
    public const int MostRounds = 100;

    /// <param name="picture">float32 [N,C,H,W], on the CPU; changed in place.</param>
    /// <param name="low">float32 [N,C,h,w], what the picture's downscale should be.</param>
    /// <param name="rounds">0 changes nothing. Each leaves a fraction of the difference.</param>
    /// <param name="share">How much of the difference all rounds together take back, in [0,1], however many they are: a noisy picture is no
    /// exact witness, and by half of the correction in each of three rounds seven eighths of its noise would come back.</param>
    /// <exception cref="ArgumentOutOfRangeException">The share isn't in [0,1].</exception>
    /// <exception cref="OperationCanceledException">Between two rounds.</exception>
    public static void Apply(Tensor picture, Tensor low, int rounds, double share = 1, CancellationToken stop = default)
    {
        if (share is not (>= 0 and <= 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share must be in [0,1].");
        var (height, width) = ((int)picture.shape[2], (int)picture.shape[3]);
        var each = 1 - Math.Pow(1 - share, 1.0 / rounds);
        for (var round = 0; round < rounds && share > 0; round++)
        {
            stop.ThrowIfCancellationRequested();
            using var scope = torch.NewDisposeScope();
            var seen = Resampling.Resize(picture, (int)low.shape[2], (int)low.shape[3], ResamplingKernel.MatlabBicubic);
            picture.add_(Resampling.Resize(low - seen, height, width, ResamplingKernel.MatlabBicubic), Kept.Of(each));
        }
    }
}
