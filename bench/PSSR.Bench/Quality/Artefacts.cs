using PSSR.Pictures;

namespace PSSR.Bench.Quality;

/// <summary>What metrics of distance don't tell of an upscaled picture: grain where there should be none, and a pattern that every picture
/// has.</summary>
internal static class Artefacts
{
    private const int Block = 16;

    /// <summary>A block of the truth whose brightness deviates by less, in levels of 255, is flat.</summary>
    private const double Flat = 1;

    /// <summary>Mean standard deviation of brightness within the blocks of 16×16 that are flat in the truth, in levels of 255; NaN: none
    /// is.</summary>
    public static double FlatNoise(RasterImage result, RasterImage truth)
    {
        var (made, meant) = (Brightness(result), Brightness(truth));
        var found = new List<double>();
        for (var y = 0; y + Block <= truth.Height; y += Block)
            for (var x = 0; x + Block <= truth.Width; x += Block)
                if (Deviation(meant, truth.Width, x, y) < Flat)
                    found.Add(Deviation(made, truth.Width, x, y));
        return found.Count == 0 ? double.NaN : found.Average();
    }

    /// <summary>How far the mean errors at each of the scale's s×s places within a low-resolution pixel are apart: their standard
    /// deviation, in levels of 255.</summary>
    public static double FixedPattern(RasterImage result, RasterImage truth, int scale)
    {
        var (made, meant) = (Brightness(result), Brightness(truth));
        var sums = new double[scale * scale];
        var counts = new int[scale * scale];
        for (var y = 0; y < truth.Height; y++)
            for (var x = 0; x < truth.Width; x++)
            {
                var place = (y % scale * scale) + (x % scale);
                sums[place] += made[(y * truth.Width) + x] - meant[(y * truth.Width) + x];
                counts[place]++;
            }
        double[] means = [.. sums.Zip(counts, (sum, count) => sum / count)];
        var middle = means.Average();
        return Math.Sqrt(means.Average(mean => (mean - middle) * (mean - middle)));
    }

    private static double Deviation(double[] brightness, int width, int left, int top)
    {
        double sum = 0, squares = 0;
        for (var y = top; y < top + Block; y++)
            for (var x = left; x < left + Block; x++)
            {
                var value = brightness[(y * width) + x];
                sum += value;
                squares += value * value;
            }
        var mean = sum / (Block * Block);
        return Math.Sqrt(Math.Max(0, (squares / (Block * Block)) - (mean * mean)));
    }

    private static double[] Brightness(RasterImage picture)
    {
        var samples = (byte[])picture.Samples;
        var channels = picture.Channels;
        return [.. Enumerable.Range(0, picture.Width * picture.Height).Select(i =>
            (0.299 * samples[i * channels]) + (0.587 * samples[(i * channels) + 1]) + (0.114 * samples[(i * channels) + 2]))];
    }
}
