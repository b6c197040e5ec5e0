using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>
/// Degradations after Real-ESRGAN's description and published settings (Wang et al. 2021, ×4): blur, resizing, noise and JPEG, and the same
/// once more and milder; a sinc filter before or behind the last JPEG. The true picture isn't sharpened.
/// </summary>
internal static class SecondOrderSteps
{
    private const double SincShare = 0.1, LastSincShare = 0.8, GaussianShare = 0.5, GreyShare = 0.4;

    /// <summary>Largest side of the kernels that count as small, for which a sinc's lowest limit is higher.</summary>
    private const int SmallKernel = 11;

    private static readonly ResamplingKernel[] Kernels =
        [ResamplingKernel.TorchBilinear, ResamplingKernel.TorchBicubic, ResamplingKernel.PilBox];

    private static readonly DegradationRange KernelSize = new(7, 21), Quality = new(30, 95);

    private static readonly Order First = new(1, new(0.2, 3), 0.2, 0.7, new(0.15, 1.5), new(1, 30), new(0.05, 3)),
        Second = new(0.8, new(0.2, 1.5), 0.3, 0.4, new(0.3, 1.2), new(1, 25), new(0.05, 2.5));

    /// <param name="Up">Share of the pictures that are enlarged; <paramref name="Down"/>: that are shrunk.</param>
    private readonly record struct Order(double Blurred, DegradationRange Sigma, double Up, double Down, DegradationRange Resize,
        DegradationRange Noise, DegradationRange ShotNoise);

    /// <param name="scale">r.</param>
    public static IReadOnlyList<DegradationStep> Draw(double scale, ref SeededRandom random)
    {
        var steps = new List<DegradationStep>();
        Add(steps, First, 1, ref random);
        steps.Add(new JpegStep(Quality.DrawWhole(ref random)));
        Add(steps, Second, 1 / scale, ref random);
        var jpeg = new JpegStep(Quality.DrawWhole(ref random));
        var jpegFirst = random.Chance(0.5);
        if (jpegFirst)
            steps.Add(jpeg);
        steps.Add(new ResizeStep(Any(ref random)));
        if (random.Chance(LastSincShare))
            steps.Add(new SincStep(KernelSize.DrawWhole(ref random, 2), random.Uniform(Math.PI / 3, Math.PI)));
        if (!jpegFirst)
            steps.Add(jpeg);
        return steps;
    }

    private static void Add(List<DegradationStep> steps, Order order, double size, ref SeededRandom random)
    {
        if (random.Chance(order.Blurred))
            steps.Add(Blur(order.Sigma, ref random));
        var kind = random.NextDouble();
        var share = kind < order.Up ? random.Uniform(1, order.Resize.High)
            : kind < order.Up + order.Down ? random.Uniform(order.Resize.Low, 1) : 1;
        if (share * size != 1)
            steps.Add(new ResizeStep(Any(ref random), share * size));
        steps.Add(random.Chance(GaussianShare)
            ? new NoiseStep(order.Noise.Draw(ref random), random.Chance(GreyShare))
            : new ShotNoiseStep(order.ShotNoise.Draw(ref random), random.Chance(GreyShare)));
    }

    private static DegradationStep Blur(DegradationRange sigma, ref SeededRandom random)
    {
        var size = KernelSize.DrawWhole(ref random, 2);
        if (random.Chance(SincShare))
            return new SincStep(size, random.Uniform(Math.PI / (size <= SmallKernel ? 3 : 5), Math.PI));
        var kind = random.NextDouble();
        var (one, other) = (sigma.Draw(ref random), sigma.Draw(ref random));
        return kind switch
        {
            < 0.45 => new BlurStep(size, one),
            < 0.70 => Turned(size, one, other, 1, false, ref random),
            < 0.82 => new BlurStep(size, one, Shape: Shape(0.5, 4, ref random)),
            < 0.85 => Turned(size, one, other, Shape(0.5, 4, ref random), false, ref random),
            < 0.97 => new BlurStep(size, one, Shape: Shape(1, 2, ref random), Plateau: true),
            _ => Turned(size, one, other, Shape(1, 2, ref random), true, ref random),
        };
    }

    private static BlurStep Turned(int size, double one, double other, double shape, bool plateau, ref SeededRandom random) =>
        new(size, Math.Max(one, other), Math.Min(one, other) / Math.Max(one, other), random.Uniform(0, 180), shape, plateau);

    /// <summary>As often below 1 as above it, where the range has both.</summary>
    private static double Shape(double low, double high, ref SeededRandom random) =>
        random.Chance(0.5) ? random.Uniform(low, 1) : random.Uniform(1, high);

    private static ResamplingKernel Any(ref SeededRandom random) => Kernels[random.Below(Kernels.Length)];
}
