using System.Numerics;
using System.Runtime.CompilerServices;
using PSSR.Host;
using PSSR.Pictures.Containers;

namespace PSSR.Pictures;

/// <summary>The only place where samples become [0,1] and [-1,1] and back.</summary>
public static class ImageTensor
{
    /// <summary>
    /// Samples to tensors. Colour under alpha is premultiplied, so that what can't be seen doesn't bleed into what can. A picture that is
    /// transparent everywhere keeps its colour as it is: nothing is there to bleed into, and nothing would be left.
    /// </summary>
    /// <returns>Colour float32 [1,3,H,W] in [0,1] (grey three times); Alpha float32 [1,1,H,W] in [0,1], or null. The caller disposes
    /// both.</returns>
    public static (Tensor Colour, Tensor? Alpha) FromRaster(RasterImage image)
    {
        Tensor colour = torch.empty([1, 3, image.Height, image.Width], torch.float32, torch.CPU);
        Tensor? alpha = image.HasAlpha ? torch.empty([1, 1, image.Height, image.Width], torch.float32, torch.CPU) : null;
        var to = new TensorPlanes<float>(colour);
        TensorPlanes<float>? alphaTo = alpha is null ? null : new TensorPlanes<float>(alpha);
        if (image.Samples is ushort[] words)
            Unpack(words, image, 1f / ushort.MaxValue, to, alphaTo);
        else
            Unpack((byte[])image.Samples, image, 1f / byte.MaxValue, to, alphaTo);
        if (alphaTo is not null && IsVisible(alphaTo))
            Parallel.For(0, image.Height, y => Premultiply(to, alphaTo, y));
        return (colour, alpha);
    }

