using System.Numerics;
using PSSR.Host;
using PSSR.Pictures.Scaling;

namespace PSSR.Pictures;

/// <summary>Resizing that matches MATLAB, Pillow and torch (<see cref="ResamplingKernel"/>).</summary>
public static class Resampling
{
    /// <summary>Resizes; values are not clamped. Weights are float64, sums are in the tensor's type.</summary>
    /// <param name="image">[N,C,h,w], float32 or float64, on the CPU.</param>
    /// <param name="scale">The exact scale for the positions, where the size was rounded from one; null: target over source, for each
    /// axis.</param>
    /// <returns>[N,C,height,width], the image's type.</returns>
    /// <exception cref="PssrException">Kind Option: a size or scale that makes no picture.</exception>
    public static Tensor Resize(Tensor image, int height, int width, ResamplingKernel kernel, double? scale = null) =>
        Resize(image, height, width, kernel, scale, scale);

    /// <summary>The same with a scale of its own for each axis.</summary>
    /// <inheritdoc cref="Resize(Tensor, int, int, ResamplingKernel, double?)"/>
    public static Tensor Resize(Tensor image, int height, int width, ResamplingKernel kernel, double? scaleY, double? scaleX)
    {
        if (image.dim() != 4)
            throw new ArgumentException($"A tensor [N,C,H,W] is needed, not [{string.Join(",", image.shape)}].", nameof(image));
        Require(height, width, scaleY);
        Require(height, width, scaleX);
        return image.dtype switch
        {
            ScalarType.Float32 => Resize<float>(image, height, width, kernel, scaleY, scaleX),
            ScalarType.Float64 => Resize<double>(image, height, width, kernel, scaleY, scaleX),
            var other => throw new ArgumentException($"A tensor of float32 or float64 is needed, not {other}.", nameof(image)),
        };
    }

    /// <summary>The same as two products with matrices, on the tensor's device: gradients go through it.</summary>
    /// <param name="image">[N,C,h,w], float32 or float64, anywhere.</param>
    /// <exception cref="PssrException">Kind Option: a size that makes no picture.</exception>
    public static Tensor ResizeOnTape(Tensor image, int height, int width, ResamplingKernel kernel)
    {
        Require(height, width, null);
        using var scope = torch.NewDisposeScope();
        Tensor Matrix(long source, int target) =>
            AxisWeights.Create(kernel, (int)source, target, (double)target / source).ToMatrix((int)source).to(image.dtype, image.device);
        Tensor rows = Matrix(image.shape[2], height), columns = Matrix(image.shape[3], width);
        return rows.matmul(image).matmul(columns.t()).MoveToOuterDisposeScope();
    }

    /// <summary>Whether a kernel's program has a resizing of its own for 8-bit pictures.</summary>
    public static bool HasEightBitForm(ResamplingKernel kernel) =>
        kernel is ResamplingKernel.MatlabBicubic or ResamplingKernel.PilBicubic or ResamplingKernel.PilBox;

    /// <summary>Resizes a picture as the program does with one of 8 bits: it rounds to 256 levels before, and after each axis in the
    /// program's order. Every low-resolution picture that stands for a file is made so.</summary>
    /// <param name="image">[N,C,h,w] in [0,1], float32 or float64, on the CPU; what lies beyond is clamped.</param>
    /// <param name="kernel">One that <see cref="HasEightBitForm"/>.</param>
    /// <param name="scale">As in <see cref="Resize(Tensor, int, int, ResamplingKernel, double?)"/>.</param>
    /// <returns>[N,C,height,width] of 256 levels in [0,1], the image's type.</returns>
    /// <exception cref="PssrException">Kind Option: a size or scale that makes no picture.</exception>
    public static Tensor ResizeEightBit(Tensor image, int height, int width, ResamplingKernel kernel, double? scale = null) =>
        ResizeEightBit(image, height, width, kernel, scale, scale);

    /// <summary>The same with a scale of its own for each axis.</summary>
    /// <inheritdoc cref="ResizeEightBit(Tensor, int, int, ResamplingKernel, double?)"/>
    public static Tensor ResizeEightBit(Tensor image, int height, int width, ResamplingKernel kernel, double? scaleY, double? scaleX)
    {
        var (rows, columns) = ((int)image.shape[2], (int)image.shape[3]);
        return ByLevels(image, height, width, plane => Resize(plane, rows, columns, 1, height, width, kernel, scaleY, scaleX));
    }

    /// <summary>Of a picture that <see cref="ResizeEightBit(Tensor, int, int, ResamplingKernel, double?)"/> brings to this size by Pillow's
    /// bicubic the middle square, as the whole's would be: a narrow picture's whole may be thousands of times as large.</summary>
    /// <returns>[N,C,side,side].</returns>
    internal static Tensor MiddleEightBit(Tensor image, long height, long width, int side)
    {
        using var scope = torch.NewDisposeScope();
        var (rows, top, tall) = AxisWeights.Middle((int)image.shape[2], height, side);
        var (columns, left, wide) = AxisWeights.Middle((int)image.shape[3], width, side);
        return ByLevels(image.narrow(2, top, tall).narrow(3, left, wide), side, side,
            plane => new BytePlane(plane, tall, wide, 1).AlongXFixed(columns).AlongYFixed(rows).Samples).MoveToOuterDisposeScope();
    }

