using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>Degradations by name: the papers', CodeFormer's two public sets, and some of our own.</summary>
public static class KnownDegradations
{
    private static readonly DegradationRange None = new(0, 0), One = new(1, 1);

    /// <summary>The one that draws nothing.</summary>
    public const string Plain = "bicubic";

    /// <summary>"bicubic": MATLAB's, by a scale that is given.</summary>
    public static DegradationModel Bicubic(double scale) =>
        new(Plain, new(scale, scale), false, One, None, None, null, ResamplingKernel.MatlabBicubic, false);

    /// <summary>Our own ranges of 0.1, between CodeFormer's two sets and without anisotropic blurs: what correctors were trained with that
    /// say "real".</summary>
    public static DegradationModel Real { get; } =
        new("real", new(1, 12), false, new(41, 41), new(0.2, 10), new(0, 15), new DegradationRange(30, 100),
            ResamplingKernel.TorchBilinear, true);

    /// <summary>DPI's severe test set. (Its text may have the blur's size and σ the other way round.)</summary>
    public static DegradationModel Severe { get; } =
        new("severe", new(8, 16), true, new(1, 17), new(3, 20), new(30, 90), new DegradationRange(40, 50),
            ResamplingKernel.TorchBilinear, true);

    /// <summary>CodeFormer's second stage (Zhou et al. 2022, as its published settings have it): strong.</summary>
    public static DegradationModel CodeFormerStage2 { get; } =
        CodeFormer("codeformer-stage2", new(4, 30), new(1, 15), new(0, 20), new(30, 80));

    /// <summary>CodeFormer's third stage: mild.</summary>
    public static DegradationModel CodeFormerStage3 { get; } =
        CodeFormer("codeformer-stage3", new(1, 12), new(0.1, 10), new(0, 15), new(60, 100));

    /// <summary>As BSRGAN is described (Zhang et al. 2021): blurs, noise, resizing and JPEG in any order.</summary>
    public static DegradationModel BsrganLike(double scale) => Stepped("bsrgan-like", scale,
        (ref SeededRandom random) => ShuffledSteps.Draw(scale, ref random));

    /// <summary>As Real-ESRGAN is described (Wang et al. 2021): blur, resizing, noise and JPEG twice, with sinc filters.</summary>
    public static DegradationModel RealEsrganLike(double scale) => Stepped("realesrgan-like", scale,
        (ref SeededRandom random) => SecondOrderSteps.Draw(scale, ref random));

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
    public static IReadOnlyList<string> Names { get; } =
        ["bicubic", "blind", "bsrgan-like", "codeformer-stage2", "codeformer-stage3", "real", "realesrgan-like", "severe"];

    /// <param name="scale">For bicubic, blind, bsrgan-like and realesrgan-like, which shrink by it; the others draw their own.</param>
    /// <exception cref="PssrException">Kind Option: no such degradation.</exception>
    public static DegradationModel Find(string name, double scale) => name.ToLowerInvariant() switch
    {
        Plain => Bicubic(scale),
        "blind" => Blind(scale),
        "bsrgan-like" => BsrganLike(scale),
        "codeformer-stage2" => CodeFormerStage2,
        "codeformer-stage3" => CodeFormerStage3,
        "real" => Real,
        "realesrgan-like" => RealEsrganLike(scale),
        "severe" => Severe,
        _ => throw new PssrException(PssrErrorKind.Option, $"Degradation: '{name}' is not {string.Join(", ", Names)}.", name),
    };

    /// <summary>Kernels of 41 pixels, half of them anisotropic; shrunk and enlarged with bilinear interpolation.</summary>
    private static DegradationModel CodeFormer(
        string name, DegradationRange scale, DegradationRange sigma, DegradationRange noise, DegradationRange quality) =>
        new(name, scale, false, new(41, 41), sigma, noise, quality, ResamplingKernel.TorchBilinear, true) { AnisotropicShare = 0.5 };

    private static DegradationModel Stepped(string name, double scale, StepDrawing steps) => Bicubic(scale) with
    {
        Name = name, Steps = steps,
    };
}
