using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>
/// Degraded pictures to train on and to measure with: I_L = upscale_r( JPEG_q( downscale_r(I ⊗ Gaussian(s, σ)) + N(0, δ) ) )
/// (Diffusion Prior Interpolation, Eq. 19). Float64; pictures [1,3,H,W] in [0,1], on the CPU. The paper names neither filters nor the
/// border: the border is mirrored without repeating the edge pixel, Eq. 19's own filters are bilinear, as in CodeFormer's published code.
/// </summary>
public static class Degradation
{
    private const int Levels = byte.MaxValue;

    /// <summary>The whole chain. The result is rounded to 8 bit, as a file would hold it.</summary>
    /// <returns>float64 [1,3,h,w] in [0,1], h = ⌊H/r⌋, w = ⌊W/r⌋; of the picture's own size where <see
    /// cref="DegradationParameters.Enlarge"/> is set.</returns>
    /// <exception cref="PssrException">Kind Option: impossible parameters, or a picture smaller than the scale.</exception>
    public static Tensor Apply(Tensor image, DegradationParameters parameters)
    {
        parameters.Validate();
        using var scope = torch.NewDisposeScope();
        var (height, width) = ((int)image.shape[2], (int)image.shape[3]);
        var small = parameters.Steps is { } steps ? Stepped(image, parameters, steps) : Chained(image, parameters);
        var result = parameters.Enlarge ? Round(Resampling.Resize(small, height, width, ResamplingKernel.TorchBilinear)) : small;
        return result.MoveToOuterDisposeScope();
    }

    /// <summary>The picture shrunk as its parameters say, and nothing else of them: colours, or alpha.</summary>
    /// <param name="image">float32 or float64 [1,C,H,W].</param>
    /// <exception cref="PssrException">Kind Option: a side would vanish.</exception>
    public static Tensor Shrunk(Tensor image, DegradationParameters parameters)
    {
        if (!parameters.RoundsEachAxis || !Resampling.HasEightBitForm(parameters.Shrink))
            return Shrink(image, parameters);
        var (height, width) = SizeOf(image, parameters);
        return Resampling.ResizeEightBit(image, height, width, parameters.Shrink);
    }

    /// <summary>The blur's weights along one axis, summing to 1; the kernel is their outer product.</summary>
    /// <param name="size">s, odd.</param>
    /// <param name="sigma">σ in pixels.</param>
    public static double[] BlurWeights(int size, double sigma)
    {
        double[] weights = [.. Enumerable.Range(0, size).Select(i => i - size / 2)
            .Select(d => size == 1 ? 1 : Math.Exp(-d * d / (2 * sigma * sigma)))];
        var sum = weights.Sum();
        return Array.ConvertAll(weights, w => w / sum);
    }

    /// <summary>I ⊗ Gaussian(s, σ).</summary>
    public static Tensor Blur(Tensor image, int size, double sigma) =>
        size == 1 ? image.clone() : SeparableFilter.Apply(image, BlurWeights(size, sigma));

    /// <summary>I ⊗ a Gaussian that is wider in one direction than across it.</summary>
    /// <param name="sigma">σ along the direction, in pixels.</param>
    /// <param name="aspect">σ across it, as a share of that, in (0,1].</param>
    /// <param name="angle">The direction, in degrees from the rows.</param>
    public static Tensor Blur(Tensor image, int size, double sigma, double aspect, double angle)
    {
        using var kernel = BlurKernel.Gaussian(size, sigma, aspect, angle);
        return BlurKernel.Apply(image, kernel);
    }

    /// <summary>downscale_r: sides over r, rounded down.</summary>
    /// <exception cref="PssrException">Kind Option: a side would vanish.</exception>
    public static Tensor Shrink(Tensor image, double scale, ResamplingKernel kernel) =>
        Shrink(image, new DegradationParameters { Scale = scale, Shrink = kernel, KeepsWholeSides = true });

    private static Tensor Shrink(Tensor image, DegradationParameters parameters)
    {
        var (height, width) = SizeOf(image, parameters);
        return Resampling.Resize(image, height, width, parameters.Shrink);
    }

