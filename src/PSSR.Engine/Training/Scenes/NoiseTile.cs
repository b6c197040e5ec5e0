using PSSR.Host;

namespace PSSR.Training.Scenes;

/// <summary>
/// A periodic square of band-limited Gaussian noise with amplitude spectrum f^-slope, mean 0 and variance 1, made by one inverse Fourier
/// transform; optionally stretched along a direction (wood, hair, cloth) or bent into veins or spots. Natural textures have slopes about 1
/// (Field 1987).
/// </summary>
internal sealed class NoiseTile
{
    public const int Size = 128;
    private const int Mask = Size - 1;
    private readonly float[] _values;

    private NoiseTile(float[] values) => _values = values;

    /// <summary>Two tiles at the price of one: the real and the imaginary part of one transform are independent fields.</summary>
    public static (NoiseTile First, NoiseTile Second) CreatePair(ref SeededRandom random)
    {
        var slope = random.Uniform(0.4, 1.7);
        var lowest = Math.Pow(2, random.Uniform(0, 4));
        var highest = Size / 2 * random.Uniform(0.35, 0.95);
        var stretch = random.Chance(0.35) ? random.Uniform(2, 12) : 1;
        var (sin, cos) = Math.SinCos(random.Uniform(0, Math.PI));
        var re = new double[Size * Size];
        var im = new double[Size * Size];
        for (var y = 0; y < Size; y++)
        {
            for (var x = 0; x < Size; x++)
            {
                var fx = x < Size / 2 ? x : x - Size;
                var fy = y < Size / 2 ? y : y - Size;
                var u = fx * cos + fy * sin;
                var v = (fy * cos - fx * sin) * stretch;
                var f = Math.Sqrt(u * u + v * v);
                var radial = Math.Sqrt(fx * fx + fy * fy);
                var (n1, n2) = (random.Normal(), random.Normal());
                if (radial < 0.5 || radial > highest || f < lowest)
                    continue;
                var amplitude = Math.Pow(f, -slope);
                re[y * Size + x] = amplitude * n1;
                im[y * Size + x] = amplitude * n2;
            }
        }

        using var scope = torch.NewDisposeScope();
        Tensor spectrum = torch.complex(torch.tensor(re, [Size, Size]), torch.tensor(im, [Size, Size]));
        Tensor field = torch.fft.ifft2(spectrum, norm: FFTNormType.Forward); // not divided by its size
        return (new NoiseTile(Finish(Values(field.real), ref random)), new NoiseTile(Finish(Values(field.imag), ref random)));
    }

    public float At(int x, int y) => _values[((y & Mask) << 7) | (x & Mask)];

    /// <summary>Bilinear between samples, periodic.</summary>
    public float At(float x, float y)
    {
        var (fx, fy) = (MathF.Floor(x), MathF.Floor(y));
        var (ix, iy) = ((int)fx, (int)fy);
        var (ax, ay) = (x - fx, y - fy);
        var top = At(ix, iy) + (At(ix + 1, iy) - At(ix, iy)) * ax;
        var bottom = At(ix, iy + 1) + (At(ix + 1, iy + 1) - At(ix, iy + 1)) * ax;
        return top + (bottom - top) * ay;
    }

    private static double[] Values(Tensor part) => part.Values<double>();

    private static float[] Finish(double[] field, ref SeededRandom random)
    {
        Normalise(field);
        switch (random.Below(5))
        {
            case 0: // veins: ridges where the field crosses zero
                for (var i = 0; i < field.Length; i++)
                    field[i] = Math.Exp(-6 * Math.Abs(field[i]));
                Normalise(field);
                break;
            case 1: // spots and patches with soft rims
                for (var i = 0; i < field.Length; i++)
                    field[i] = Math.Tanh(4 * (field[i] - 0.5));
                Normalise(field);
                break;
        }
        return Array.ConvertAll(field, v => (float)v);
    }

    private static void Normalise(double[] field)
    {
        var mean = field.Average();
        var variance = field.Sum(v => (v - mean) * (v - mean)) / field.Length;
        var scale = 1 / Math.Sqrt(variance + 1e-12);
        for (var i = 0; i < field.Length; i++)
            field[i] = (field[i] - mean) * scale;
    }
}
