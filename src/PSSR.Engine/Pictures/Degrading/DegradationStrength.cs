using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>How strongly a picture was degraded, as a network is told it; each 0 for not at all, 1 for as much as <see
/// cref="KnownDegradations.Blind"/> ever does.</summary>
/// <param name="Blur">σ of the blur before the shrinking, as a share of the scale.</param>
/// <param name="Noise">Standard deviation of the noise, as a share of 20 of 255.</param>
/// <param name="Jpeg">What the JPEG quality lacks to 100, as a share of 70.</param>
public readonly record struct DegradationStrength(double Blur, double Noise, double Jpeg)
{
    /// <summary>How many numbers it is.</summary>
    public const int Count = 3;

    private const double MostNoise = 20, BestQuality = 100, QualityRange = 70;

    /// <summary>Of what a network tells of a pixel, three levels, in the unit of <see cref="Noise"/>; chosen on photographs.</summary>
    private const double NetworkNoise = 0.15;

    /// <summary>Standard deviation of shot noise of strength 1 on middle grey, of 255.</summary>
    private const double MiddleGrey = 11.3;

    /// <summary>Of what these parameters do to a picture.</summary>
    public static DegradationStrength Of(DegradationParameters parameters)
    {
        if (parameters.Steps is { } steps)
            return OfSteps(steps, parameters.Scale);
        var sigma = parameters.BlurSize == 1 ? 0 : parameters.BlurSigma * Math.Sqrt(parameters.BlurAspect ?? 1);
        return Of(sigma / parameters.Scale, parameters.Noise, parameters.JpegQuality);
    }

    /// <summary>Blurs add up by their variances, of whatever size the picture is; of noise and JPEG the strongest counts.</summary>
    private static DegradationStrength OfSteps(IReadOnlyList<DegradationStep> steps, double scale)
    {
        var variance = steps.OfType<BlurStep>().Sum(blur => blur.Sigma * blur.Sigma * blur.Aspect);
        double[] noises =
        [
            .. steps.OfType<NoiseStep>().Select(noise => noise.Delta),
            .. steps.OfType<ShotNoiseStep>().Select(noise => MiddleGrey * noise.Strength),
        ];
        return Of(Math.Sqrt(variance) / scale, noises.DefaultIfEmpty().Max(), steps.OfType<JpegStep>().Min(jpeg => (int?)jpeg.Quality));
    }

    private static DegradationStrength Of(double blur, double noise, int? quality) =>
        new(Math.Min(1, blur), Math.Min(1, noise / MostNoise), OfJpeg(quality));

    /// <summary><see cref="Jpeg"/> of a quality; null: none.</summary>
    public static double OfJpeg(int? quality) => quality is { } q ? Math.Clamp((BestQuality - q) / QualityRange, 0, 1) : 0;

    /// <summary>How far the picture is to be believed beside a network that has seen it, in [0,1]: less what JPEG took, and of noise as
    /// much as a measurement of that variance counts beside one of <see cref="NetworkNoise"/>'s.</summary>
    public double Trust => (1 - Jpeg) / (1 + Math.Pow(Noise / NetworkNoise, 2));

    /// <summary>How much of the texture that was there it still shows, in [0,1].</summary>
    public double Texture => (1 - Blur) * Trust;

    /// <param name="values">float32 [1,3], as <see cref="ToTensor"/> gives it.</param>
    public static DegradationStrength Of(Tensor values)
    {
        var numbers = values.Values<float>();
        return new DegradationStrength(numbers[0], numbers[1], numbers[2]);
    }

    /// <returns>float32 [3] on the CPU.</returns>
    public Tensor ToTensor() => torch.tensor(new[] { (float)Blur, (float)Noise, (float)Jpeg });
}