    private static Tensor ByLevels(Tensor image, int height, int width, Func<byte[], byte[]> resize)
    {
        using var scope = torch.NewDisposeScope();
        // float64: of a float32 picture, 255 times a level over 255 isn't always that level.
        var levels = (image.to(torch.float64).clamp(Kept.Of(0.0), Kept.Of(1.0)) * Kept.Of(255)).round().to(torch.uint8);
        var planes = levels.reshape(-1, image.shape[2], image.shape[3]).unbind(0).Select(plane =>
            torch.tensor(resize(plane.Values<byte>()), [1L, height, width], torch.uint8)).ToArray();
        var resized = torch.cat(planes, 0).reshape(image.shape[0], image.shape[1], height, width).to(torch.float64) / Kept.Of(255);
        return resized.to(image.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>Resizes 8-bit samples as the program itself does with them, rounding after each axis.</summary>
    /// <param name="samples">h·w·channels, interleaved.</param>
    /// <param name="kernel">One that <see cref="HasEightBitForm"/>.</param>
    /// <param name="scale">As in the other overload.</param>
    /// <returns>height·width·channels samples.</returns>
    /// <exception cref="PssrException">Kind Option: a size or scale that makes no picture.</exception>
    public static byte[] Resize(byte[] samples, int sourceHeight, int sourceWidth, int channels, int height, int width,
        ResamplingKernel kernel, double? scale = null) =>
        Resize(samples, sourceHeight, sourceWidth, channels, height, width, kernel, scale, scale);

    private static byte[] Resize(byte[] samples, int sourceHeight, int sourceWidth, int channels, int height, int width,
        ResamplingKernel kernel, double? givenY, double? givenX)
    {
        Require(height, width, givenY);
        Require(height, width, givenX);
        if (samples.LongLength != (long)sourceHeight * sourceWidth * channels)
            throw new ArgumentException($"{samples.LongLength} samples are no {sourceWidth}x{sourceHeight} picture of {channels} channels.",
                nameof(samples));
        double scaleY = givenY ?? (double)height / sourceHeight, scaleX = givenX ?? (double)width / sourceWidth;
        AxisWeights rows = AxisWeights.Create(kernel, sourceHeight, height, scaleY),
            columns = AxisWeights.Create(kernel, sourceWidth, width, scaleX);
        var image = new BytePlane(samples, sourceHeight, sourceWidth, channels);
        return kernel switch
        {
            // MATLAB takes the axis with the smaller scale first; Pillow always the columns.
            ResamplingKernel.MatlabBicubic when scaleY <= scaleX => image.AlongY(rows).AlongX(columns).Samples,
            ResamplingKernel.MatlabBicubic => image.AlongX(columns).AlongY(rows).Samples,
            ResamplingKernel.PilBicubic or ResamplingKernel.PilBox => image.AlongXFixed(columns).AlongYFixed(rows).Samples,
            _ => throw new ArgumentOutOfRangeException(nameof(kernel), kernel, "Only MATLAB's and Pillow's 8-bit resizing is defined."),
        };
    }

    private static unsafe Tensor Resize<T>(Tensor image, int height, int width, ResamplingKernel kernel, double? scaleY, double? scaleX)
        where T : unmanaged, INumber<T>
    {
        using var scope = torch.NewDisposeScope();
        Tensor contiguous = image.contiguous();
        Tensor result = torch.empty([image.shape[0], image.shape[1], height, width], image.dtype, torch.CPU);
        TensorPlanes<T> from = new(contiguous), to = new(result);
        var resampler = new PlaneResampler<T>(
            AxisWeights.Create(kernel, from.Height, height, scaleY ?? (double)height / from.Height),
            AxisWeights.Create(kernel, from.Width, width, scaleX ?? (double)width / from.Width));
        int bands = resampler.Bands;
        Parallel.For(0, from.Count * bands, i => resampler.Run(from[i / bands], from.Width, to[i / bands], i % bands));
        return result.MoveToOuterDisposeScope();
    }

    private static void Require(int height, int width, double? scale)
    {
        if (height < 1 || width < 1)
            throw new PssrException(PssrErrorKind.Option, $"{width}x{height} is no size for a picture.", $"{width}x{height}");
        if (scale is not (null or (> 0 and < double.PositiveInfinity)))
            throw new PssrException(PssrErrorKind.Option, FormattableString.Invariant($"{scale} is no scale: give a number over 0."),
                FormattableString.Invariant($"{scale}"));
    }
}