    /// <summary>A picture as metrics look at it: on white, as a JPEG of it would be.</summary>
    /// <returns>float32 [1,3,H,W] in [0,1], which the caller disposes.</returns>
    internal static Tensor OnWhite(RasterImage image)
    {
        using var scope = torch.NewDisposeScope();
        var (colour, alpha) = FromRaster(image);
        return (alpha is null ? colour : colour.mul_(alpha.gt(Kept.Of(0)).to(torch.float32)).Plus(alpha.neg().Plus(1)))
            .MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Tensors to samples: clamped, nearest value (half up), NaN to 0. Colour is divided by alpha first; where alpha rounds to nothing,
    /// colour is 0.
    /// </summary>
    /// <param name="colour01">float32 [1,3,H,W], on the CPU; premultiplied where there is alpha.</param>
    /// <param name="alpha">float32 [1,1,H,W], or null.</param>
    /// <param name="like">Gives bit depth, grey (the mean of the three channels) or colour, and metadata, but for what it
    /// says of its own samples' precision.</param>
    public static RasterImage ToRaster(Tensor colour01, Tensor? alpha, RasterImage like)
    {
        using var scope = torch.NewDisposeScope();
        var from = new TensorPlanes<float>(colour01.contiguous());
        TensorPlanes<float>? alphaFrom = alpha is null ? null : new TensorPlanes<float>(alpha.contiguous());
        if (from.Count != 3 || (alphaFrom is not null
            && (alphaFrom.Count != 1 || alphaFrom.Height != from.Height || alphaFrom.Width != from.Width)))
            throw new ArgumentException("Colour is [1,3,H,W] and alpha [1,1,H,W] of the same size.", nameof(colour01));
        int channels = (like.IsGrey ? 1 : 3) + (alphaFrom is null ? 0 : 1);
        PixelLimit.Require(from.Width, from.Height, channels, long.MaxValue);
        long count = (long)from.Width * from.Height * channels;
        Array samples = like.BitDepth == 16
            ? Pack(GC.AllocateUninitializedArray<ushort>((int)count), ushort.MaxValue, from, alphaFrom, channels)
            : Pack(GC.AllocateUninitializedArray<byte>((int)count), byte.MaxValue, from, alphaFrom, channels);
        return new RasterImage(from.Width, from.Height, channels, samples)
        {
            Metadata = like.Metadata is { PngColour: { } colour } metadata
                ? metadata with { PngColour = PngContainer.WithoutSignificantBits(colour) } : like.Metadata,
        };
    }

    /// <summary>[0,1] to [-1,1].</summary>
    public static Tensor ToSigned(Tensor x01) => Affine(x01, 2.0, -1.0);

    /// <summary>[-1,1] to [0,1]; not clamped.</summary>
    public static Tensor FromSigned(Tensor x) => Affine(x, 0.5, 0.5);

    private static Tensor Affine(Tensor x, double factor, double offset)
    {
        using var scope = torch.NewDisposeScope();
        Tensor y = x.mul(Kept.Of(factor));
        y.add_(Kept.Of(offset), Kept.One);
        return y.MoveToOuterDisposeScope();
    }

    private static void Unpack<T>(T[] samples, RasterImage image, float unit, TensorPlanes<float> colour, TensorPlanes<float>? alpha)
        where T : unmanaged, INumber<T>
    {
        int channels = image.Channels, width = image.Width;
        Parallel.For(0, image.Height, y =>
        {
            ReadOnlySpan<T> row = samples.AsSpan(y * width * channels, width * channels);
            for (int c = 0; c < 3; c++)
                UnpackChannel(row, image.IsGrey ? 0 : c, channels, unit, colour.Row(c, y));
            if (alpha is not null)
                UnpackChannel(row, channels - 1, channels, unit, alpha.Row(0, y));
        });
    }

    private static void UnpackChannel<T>(ReadOnlySpan<T> row, int channel, int channels, float unit, Span<float> to)
        where T : unmanaged, INumber<T>
    {
        for (int x = 0, i = channel; x < to.Length; x++, i += channels)
            to[x] = float.CreateTruncating(row[i]) * unit;
    }

    private static bool IsVisible(TensorPlanes<float> alpha)
    {
        for (int y = 0; y < alpha.Height; y++)
            if (alpha.Row(0, y).ContainsAnyExceptInRange(float.NegativeInfinity, 0))
                return true;
        return false;
    }

    private static void Premultiply(TensorPlanes<float> colour, TensorPlanes<float> alpha, int y)
    {
        Span<float> a = alpha.Row(0, y);
        for (int c = 0; c < 3; c++)
        {
            Span<float> row = colour.Row(c, y);
            for (int x = 0; x < row.Length; x++)
                row[x] *= a[x];
        }
    }

    private static T[] Pack<T>(T[] samples, float most, TensorPlanes<float> colour, TensorPlanes<float>? alpha, int channels)
        where T : unmanaged, INumber<T>
    {
        int width = colour.Width;
        bool divide = alpha is not null && IsVisible(alpha);
        Parallel.For(0, colour.Height, y =>
        {
            Span<T> row = samples.AsSpan(y * width * channels, width * channels);
            Span<float> red = colour.Row(0, y), green = colour.Row(1, y), blue = colour.Row(2, y), a = alpha is null ? [] : alpha.Row(0, y);
            for (int x = 0, i = 0; x < width; x++, i += channels)
            {
                int opacity = alpha is null ? 0 : Nearest(a[x], most);
                float unit = !divide ? 1 : opacity == 0 ? 0 : 1 / Math.Min(a[x], 1);
                if (channels <= 2)
                    row[i] = T.CreateTruncating(Nearest((red[x] + green[x] + blue[x]) * unit / 3, most));
                else
                {
                    row[i] = T.CreateTruncating(Nearest(red[x] * unit, most));
                    row[i + 1] = T.CreateTruncating(Nearest(green[x] * unit, most));
                    row[i + 2] = T.CreateTruncating(Nearest(blue[x] * unit, most));
                }

                if (alpha is not null)
                    row[i + channels - 1] = T.CreateTruncating(opacity);
            }
        });
        return samples;
    }

    /// <summary>NaN fails both comparisons and becomes 0.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Nearest(float value, float most) => value >= 1 ? (int)most : value > 0 ? (int)(value * most + 0.5f) : 0;
}
