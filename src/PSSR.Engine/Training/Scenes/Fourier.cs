namespace PSSR.Training.Scenes;

/// <summary>The radix-2 transform that textures need; small squares only.</summary>
internal static class Fourier
{
    /// <summary>Unscaled inverse transform in place of a square of complex numbers, row-major; <paramref name="size"/> is a power of two.</summary>
    public static void InverseSquare(double[] re, double[] im, int size)
    {
        var (cos, sin) = (new double[size / 2], new double[size / 2]);
        for (var i = 0; i < size / 2; i++)
            (sin[i], cos[i]) = Math.SinCos(2 * Math.PI * i / size);
        var (lineRe, lineIm) = (new double[size], new double[size]);
        for (var pass = 0; pass < 2; pass++)
        {
            for (var line = 0; line < size; line++)
            {
                var (start, stride) = pass == 0 ? (line * size, 1) : (line, size);
                for (var i = 0; i < size; i++)
                    (lineRe[i], lineIm[i]) = (re[start + i * stride], im[start + i * stride]);
                Transform(lineRe, lineIm, cos, sin);
                for (var i = 0; i < size; i++)
                    (re[start + i * stride], im[start + i * stride]) = (lineRe[i], lineIm[i]);
            }
        }
    }

    private static void Transform(double[] re, double[] im, double[] cos, double[] sin)
    {
        var n = re.Length;
        for (int i = 1, j = 0; i < n; i++)
        {
            var bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (re[i], re[j], im[i], im[j]) = (re[j], re[i], im[j], im[i]);
        }
        for (var length = 2; length <= n; length <<= 1)
        {
            var half = length / 2;
            var step = n / length;
            for (var start = 0; start < n; start += length)
            {
                for (var k = 0; k < half; k++)
                {
                    var (a, b) = (start + k, start + k + half);
                    var (c, s) = (cos[k * step], sin[k * step]);
                    var (tr, ti) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                    (re[b], im[b]) = (re[a] - tr, im[a] - ti);
                    (re[a], im[a]) = (re[a] + tr, im[a] + ti);
                }
            }
        }
    }
}
