using PSSR.Host;

namespace PSSR.Metrics;

/// <summary>The Fourier transform of a picture, channel by channel, and its log-magnitude map.</summary>
public sealed class PictureSpectrum
{
    private const double Levels = 127.5; // [-1,1] is 255 levels wide

    private readonly double[][] _re, _im;

    private PictureSpectrum(int width, int height, double[][] re, double[][] im) => (Width, Height, _re, _im) = (width, height, re, im);

    public int Width { get; }

    public int Height { get; }

    /// <param name="signed">float32 [1,C,H,W] in [-1,1] (noise may lie outside), on the CPU.</param>
    public static PictureSpectrum Of(Tensor signed)
    {
        using var scope = torch.NewDisposeScope();
        Tensor transform = torch.fft.fft2(signed[0].to(torch.float64) * Kept.Of(Levels));
        return new PictureSpectrum((int)signed.size(3), (int)signed.size(2), Planes(transform.real), Planes(transform.imag));
    }

    /// <summary>Magnitudes in dB, 20·log10(1 + |F|/√(W·H)), mean over the channels; 0 where there is nothing.</summary>
    /// <returns>Row-major, frequency zero in the middle (column W/2, row H/2).</returns>
    public double[] LogMagnitudeMap(CancellationToken cancellation = default)
    {
        var map = new double[Width * Height];
        for (int y = 0; y < Height; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            for (int x = 0; x < Width; x++)
            {
                int from = y * Width + x, to = (y + Height / 2) % Height * Width + (x + Width / 2) % Width;
                for (int c = 0; c < _re.Length; c++)
                    map[to] += Decibel(c, from) / _re.Length;
            }
        }

        return map;
    }

    /// <summary>How far another picture's spectrum is from this one, inside and outside a box around frequency zero.</summary>
    /// <param name="box">The box's sides as a share of the spectrum's, 0..1: a picture enlarged by s carries what lies in a box of
    /// 1/s.</param>
    /// <exception cref="PssrException">Kind Option: sizes differ, or a box outside 0..1.</exception>
    public FrequencyError ErrorOf(PictureSpectrum other, double box, CancellationToken cancellation = default)
    {
        if ((other.Width, other.Height, other._re.Length) != (Width, Height, _re.Length))
            throw new PssrException(PssrErrorKind.Option,
                $"The pictures differ in size: {other.Width}×{other.Height} and {Width}×{Height}. Spectra need equal sizes.");
        if (!(box is > 0 and < 1))
            throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant($"A box of {box} is no share of the spectrum: give a number between 0 and 1."),
                FormattableString.Invariant($"{box}"));
        var (energy, difference, count) = (new double[2], new double[2], new long[2]);
        for (int y = 0; y < Height; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            bool lowRow = IsInside(y, Height, box);
            for (int x = 0; x < Width; x++)
            {
                int at = y * Width + x, band = lowRow && IsInside(x, Width, box) ? 0 : 1;
                count[band] += _re.Length;
                for (int c = 0; c < _re.Length; c++)
                {
                    double re = _re[c][at] - other._re[c][at], im = _im[c][at] - other._im[c][at];
                    energy[band] += re * re + im * im;
                    difference[band] += Math.Abs(Decibel(c, at) - other.Decibel(c, at));
                }
            }
        }

        // Parseval: Σ|F|² = W·H·Σ|x|².
        double Rms(int band) => Math.Sqrt(energy[band] / _re.Length) / ((double)Width * Height);
        return new FrequencyError(Rms(0), Rms(1), difference[0] / count[0], count[1] == 0 ? 0 : difference[1] / count[1]);
    }

    /// <summary>Whether a frequency index lies in the box: |frequency| ≤ box/2 cycles a pixel.</summary>
    internal static bool IsInside(int index, int length, double box) => 2 * Math.Min(index, length - index) <= box * length;

    private static double[][] Planes(Tensor values) => [.. values.unbind().Select(plane => plane.Values<double>())];

    private double Decibel(int channel, int at) =>
        20 * Math.Log10(1 + Math.Sqrt(
            (_re[channel][at] * _re[channel][at] + _im[channel][at] * _im[channel][at]) / ((double)Width * Height)));
}

/// <summary>
/// The Diff-SR paper's inspection (appendix F) as numbers: what differs at low frequencies is content, what differs at high ones is detail.
/// </summary>
/// <param name="Low">Root mean square of what differs inside the box, in 8-bit levels. Low² + High² is the mean squared error of the
/// pictures.</param>
/// <param name="High">The same outside the box.</param>
/// <param name="LowMap">Mean difference of the log-magnitude maps inside the box, in dB: it ignores phase, as the eye does on the paper's
/// figure.</param>
/// <param name="HighMap">The same outside the box.</param>
public sealed record FrequencyError(double Low, double High, double LowMap, double HighMap);
