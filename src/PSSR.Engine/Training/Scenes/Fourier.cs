using PSSR.Pictures;

namespace PSSR.Training.Scenes;

/// <summary>The transform that textures need.</summary>
internal static class Fourier
{
    /// <summary>Unscaled inverse transform in place of a square of complex numbers, row-major; <paramref name="size"/> is a power of two.</summary>
    public static void InverseSquare(double[] re, double[] im, int size)
    {
        var transform = new FourierTransform(size);
        var (lineRe, lineIm) = (new double[size], new double[size]);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var line = 0; line < size; line++)
            {
                var (start, stride) = pass == 0 ? (line * size, 1) : (line, size);
                for (var i = 0; i < size; i++)
                    (lineRe[i], lineIm[i]) = (re[start + i * stride], im[start + i * stride]);
                transform.Inverse(lineRe, lineIm);
                for (var i = 0; i < size; i++)
                    (re[start + i * stride], im[start + i * stride]) = (lineRe[i], lineIm[i]);
            }
        }
    }
}
