using System.Numerics;

namespace PSSR.Pictures;

/// <summary>
/// Discrete Fourier transforms of one length, unscaled, float64. Powers of two by Cooley and Tukey's radix 2; other lengths as a convolution with a chirp, by
/// transforms of the next power of two that holds it (Bluestein 1970). May be used by several threads at once.
/// </summary>
internal sealed class FourierTransform
{
    private readonly int _length;
    private readonly double[] _cos = [], _sin = [];
    private readonly Chirp? _chirp;

    public FourierTransform(int length)
    {
        _length = length;
        if (!BitOperations.IsPow2(length))
        {
            _chirp = new Chirp(length);
            return;
        }

        (_cos, _sin) = (new double[length / 2], new double[length / 2]);
        for (int i = 0; i < length / 2; i++)
            (_sin[i], _cos[i]) = Math.SinCos(2 * Math.PI * i / length);
    }

    /// <summary>X_k = Σ x_n·e^(-2πi·kn/N), in place.</summary>
    public void Forward(Span<double> re, Span<double> im) => Inverse(im, re); // conjugation is swapping the parts, up to a factor that swaps back

    /// <summary>x_n = Σ X_k·e^(+2πi·kn/N), in place and not divided by N.</summary>
    public void Inverse(Span<double> re, Span<double> im)
    {
        if (_chirp is not null)
            _chirp.Inverse(re, im);
        else
            Radix2(re, im);
    }

    /// <summary>Along the rows, then the columns, of one plane in place.</summary>
    /// <param name="rows">As long as a row.</param>
    /// <param name="columns">As long as a column.</param>
    public static void Forward(double[] re, double[] im, FourierTransform rows, FourierTransform columns)
    {
        int width = rows._length, height = columns._length;
        Parallel.For(0, height, y => rows.Forward(re.AsSpan(y * width, width), im.AsSpan(y * width, width)));
        Parallel.For(0, width, x =>
        {
            double[] lineRe = new double[height], lineIm = new double[height];
            for (int y = 0; y < height; y++)
                (lineRe[y], lineIm[y]) = (re[y * width + x], im[y * width + x]);
            columns.Forward(lineRe, lineIm);
            for (int y = 0; y < height; y++)
                (re[y * width + x], im[y * width + x]) = (lineRe[y], lineIm[y]);
        });
    }

    private void Radix2(Span<double> re, Span<double> im)
    {
        int n = _length;
        for (int i = 1, j = 0; i < n; i++)
        {
            int bit = n >> 1;
            for (; (j & bit) != 0; bit >>= 1)
                j ^= bit;
            j ^= bit;
            if (i < j)
                (re[i], re[j], im[i], im[j]) = (re[j], re[i], im[j], im[i]);
        }

        for (int length = 2; length <= n; length <<= 1)
        {
            int half = length / 2, step = n / length;
            for (int start = 0; start < n; start += length)
            {
                for (int k = 0; k < half; k++)
                {
                    (int a, int b) = (start + k, start + k + half);
                    (double c, double s) = (_cos[k * step], _sin[k * step]);
                    (double tr, double ti) = (re[b] * c - im[b] * s, re[b] * s + im[b] * c);
                    (re[b], im[b]) = (re[a] - tr, im[a] - ti);
                    (re[a], im[a]) = (re[a] + tr, im[a] + ti);
                }
            }
        }
    }

    /// <summary>kn = (k² + n² - (k-n)²)/2 turns the sum into w_k·Σ (x_n·w_n)·w̄_(k-n) with w_n = e^(πi·n²/N).</summary>
    private sealed class Chirp
    {
        private readonly int _length, _padded;
        private readonly double[] _re, _im, _kernelRe, _kernelIm;
        private readonly FourierTransform _inner;

        public Chirp(int length)
        {
            _length = length;
            _padded = (int)BitOperations.RoundUpToPowerOf2((uint)(2 * length - 1));
            _inner = new FourierTransform(_padded);
            (_re, _im, _kernelRe, _kernelIm) = (new double[length], new double[length], new double[_padded], new double[_padded]);
            for (int i = 0; i < length; i++)
            {
                // The angle repeats every 2N; reduced in whole numbers, it stays exact.
                (_im[i], _re[i]) = Math.SinCos(Math.PI * ((long)i * i % (2L * length)) / length);
                foreach (int place in new[] { i, (_padded - i) % _padded })
                    (_kernelRe[place], _kernelIm[place]) = (_re[i], -_im[i]);
            }

            _inner.Forward(_kernelRe, _kernelIm);
        }

        public void Inverse(Span<double> re, Span<double> im)
        {
            double[] wideRe = new double[_padded], wideIm = new double[_padded];
            for (int i = 0; i < _length; i++)
                (wideRe[i], wideIm[i]) = (re[i] * _re[i] - im[i] * _im[i], re[i] * _im[i] + im[i] * _re[i]);
            _inner.Forward(wideRe, wideIm);
            for (int i = 0; i < _padded; i++)
                (wideRe[i], wideIm[i]) = (wideRe[i] * _kernelRe[i] - wideIm[i] * _kernelIm[i], wideRe[i] * _kernelIm[i] + wideIm[i] * _kernelRe[i]);
            _inner.Inverse(wideRe, wideIm);
            for (int i = 0; i < _length; i++)
            {
                re[i] = (wideRe[i] * _re[i] - wideIm[i] * _im[i]) / _padded;
                im[i] = (wideRe[i] * _im[i] + wideIm[i] * _re[i]) / _padded;
            }
        }
    }
}
