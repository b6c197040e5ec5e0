using System.Text.Json.Serialization;
using PSSR.Pictures.Scaling;

namespace PSSR.Pictures.Degrading;

/// <summary>
/// What one picture goes through when it is degraded; see <see cref="Degradation"/>. With a picture these make exactly one result: a set
/// can be made again from them. The defaults leave only the shrinking.
/// </summary>
public sealed record DegradationParameters
{
    /// <summary>r, at least 1: the result's sides are the picture's over it, rounded down.</summary>
    public double Scale { get; init; } = 4;

    /// <summary>s, the blur kernel's side in pixels: odd; 1 blurs nothing.</summary>
    public int BlurSize { get; init; } = 1;

    /// <summary>σ of the blur in pixels; counts only where <see cref="BlurSize"/> is over 1.</summary>
    public double BlurSigma { get; init; }

    /// <summary>The blur's σ across its direction, as a share of <see cref="BlurSigma"/>, which it has along it; 1: the same in every
    /// direction.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double? BlurAspect { get; init; }

    /// <summary>The blur's direction in degrees, from the rows towards the columns; counts only beside <see cref="BlurAspect"/>.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public double BlurAngle { get; init; }

    /// <summary>δ, standard deviation of the noise on the shrunk picture, of 255.</summary>
    public double Noise { get; init; }

    /// <summary>The noise is the same in red, green and blue.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool GreyNoise { get; init; }

    /// <summary>q, 1..100; null: no JPEG.</summary>
    public int? JpegQuality { get; init; }

    /// <summary>How the picture shrinks.</summary>
    [JsonConverter(typeof(JsonStringEnumConverter<ResamplingKernel>))]
    public ResamplingKernel Shrink { get; init; } = ResamplingKernel.MatlabBicubic;

    /// <summary>Where nothing is blurred before: the shrinking rounds to 8 bits before it and after each axis, as MATLAB and Pillow do with
    /// a file's picture. False: once, behind it, which is what records before 0.2 mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool RoundsEachAxis { get; init; }

    /// <summary>A side that the scale divides keeps all its pixels: 110 over 1.1 are 100. False: 99 where the quotient, as it is computed,
    /// comes out below; which is what records without it mean.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool KeepsWholeSides { get; init; }

    /// <summary>What the picture goes through in place of blur, shrinking, noise and JPEG above; null: those.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public IReadOnlyList<DegradationStep>? Steps { get; init => field = value is null ? null : new DegradationSteps(value); }

    /// <summary>Enlarge the result to the picture's size again, with bilinear interpolation (Eq. 19's upscale).</summary>
    public bool Enlarge { get; init; }

    /// <summary>Key of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>Pixels of a side of this length once it is shrunk.</summary>
    internal int Shrunk(long length) => KeepsWholeSides ? ShrunkSide.Of(length, Scale) : ShrunkSide.AsComputed(length, Scale);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    public void Validate()
    {
        Require(Scale is >= 1 and <= 1024, $"Scale is {Scale}; it must lie in 1..1024");
        Require(BlurSize is >= 1 and <= 1023 && BlurSize % 2 == 1, $"BlurSize is {BlurSize}; it must be odd, 1..1023");
        Require(BlurSize == 1 || BlurSigma is > 0 and <= 1000, $"BlurSigma is {BlurSigma}; it must lie above 0, up to 1000");
        Require(BlurAspect is null or (> 0 and <= 1), $"BlurAspect is {BlurAspect}; it must lie above 0, up to 1");
        Require(double.IsFinite(BlurAngle), $"BlurAngle is {BlurAngle}; it must be a number");
        Require(Noise is >= 0 and <= 255, $"Noise is {Noise}; it must lie in 0..255");
        Require(JpegQuality is null or (>= 1 and <= 100), $"JpegQuality is {JpegQuality}; it must lie in 1..100");
        Require(Enum.IsDefined(Shrink), $"Shrink is {Shrink}, which is no known kernel");
        foreach (var step in Steps ?? [])
        {
            Require(step is not null, $"a step is null");
            step!.Validate();
        }
    }

    private static void Require(bool holds, FormattableString otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Degradation: {FormattableString.Invariant(otherwise)}.");
    }
}
