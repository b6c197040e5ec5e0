using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>
/// Degradations after BSRGAN's description (Zhang et al. 2021, section 3): two blurs, a resizing in between, the shrinking, noise and JPEG
/// in a drawn order, and a last JPEG. Left out: the camera's own processing, noise whose channels are correlated, and shrinking by every
/// r-th pixel.
/// </summary>
internal static class ShuffledSteps
{
    private const double HalfFirst = 0.25, Between = 0.75, JpegShare = 0.75, GreyShare = 0.4;

    private static readonly ResamplingKernel[] Kernels =
        [ResamplingKernel.TorchBilinear, ResamplingKernel.TorchBicubic, ResamplingKernel.PilBox];

    private static readonly DegradationRange KernelSize = new(7, 21), Noise = new(1, 25), Quality = new(30, 95);

    /// <param name="scale">r.</param>
    public static IReadOnlyList<DegradationStep> Draw(double scale, ref SeededRandom random)
    {
        var steps = new List<DegradationStep>();
        var before = 1.0;
        if (scale >= 4 && random.Chance(HalfFirst))
        {
            before = 0.5;
            steps.Add(new ResizeStep(Any(ref random), before));
        }
        int[] order = [0, 1, 2, 3, 4, 5];
        for (var i = order.Length - 1; i > 0; i--)
        {
            var other = random.Below(i + 1);
            (order[i], order[other]) = (order[other], order[i]);
        }
        var (between, last) = (Array.IndexOf(order, 2), Array.IndexOf(order, 3));
        if (between > last) // what lies between can't come after the last size
            (order[between], order[last]) = (3, 2);
        foreach (var step in order)
        {
            switch (step)
            {
                case 0 or 1:
                    steps.Add(Blur(scale, ref random));
                    break;
                case 2 when random.Chance(Between):
                    steps.Add(new ResizeStep(Any(ref random), before / random.Uniform(1, 2 * scale * before)));
                    break;
                case 3:
                    steps.Add(new ResizeStep(Any(ref random)));
                    break;
                case 4:
                    steps.Add(new NoiseStep(Noise.DrawWhole(ref random), random.Chance(GreyShare)));
                    break;
                case 5 when random.Chance(JpegShare):
                    steps.Add(new JpegStep(Quality.DrawWhole(ref random)));
                    break;
            }
        }
        steps.Add(new JpegStep(Quality.DrawWhole(ref random)));
        return steps;
    }

    private static BlurStep Blur(double scale, ref SeededRandom random)
    {
        var size = KernelSize.DrawWhole(ref random, 2);
        if (random.Chance(0.5))
            return new BlurStep(size, random.Uniform(0.1, 2 + (0.2 * scale)));
        // The description draws the variances along the two axes.
        var (one, other) = (random.Uniform(0.5, 4 + scale), random.Uniform(0.5, 4 + scale));
        return new BlurStep(size, Math.Sqrt(Math.Max(one, other)), Math.Sqrt(Math.Min(one, other) / Math.Max(one, other)),
            random.Uniform(0, 180));
    }

    private static ResamplingKernel Any(ref SeededRandom random) => Kernels[random.Below(Kernels.Length)];
}
