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
    /// <summary>The parameters of one picture; they depend on (seed, picture) alone.</summary>
    public DegradationParameters Draw(ulong seed, ulong picture)
    {
        var random = SeededRandom.For(seed, picture, 0xDE64AD);
        return new DegradationParameters
        {
            Scale = WholeScale ? Scale.DrawWhole(ref random) : Scale.Draw(ref random),
            BlurSize = BlurSize.DrawWhole(ref random, 2),
            BlurSigma = BlurSigma.Draw(ref random),
            Noise = Noise.Draw(ref random),
            JpegQuality = JpegQuality?.DrawWhole(ref random),
            Shrink = Shrink,
            Enlarge = Enlarge,
            Seed = random.NextUInt64() >> 11, // fits a double, which is what some JSON readers make of it
        };
    }
}

/// <summary>The degradations of the papers, by name.</summary>
public static class KnownDegradations
{
    private static readonly DegradationRange None = new(0, 0), One = new(1, 1);

    /// <summary>"bicubic": MATLAB's, by a scale that is given.</summary>
    public static DegradationModel Bicubic(double scale) =>
        new("bicubic", new(scale, scale), false, One, None, None, null, ResamplingKernel.MatlabBicubic, false);

    /// <summary>CodeFormer's ranges (Zhou et al. 2022), which DPI trains its real-world corrector with.</summary>
    public static DegradationModel Real { get; } =
        new("real", new(1, 12), false, new(41, 41), new(0.2, 10), new(0, 15), new DegradationRange(30, 100),
            ResamplingKernel.TorchBilinear, true);

    /// <summary>DPI's severe test set. (Its text may have the blur's size and σ the other way round.)</summary>
    public static DegradationModel Severe { get; } =
        new("severe", new(8, 16), true, new(1, 17), new(3, 20), new(30, 90), new DegradationRange(40, 50),
            ResamplingKernel.TorchBilinear, true);

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bicubic", "real", "severe"];

    /// <param name="scale">For bicubic, which shrinks by it; the others draw their own.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation.</exception>
    public static DegradationModel Find(string name, double scale) => name.ToLowerInvariant() switch
    {
        "bicubic" => Bicubic(scale),
        "real" => Real,
        "severe" => Severe,
        _ => throw new PssrException(PssrErrorKind.Option, $"Degradation: '{name}' is not {string.Join(", ", Names)}.", name),
    };
}
