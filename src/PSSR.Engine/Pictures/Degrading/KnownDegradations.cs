namespace PSSR.Pictures.Degrading;

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

    /// <summary>What photographs went through before they came to be upscaled, mild or strong, and a third of them not at all: blur of σ up
    /// to the scale, any kernel, noise up to 20 of 255, JPEG 30 to 95.</summary>
    public static DegradationModel Blind(double scale) =>
        new("blind", new(scale, scale), false, One, new(0.2, scale), new(0, 20), new DegradationRange(30, 95),
            ResamplingKernel.MatlabBicubic, false)
        {
            CleanShare = 1 / 3.0,
            SparedShare = 0.35,
            Kernels = 
            [
                ResamplingKernel.MatlabBicubic, ResamplingKernel.PilBicubic, ResamplingKernel.TorchBilinearAntialias,
                ResamplingKernel.TorchBilinear,
            ],
            Varied = true,
        };

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyList<string> Names { get; } = ["bicubic", "blind", "real", "severe"];

    /// <param name="scale">For bicubic and blind, which shrink by it; the others draw their own.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation.</exception>
    public static DegradationModel Find(string name, double scale) => name.ToLowerInvariant() switch
    {
        "bicubic" => Bicubic(scale),
        "blind" => Blind(scale),
        "real" => Real,
        "severe" => Severe,
        _ => throw new PssrException(PssrErrorKind.Option, $"Degradation: '{name}' is not {string.Join(", ", Names)}.", name),
    };
}
