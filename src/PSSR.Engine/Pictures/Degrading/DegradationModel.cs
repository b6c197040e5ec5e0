using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>A range to draw from, both ends included.</summary>
public readonly record struct DegradationRange(double Low, double High)
{
    internal double Draw(ref SeededRandom random) => random.Uniform(Low, High);

    /// <summary>Uniform among the whole numbers in the range that are <paramref name="step"/> apart.</summary>
    internal int DrawWhole(ref SeededRandom random, int step = 1) => (int)Low + step * random.Below(((int)High - (int)Low) / step + 1);
}

/// <summary>A family of degradations: each picture draws its own parameters from these ranges.</summary>
/// <param name="Scale">r.</param>
/// <param name="WholeScale">Only whole r.</param>
/// <param name="BlurSize">s, odd numbers.</param>
/// <param name="BlurSigma">σ, pixels.</param>
/// <param name="Noise">δ, of 255.</param>
/// <param name="JpegQuality">q; null: no JPEG.</param>
/// <param name="Enlarge">See <see cref="DegradationParameters.Enlarge"/>.</param>
public sealed record DegradationModel(
    string Name, DegradationRange Scale, bool WholeScale, DegradationRange BlurSize, DegradationRange BlurSigma, DegradationRange Noise,
    DegradationRange? JpegQuality, ResamplingKernel Shrink, bool Enlarge)
{
    /// <summary>Share of the pictures that are shrunk by <see cref="Shrink"/> and nothing else.</summary>
    public double CleanShare { get; init; }

    /// <summary>Of each of the other steps: the share of the pictures that are spared it.</summary>
    public double SparedShare { get; init; }

    /// <summary>Kernels to choose from where a picture isn't clean; none: <see cref="Shrink"/>.</summary>
    public IReadOnlyList<ResamplingKernel> Kernels { get; init; } = [];

    /// <summary>Whether half of the blurs are up to three times as wide in one direction as across it, and half of the noise is grey; each
    /// blur's kernel is then as large as its σ asks for.</summary>
    public bool Varied { get; init; }

    /// <summary>Share of the blurs whose σ across a direction is drawn apart from that along it, both from <see
    /// cref="BlurSigma"/>.</summary>
    public double AnisotropicShare { get; init; }

    /// <summary>Draws what a picture goes through where that isn't Eq. 19's chain; null where it is.</summary>
    internal StepDrawing? Steps { get; init; }

    /// <summary>The parameters of one picture; they depend on (seed, picture) alone.</summary>
    public DegradationParameters Draw(ulong seed, ulong picture)
    {
        var random = SeededRandom.For(seed, picture, 0xDE64AD);
        var drawn = Steps is not null ? new DegradationParameters
        {
            Scale = Scale.Draw(ref random), Shrink = Shrink, Enlarge = Enlarge, Steps = Steps(ref random), Seed = Key(ref random),
        }
            : Varied ? DrawVaried(ref random) : DrawChain(ref random);
        return drawn with { RoundsEachAxis = true, KeepsWholeSides = true };
    }

    private DegradationParameters DrawChain(ref SeededRandom random)
    {
        var drawn = new DegradationParameters
        {
            Scale = WholeScale ? Scale.DrawWhole(ref random) : Scale.Draw(ref random),
            BlurSize = BlurSize.DrawWhole(ref random, 2),
            BlurSigma = BlurSigma.Draw(ref random),
            Noise = Noise.Draw(ref random),
            JpegQuality = JpegQuality?.DrawWhole(ref random),
            Shrink = Shrink,
            Enlarge = Enlarge,
            Seed = Key(ref random),
        };
        // After all others, so that models without such blurs draw as they ever did.
        if (AnisotropicShare == 0 || !random.Chance(AnisotropicShare))
            return drawn;
        var across = BlurSigma.Draw(ref random);
        var (wide, narrow) = (Math.Max(drawn.BlurSigma, across), Math.Min(drawn.BlurSigma, across));
        return drawn with { BlurSigma = wide, BlurAspect = narrow / wide, BlurAngle = random.Uniform(0, 180) };
    }

    private DegradationParameters DrawVaried(ref SeededRandom random)
    {
        var clean = new DegradationParameters { Scale = Scale.Draw(ref random), Shrink = Shrink, Enlarge = Enlarge };
        if (random.Chance(CleanShare))
            return clean;
        var sigma = random.Chance(SparedShare) ? 0 : BlurSigma.Draw(ref random);
        double? aspect = random.Chance(0.5) ? random.Uniform(1 / 3.0, 1) : null;
        return clean with
        {
            BlurSize = sigma == 0 ? 1 : 2 * (int)Math.Ceiling(3 * sigma) + 1,
            BlurSigma = sigma,
            BlurAspect = sigma == 0 ? null : aspect,
            BlurAngle = sigma == 0 || aspect is null ? 0 : random.Uniform(0, 180),
            Noise = random.Chance(SparedShare) ? 0 : Noise.Draw(ref random),
            GreyNoise = random.Chance(0.5),
            JpegQuality = random.Chance(SparedShare) ? null : JpegQuality?.DrawWhole(ref random),
            Shrink = Kernels.Count == 0 ? Shrink : Kernels[random.Below(Kernels.Count)],
            Seed = Key(ref random),
        };
    }

    /// <summary>Fits a double, which is what some JSON readers make of it.</summary>
    private static ulong Key(ref SeededRandom random) => random.NextUInt64() >> 11;
}

/// <summary>Draws the steps of one picture.</summary>
internal delegate IReadOnlyList<DegradationStep> StepDrawing(ref SeededRandom random);
