using PSSR.Host;

namespace PSSR.Pictures.Degrading;

/// <summary>Kernels that aren't the product of a row and a column, and what they make of a picture. The border is mirrored without
/// repeating the edge pixel.</summary>
internal static class BlurKernel
{
    /// <summary>A Gaussian that is wider in one direction than across it.</summary>
    /// <param name="size">Side in pixels, odd.</param>
    /// <param name="sigma">σ along the direction, in pixels.</param>
    /// <param name="aspect">σ across it, as a share of that, in (0,1].</param>
    /// <param name="angle">The direction, in degrees from the rows.</param>
    /// <param name="shape">β: a power of the squared distance; 1 for a Gaussian's own.</param>
    /// <param name="plateau">1/(1+q^β) in place of exp(-q^β/2): flat in the middle.</param>
    /// <returns>float64 [size,size], not normalised.</returns>
    public static Tensor Gaussian(int size, double sigma, double aspect, double angle, double shape = 1, bool plateau = false)
    {
        using var scope = torch.NewDisposeScope();
        var places = torch.arange(Kept.Of(-(size / 2)), Kept.Of(size - (size / 2)), Kept.One, torch.float64);
        var (cosine, sine) = (Math.Cos(angle * Math.PI / 180), Math.Sin(angle * Math.PI / 180));
        var (x, y) = (places.reshape(1, size), places.reshape(size, 1));
        var (along, across) = ((x * Kept.Of(cosine)).Plus(y * Kept.Of(sine)) / Kept.Of(sigma),
            (y * Kept.Of(cosine) - x * Kept.Of(sine)) / Kept.Of(sigma * aspect));
        var distance = along.Squared().Plus(across.Squared());
        if (shape != 1)
            distance = distance.pow(Kept.Of(shape));
        return (plateau ? distance.Plus(1).reciprocal() : (Kept.Of(-0.5) * distance).exp()).MoveToOuterDisposeScope();
    }

    /// <summary>What passes no frequency above a limit, the same in every direction: it rings at edges, as sharpened pictures do.</summary>
    /// <param name="size">Side in pixels, odd.</param>
    /// <param name="cutoff">The limit in radians a pixel, up to π.</param>
    /// <inheritdoc cref="Gaussian" path="/returns"/>
    public static Tensor Sinc(int size, double cutoff)
    {
        var weights = new double[size * size];
        for (var i = 0; i < weights.Length; i++)
        {
            var distance = double.Hypot((i / size) - (size / 2), (i % size) - (size / 2));
            weights[i] = distance == 0 ? cutoff * cutoff / (4 * Math.PI)
                : cutoff * FirstBessel(cutoff * distance) / (2 * Math.PI * distance);
        }
        return torch.tensor(weights, [size, size], torch.float64);
    }

    /// <summary>The picture under a kernel, whose sum becomes 1. Of a picture smaller than the kernel the middle of the kernel is
    /// taken.</summary>
    /// <param name="image">float64 [N,C,H,W].</param>
    public static Tensor Apply(Tensor image, Tensor kernel)
    {
        using var scope = torch.NewDisposeScope();
        var size = (int)kernel.shape[0];
        var reach = Math.Min(size / 2, Math.Min(image.shape[2], image.shape[3]) - 1);
        var padded = torch.nn.functional.pad(image, [reach, reach, reach, reach], PaddingModes.Reflect);
        var within = kernel.narrow(0, (size / 2) - reach, (2 * reach) + 1).narrow(1, (size / 2) - reach, (2 * reach) + 1);
        // By its spectrum: a convolution in float64 lays out each pixel's whole neighbourhood first, half a gigabyte for a crop.
        long[] sides = [padded.shape[2], padded.shape[3]];
        var spectrum = torch.fft.rfft2(padded) * torch.fft.rfft2((within / within.sum()).to(image.dtype), sides).conj();
        return torch.fft.irfft2(spectrum, sides).narrow(2, 0, image.shape[2]).narrow(3, 0, image.shape[3]).contiguous()
            .MoveToOuterDisposeScope();
    }

    /// <summary>J₁ by Bessel's integral. The trapezoidal rule over a whole period is exact to rounding for as many points as
    /// these, for x up to 100 by far.</summary>
    internal static double FirstBessel(double x)
    {
        const int Points = 512;
        var sum = 0.0;
        for (var i = 0; i < Points; i++)
        {
            var angle = 2 * Math.PI * i / Points;
            sum += Math.Cos(angle - (x * Math.Sin(angle)));
        }
        return sum / Points;
    }
}
