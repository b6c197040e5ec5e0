using System.Collections.ObjectModel;
using System.Text.Json.Serialization;
using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>One of the things that a picture goes through in turn, where the fixed chain of Eq. 19 isn't what it goes through.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "step")]
[JsonDerivedType(typeof(BlurStep), "blur")]
[JsonDerivedType(typeof(SincStep), "sinc")]
[JsonDerivedType(typeof(ResizeStep), "resize")]
[JsonDerivedType(typeof(NoiseStep), "noise")]
[JsonDerivedType(typeof(ShotNoiseStep), "shot-noise")]
[JsonDerivedType(typeof(JpegStep), "jpeg")]
public abstract record DegradationStep
{
    /// <param name="image">float64 [1,3,h,w] in [0,1], of any size.</param>
    /// <param name="sizes">What sizes are told from.</param>
    /// <param name="random">The step's own.</param>
    internal abstract Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random);

    /// <exception cref="PssrException">Kind Option, naming the first value that can't be.</exception>
    internal abstract void Validate();

    private protected static void Require(bool holds, FormattableString otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"Degradation: {FormattableString.Invariant(otherwise)}.");
    }
}

/// <summary>The size of the picture before all steps, and that of the result.</summary>
internal readonly record struct StepSizes(int Height, int Width, int ResultHeight, int ResultWidth);

/// <summary>A blur.</summary>
/// <param name="Size">The kernel's side in pixels, odd.</param>
/// <param name="Sigma">Along the angle, in pixels.</param>
/// <param name="Aspect">σ across it, as a share of <paramref name="Sigma"/>.</param>
/// <param name="Angle">In degrees, from the rows towards the columns.</param>
/// <param name="Shape">β of a generalized Gaussian; 1: a Gaussian.</param>
/// <param name="Plateau">Flat in the middle: 1/(1+q^β).</param>
public sealed record BlurStep(int Size, double Sigma, double Aspect = 1, double Angle = 0, double Shape = 1, bool Plateau = false)
    : DegradationStep
{
    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        if (Aspect == 1 && Shape == 1 && !Plateau)
            return Degradation.Blur(image, Size, Sigma);
        using var kernel = BlurKernel.Gaussian(Size, Sigma, Aspect, Angle, Shape, Plateau);
        return BlurKernel.Apply(image, kernel);
    }

    internal override void Validate()
    {
        Require(Size is >= 1 and <= 1023 && Size % 2 == 1, $"a blur's size is {Size}; it must be odd, 1..1023");
        Require(Sigma is > 0 and <= 1000, $"a blur's sigma is {Sigma}; it must lie above 0, up to 1000");
        Require(Aspect is > 0 and <= 1, $"a blur's aspect is {Aspect}; it must lie above 0, up to 1");
        Require(double.IsFinite(Angle), $"a blur's angle is {Angle}; it must be a number");
        Require(Shape is > 0 and <= 100, $"a blur's shape is {Shape}; it must lie above 0, up to 100");
    }
}

/// <summary>A limit to the frequencies.</summary>
/// <param name="Size">The kernel's side in pixels, odd.</param>
/// <param name="Cutoff">In radians a pixel.</param>
public sealed record SincStep(int Size, double Cutoff) : DegradationStep
{
    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        using var kernel = BlurKernel.Sinc(Size, Cutoff);
        return BlurKernel.Apply(image, kernel);
    }

    internal override void Validate()
    {
        Require(Size is >= 1 and <= 127 && Size % 2 == 1, $"a sinc's size is {Size}; it must be odd, 1..127");
        Require(Cutoff is > 0 and <= Math.PI, $"a sinc's cutoff is {Cutoff}; it must lie above 0, up to π");
    }
}

/// <summary>Another size.</summary>
/// <param name="Share">Sides as a share of the picture's before all steps, rounded down; null: the result's.</param>
public sealed record ResizeStep(
    [property: JsonConverter(typeof(JsonStringEnumConverter<ResamplingKernel>))] ResamplingKernel Kernel, double? Share = null)
    : DegradationStep
{
    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        var (height, width) = Share is { } share
            ? (Math.Max(1, (int)(sizes.Height * share)), Math.Max(1, (int)(sizes.Width * share)))
            : (sizes.ResultHeight, sizes.ResultWidth);
        return Resampling.Resize(image, height, width, Kernel).clamp_(Kept.Of(0.0), Kept.Of(1.0));
    }

    internal override void Validate()
    {
        Require(Enum.IsDefined(Kernel), $"a resize's kernel is {Kernel}, which is none");
        Require(Share is null or (> 0 and <= 4), $"a resize's share is {Share}; it must lie above 0, up to 4");
    }
}

/// <summary>Gaussian noise.</summary>
/// <param name="Delta">Standard deviation, of 255.</param>
/// <param name="Grey">The same in red, green and blue.</param>
public sealed record NoiseStep(double Delta, bool Grey = false) : DegradationStep
{
    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        using var noise = Degradation.Normal(image.shape, Grey, ref random);
        return Degradation.AddNoise(image, noise, Delta);
    }

    internal override void Validate() => Require(Delta is >= 0 and <= 255, $"a noise's delta is {Delta}; it must lie in 0..255");
}

/// <summary>Noise as of light that is counted: its variance grows with the brightness.</summary>
/// <param name="Strength">1: white is 256 counts.</param>
/// <param name="Grey">The same in red, green and blue, by their brightness.</param>
public sealed record ShotNoiseStep(double Strength, bool Grey = false) : DegradationStep
{
    private const double White = 256;

    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        using var scope = torch.NewDisposeScope();
        var light = (Grey ? image.mean([1], keepdim: true) : image).clamp(Kept.Of(0.0), Kept.Of(1.0)).contiguous();
        var counts = light.Values<double>();
        for (var i = 0; i < counts.Length; i++)
            counts[i] = (random.Poisson(White * counts[i]) / White) - counts[i];
        var noise = torch.tensor(counts, light.shape, torch.float64);
        return image.Plus(noise * Kept.Of(Strength)).clamp(Kept.Of(0.0), Kept.Of(1.0)).MoveToOuterDisposeScope();
    }

    internal override void Validate() =>
        Require(Strength is >= 0 and <= 100, $"a shot noise's strength is {Strength}; it must lie in 0..100");
}

/// <summary>A JPEG compression of the picture, rounded to 8 bits.</summary>
/// <param name="Quality">1..100.</param>
public sealed record JpegStep(int Quality) : DegradationStep
{
    internal override Tensor Apply(Tensor image, StepSizes sizes, ref SeededRandom random)
    {
        using var levels = Degradation.Round(image);
        return Degradation.Jpeg(levels, Quality);
    }

    internal override void Validate() => Require(Quality is >= 1 and <= 100, $"a JPEG's quality is {Quality}; it must lie in 1..100");
}

/// <summary>Steps in their order; two lists of the same steps are equal.</summary>
internal sealed class DegradationSteps(IEnumerable<DegradationStep> steps) : ReadOnlyCollection<DegradationStep>([.. steps])
{
    public override bool Equals(object? obj) => obj is DegradationSteps other && this.SequenceEqual(other);

    public override int GetHashCode() => this.Aggregate(Count, HashCode.Combine);

    public override string ToString() => string.Join("; ", this.Select(step => FormattableString.Invariant($"{step}")));
}