    private static (int Height, int Width) SizeOf(Tensor image, DegradationParameters parameters)
    {
        var (height, width) = (parameters.Shrunk(image.shape[2]), parameters.Shrunk(image.shape[3]));
        return height >= 1 && width >= 1 ? (height, width)
            : throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant(
                    $"A picture of {image.shape[3]}x{image.shape[2]} can't be shrunk by {parameters.Scale}: nothing would be left."));
    }

    /// <summary>+ N(0, δ), clipped to [0,1].</summary>
    /// <param name="noise">Standard normal, of the image's shape.</param>
    /// <param name="delta">δ, of 255.</param>
    public static Tensor AddNoise(Tensor image, Tensor noise, double delta)
    {
        using var scope = torch.NewDisposeScope();
        return image.Plus(noise * Kept.Of(delta / Levels)).clamp(Kept.Of(0.0), Kept.Of(1.0)).MoveToOuterDisposeScope();
    }

    /// <summary>JPEG_q, with the picture library's own encoder (4:2:0 at its usual qualities), on an 8-bit picture.</summary>
    public static Tensor Jpeg(Tensor image, int quality)
    {
        using var scope = torch.NewDisposeScope();
        var plain = new RasterImage((int)image.shape[3], (int)image.shape[2], 3, Array.Empty<byte>());
        var coded = ImageCodec.ThroughJpeg(ImageTensor.ToRaster(image.to(torch.float32), null, plain), quality);
        // Whole numbers over 255, in float64: float32's own 1/255 would leave them a little off.
        return Round(ImageTensor.FromRaster(coded).Colour.to(torch.float64)).MoveToOuterDisposeScope();
    }

    /// <summary>To the nearest of 256 levels, half to even, within [0,1].</summary>
    internal static Tensor Round(Tensor image)
    {
        using var scope = torch.NewDisposeScope();
        return ((image.clamp(Kept.Of(0.0), Kept.Of(1.0)) * Kept.Of(Levels)).round() / Kept.Of(Levels)).MoveToOuterDisposeScope();
    }

    /// <summary>Eq. 19 but its upscale. A blur leaves no whole levels, so that only without one there is an 8-bit picture to
    /// shrink.</summary>
    private static Tensor Chained(Tensor image, DegradationParameters parameters)
    {
        var small = parameters.BlurSize == 1 ? Shrunk(image, parameters)
            : Shrink(Blurred(image, parameters), parameters);
        small = Round(AddNoise(small, NoiseFor(parameters, small.shape), parameters.Noise));
        return parameters.JpegQuality is { } quality ? Jpeg(small, quality) : small;
    }

    private static Tensor Stepped(Tensor image, DegradationParameters parameters, IReadOnlyList<DegradationStep> steps)
    {
        var (height, width) = SizeOf(image, parameters);
        var sizes = new StepSizes((int)image.shape[2], (int)image.shape[3], height, width);
        for (var i = 0; i < steps.Count; i++)
        {
            var random = SeededRandom.For(parameters.Seed, 0xDE65, (ulong)i);
            image = steps[i].Apply(image, sizes, ref random);
        }
        return image.shape[2] == height && image.shape[3] == width ? Round(image)
            : throw new PssrException(PssrErrorKind.Option, "Degradation: the steps don't end in the result's size.");
    }

    private static Tensor Blurred(Tensor image, DegradationParameters parameters) => parameters is { BlurAspect: { } aspect }
        ? Blur(image, parameters.BlurSize, parameters.BlurSigma, aspect, parameters.BlurAngle)
        : Blur(image, parameters.BlurSize, parameters.BlurSigma);

    private static Tensor NoiseFor(DegradationParameters parameters, long[] shape)
    {
        if (parameters.Noise == 0)
            return torch.zeros(shape, torch.float64, torch.CPU);
        var random = SeededRandom.For(parameters.Seed, 0xDE64);
        return Normal(shape, parameters.GreyNoise, ref random);
    }

    /// <summary>Standard normal numbers of this shape, float64 on the CPU.</summary>
    /// <param name="shape">[1,3,h,w].</param>
    /// <param name="grey">The same for all channels.</param>
    internal static Tensor Normal(long[] shape, bool grey, ref SeededRandom random)
    {
        long[] drawn = [shape[0], grey ? 1 : shape[1], shape[2], shape[3]];
        var values = new double[drawn[0] * drawn[1] * drawn[2] * drawn[3]];
        for (var i = 0; i < values.Length; i++)
            values[i] = random.Normal();
        return torch.tensor(values, drawn, torch.float64).expand(shape);
    }
}
