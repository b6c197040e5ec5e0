using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>
/// How well a result explains the picture that it was made from (SRFlow, Lugmayr et al. 2020, section 5; ECDP's Table 5): the PSNR of the
/// result shrunk by MATLAB's bicubic, in 8 bits, against that picture. It needs no truth. It holds the result to bicubic: a method that
/// undoes another degradation is rightly low.
/// </summary>
public static class LrPsnr
{
    /// <summary>As values are called by.</summary>
    public const string Name = "LR-PSNR";

    /// <param name="result">What was upscaled. 16 bits are rounded to 8 first, as they would have been saved.</param>
    /// <param name="input">What it was made from; no side larger than the result's.</param>
    /// <returns>dB over red, green and blue, range 255, no border; +∞ where nothing differs.</returns>
    /// <exception cref="PssrException">Kind Option: the input is larger than the result.</exception>
    public static double Compute(RasterImage result, RasterImage input, CancellationToken cancellation = default)
    {
        if (input.Width > result.Width || input.Height > result.Height)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"The result's {result.Width}×{result.Height} pixels can't be shrunk to the {input.Width}×{input.Height} of its input.");
        }

        cancellation.ThrowIfCancellationRequested();
        // On white first: colours that nobody sees would bleed into what is seen.
        var picture = FormatLimits.OnWhite(FormatLimits.ToBits(result, 8));
        var shrunk = Resampling.Resize((byte[])picture.Samples, picture.Height, picture.Width, picture.Channels, input.Height, input.Width,
            ResamplingKernel.MatlabBicubic);
        return Psnr.Compute(picture with { Width = input.Width, Height = input.Height, Samples = shrunk },
            FormatLimits.OnWhite(FormatLimits.ToBits(input, 8)),
            cancellation: cancellation);
    }

    /// <inheritdoc cref="Compute"/>
    public static MetricValue Measure(RasterImage result, RasterImage input, CancellationToken cancellation = default) =>
        new(Name, Compute(result, input, cancellation), MetricValue.AnyPreset,
            "shrunk by MATLAB's bicubic, 8 bits, Rgb, border 0, range 255") { Unit = "dB" };
}
