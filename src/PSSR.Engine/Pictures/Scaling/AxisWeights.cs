namespace PSSR.Pictures.Scaling;

/// <summary>
/// How the samples along one axis of a resized picture follow from the source's: output i is Σ_k Weight[i·Taps+k]·source[Index[i·Taps+k]].
/// Borders are already in the indices. The distinct indices of one output are neighbours, but for those whose weight is 0, which are left
/// out.
/// </summary>
internal sealed class AxisWeights
{
    private AxisWeights(int length, int taps) =>
        (Length, Taps, Index, Weight) = (length, taps, new int[(long)length * taps], new double[(long)length * taps]);

    /// <summary>Output samples.</summary>
    public int Length { get; }

    public int Taps { get; }

    public int[] Index { get; }

    public double[] Weight { get; }

    /// <summary>The same weights as a matrix [<see cref="Length"/>, source], float64.</summary>
    public Tensor ToMatrix(int source)
    {
        var matrix = new double[Length * source];
        for (int tap = 0; tap < Index.Length; tap++)
            matrix[(tap / Taps * source) + Index[tap]] += Weight[tap];
        return torch.tensor(matrix, new long[] { Length, source });
    }

    /// <param name="source">Source samples.</param>
    /// <param name="target">Output samples.</param>
    /// <param name="scale">Output over source, for the positions.</param>
    public static AxisWeights Create(ResamplingKernel kernel, int source, int target, double scale) => kernel switch
    {
        ResamplingKernel.MatlabBicubic => Mirrored(source, target, scale),
        ResamplingKernel.PilBicubic => Pillow(source, target, scale, 2, PillowCubic),
        ResamplingKernel.PilBox => Pillow(source, target, scale, 0.5, x => x is > -0.5 and <= 0.5 ? 1 : 0),
        ResamplingKernel.TorchBicubicAntialias => Dropped(source, target, 1 / scale, 2, (x, widen) => Keys(x / widen, -0.5)),
        ResamplingKernel.TorchBilinearAntialias => Dropped(source, target, 1 / scale, 1, (x, widen) => Triangle(x / widen)),
        ResamplingKernel.TorchBicubic => Clamped(source, target, scale, 4, x => Keys(x, -0.75)),
        ResamplingKernel.TorchBilinear => Clamped(source, target, scale, 2, Triangle),
        _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, null),
    };

    /// <summary>Of a resizing by Pillow's bicubic the middle outputs alone, and the part of the source that they come from: its weights
    /// are for that part.</summary>
    /// <param name="target">Output samples of the whole, which may be far more than there is memory for.</param>
    /// <param name="length">Those in its middle.</param>
    public static (AxisWeights Weights, int First, int Count) Middle(int source, long target, int length)
    {
        var weights = Dropped(source, length, (double)source / target, 2, PillowShape(PillowCubic), (target - length) / 2);
        int first = weights.Index.Min(), count = weights.Index.Max() + 1 - first;
        foreach (ref int index in weights.Index.AsSpan())
            index -= first;
        return (weights, first, count);
    }

    /// <summary>
    /// MATLAB: positions from 1, u = x/scale + (1 - 1/scale)/2; the kernel is taken over a window two wider than its support, then
    /// normalised.
    /// </summary>
    private static AxisWeights Mirrored(int source, int target, double scale)
    {
        double shrink = Math.Min(scale, 1), width = 4 / shrink;
        int window = (int)Math.Ceiling(width) + 2;
        var full = new AxisWeights(target, window);
        for (int i = 0; i < target; i++)
        {
            double centre = (i + 1) / scale + 0.5 * (1 - 1 / scale);
            int left = (int)Math.Floor(centre - width / 2);
            for (int k = 0; k < window; k++)
                full.Set(i, k, Mirror(left + k - 1, source), shrink * Keys(shrink * (centre - (left + k)), -0.5));
            full.Normalise(i);
        }

        return full.WithoutEmptyTaps();
    }

    /// <summary>Pillow and torch's antialiased kernels: the window is cut at the picture's edge and normalised over what is left.</summary>
    /// <param name="step">Source samples for each output one.</param>
    /// <param name="kernel">Of a distance in source samples and how much the kernel is widened.</param>
    /// <param name="before">Outputs that are left out before the first.</param>
    private static AxisWeights Dropped(
        int source, int target, double step, double radius, Func<double, double, double> kernel, long before = 0)
    {
        double widen = Math.Max(step, 1), support = radius * widen;
        var weights = new AxisWeights(target, Math.Min(source, (int)Math.Ceiling(support) * 2 + 1));
        for (int i = 0; i < target; i++)
        {
            double centre = (before + i + 0.5) * step;
            int first = Math.Clamp((int)(centre - support + 0.5), 0, source - 1),
                end = Math.Clamp((int)(centre + support + 0.5), first + 1, source);
            for (int k = 0; k < weights.Taps; k++)
            {
                bool inside = first + k < end;
                weights.Set(i, k, inside ? first + k : end - 1, inside ? kernel(first + k - centre + 0.5, widen) : 0);
            }

            weights.Normalise(i);
        }

        return weights;
    }

    /// <summary>In the order of Pillow's own sums and products: its 8-bit weights are these, rounded, and hang on the last bit.</summary>
    private static AxisWeights Pillow(int source, int target, double scale, double radius, Func<double, double> kernel)
    {
        double step = scale == (double)target / source ? (double)source / target : 1 / scale;
        return Dropped(source, target, step, radius, PillowShape(kernel));
    }

    private static Func<double, double, double> PillowShape(Func<double, double> kernel) => (x, widen) => kernel(x * (1 / widen));

    /// <summary>torch without antialias: u = (x + 1/2)/scale - 1/2, edge pixels repeated.</summary>
    private static AxisWeights Clamped(int source, int target, double scale, int taps, Func<double, double> kernel)
    {
        var weights = new AxisWeights(target, taps);
        for (int i = 0; i < target; i++)
        {
            double centre = (i + 0.5) / scale - 0.5;
            int left = (int)Math.Floor(centre) - taps / 2 + 1;
            for (int k = 0; k < taps; k++)
                weights.Set(i, k, Math.Clamp(left + k, 0, source - 1), kernel(centre - (left + k)));
        }

        return weights;
    }

    /// <summary>
    /// Keys' cubic convolution kernel. In powers of x, as MATLAB has it: 8-bit results hang on the last bit where a sum falls between two
    /// values.
    /// </summary>
    private static double Keys(double x, double a)
    {
        x = Math.Abs(x);
        double square = x * x, cube = square * x;
        return x switch
        {
            <= 1 => (a + 2) * cube - (a + 3) * square + 1,
            < 2 => a * cube - 5 * a * square + 8 * a * x - 4 * a,
            _ => 0,
        };
    }

    /// <summary>The same with a = -0.5, as Pillow multiplies it out.</summary>
    private static double PillowCubic(double x)
    {
        const double A = -0.5;
        x = Math.Abs(x);
        return x switch
        {
            < 1 => ((A + 2) * x - (A + 3)) * x * x + 1,
            < 2 => (((x - 5) * x + 8) * x - 4) * A,
            _ => 0,
        };
    }

    private static double Triangle(double x) => Math.Max(0, 1 - Math.Abs(x));

    /// <summary>…2 1 0 | 0 1 2 … n-1 | n-1 n-2…</summary>
    private static int Mirror(int index, int length)
    {
        int wrapped = ((index % (2 * length)) + 2 * length) % (2 * length);
        return wrapped < length ? wrapped : 2 * length - 1 - wrapped;
    }

    private void Set(int i, int k, int index, double weight) => (Index[(long)i * Taps + k], Weight[(long)i * Taps + k]) = (index, weight);

    private void Normalise(int i)
    {
        Span<double> weights = Weight.AsSpan(i * Taps, Taps);
        double sum = 0;
        foreach (double weight in weights)
            sum += weight;
        if (sum == 0)
        {
            // A scale that doesn't fit the size leads beyond the picture, out of the kernel's reach: the first index is then the edge.
            weights[0] = 1;
            return;
        }

        foreach (ref double weight in weights)
            weight /= sum;
    }

    /// <summary>Leaves out the window's columns that are zero for every output, as imresize does.</summary>
    private AxisWeights WithoutEmptyTaps()
    {
        int[] used = [.. Enumerable.Range(0, Taps).Where(k => Enumerable.Range(0, Length).Any(i => Weight[(long)i * Taps + k] != 0))];
        if (used.Length == Taps)
            return this;
        var fewer = new AxisWeights(Length, used.Length);
        for (int i = 0; i < Length; i++)
            for (int k = 0; k < used.Length; k++)
                fewer.Set(i, k, Index[(long)i * Taps + used[k]], Weight[(long)i * Taps + used[k]]);
        return fewer;
    }
}
