namespace PSSR.Pictures.Scaling;

/// <summary>Interleaved 8-bit samples, resized one axis at a time with rounding in between.</summary>
internal sealed record BytePlane(byte[] Samples, int Height, int Width, int Channels)
{
    // Pillow's fixed point: 8 bits for the value, 2 spare for overshoot, the rest of 32 for the weight.
    private const int FixedBits = 32 - 8 - 2;

    /// <summary>MATLAB's: float64 sums, rounded half to even and clamped.</summary>
    public BytePlane AlongX(AxisWeights weights) =>
        Over(Height, weights.Length, (y, x, c) => Sum(weights, x, y * Width * Channels + c, Channels));

    public BytePlane AlongY(AxisWeights weights) =>
        Over(weights.Length, Width, (y, x, c) => Sum(weights, y, x * Channels + c, Width * Channels));

    /// <summary>Pillow's: 32-bit fixed-point sums, rounded half up and clamped.</summary>
    public BytePlane AlongXFixed(AxisWeights weights)
    {
        int[] fixedWeights = Fixed(weights);
        return Over(Height, weights.Length, (y, x, c) => SumFixed(weights, fixedWeights, x, y * Width * Channels + c, Channels));
    }

    public BytePlane AlongYFixed(AxisWeights weights)
    {
        int[] fixedWeights = Fixed(weights);
        return Over(weights.Length, Width, (y, x, c) => SumFixed(weights, fixedWeights, y, x * Channels + c, Width * Channels));
    }

    private BytePlane Over(int height, int width, Func<int, int, int, byte> value)
    {
        if ((long)height * width * Channels > Array.MaxLength)
            throw new PssrException(PssrErrorKind.Option,
                $"on the way to its size it would have {width}x{height} pixels, which is more than one array can hold.");
        var result = new byte[height * width * Channels];
        Parallel.For(0, height, y =>
        {
            for (int x = 0, i = y * width * Channels; x < width; x++)
                for (int c = 0; c < Channels; c++, i++)
                    result[i] = value(y, x, c);
        });
        return new BytePlane(result, height, width, Channels);
    }

    private byte Sum(AxisWeights weights, int output, int first, int stride)
    {
        double sum = 0;
        for (int k = output * weights.Taps, end = k + weights.Taps; k < end; k++)
            sum += weights.Weight[k] * Samples[first + weights.Index[k] * stride];
        return (byte)Math.Clamp(Math.Round(sum, MidpointRounding.ToEven), 0, 255);
    }

    private byte SumFixed(AxisWeights weights, int[] fixedWeights, int output, int first, int stride)
    {
        int sum = 1 << (FixedBits - 1);
        for (int k = output * weights.Taps, end = k + weights.Taps; k < end; k++)
            sum += fixedWeights[k] * Samples[first + weights.Index[k] * stride];
        return (byte)Math.Clamp(sum >> FixedBits, 0, 255);
    }

    private static int[] Fixed(AxisWeights weights) =>
        Array.ConvertAll(weights.Weight, w => (int)((w < 0 ? -0.5 : 0.5) + w * (1 << FixedBits)));
}
