using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>At most 256 colours for a picture: its own where it has no more, else by median cut over 32 levels a channel.</summary>
internal sealed class ColourPalette
{
    private const int Most = 256;

    private readonly Dictionary<int, byte>? _exact;
    private readonly byte[] _byBin = [];

    /// <param name="image">8-bit RGB.</param>
    public ColourPalette(RasterImage image)
    {
        var samples = (byte[])image.Samples;
        _exact = Exact(samples);
        if (_exact is not null)
        {
            Colours = [.. _exact.OrderBy(colour => colour.Value).Select(colour => ((byte)(colour.Key >> 16), (byte)(colour.Key >> 8),
                (byte)colour.Key))];
            return;
        }
        var bins = new long[1 << 15, 4]; // red, green, blue and count
        for (var i = 0; i < samples.Length; i += 3)
        {
            var bin = Bin(samples, i);
            for (var c = 0; c < 3; c++)
                bins[bin, c] += samples[i + c];
            bins[bin, 3]++;
        }
        var boxes = Boxes(bins);
        _byBin = new byte[1 << 15];
        for (var i = 0; i < boxes.Count; i++)
            foreach (var bin in boxes[i])
                _byBin[bin] = (byte)i;
        Colours = [.. boxes.Select(box => (Mean(box, 0), Mean(box, 1), Mean(box, 2)))];

        byte Mean(int[] box, int channel) => (byte)(box.Sum(bin => bins[bin, channel]) / box.Sum(bin => bins[bin, 3]));
    }

    public IReadOnlyList<(byte Red, byte Green, byte Blue)> Colours { get; }

    /// <summary>Which of <see cref="Colours"/> stands for the pixel whose samples begin at <paramref name="at"/>.</summary>
    public byte IndexOf(byte[] samples, int at) => _exact is null ? _byBin[Bin(samples, at)] : _exact[Key(samples, at)];

    private static Dictionary<int, byte>? Exact(byte[] samples)
    {
        var colours = new Dictionary<int, byte>();
        for (var i = 0; i < samples.Length; i += 3)
        {
            if (colours.ContainsKey(Key(samples, i)))
                continue;
            if (colours.Count == Most)
                return null;
            colours[Key(samples, i)] = (byte)colours.Count;
        }
        return colours;
    }

    /// <summary>Bins of like colours: the box with most pixels times width is divided at its median, again and again.</summary>
    private static List<int[]> Boxes(long[,] bins)
    {
        var boxes = new List<int[]> { Enumerable.Range(0, 1 << 15).Where(bin => bins[bin, 3] > 0).ToArray() };
        var weights = new List<(double Weight, int Channel)> { Weight(boxes[0]) };
        while (boxes.Count < Most)
        {
            var widest = Enumerable.Range(0, boxes.Count).MaxBy(i => weights[i].Weight);
            var (weight, channel) = weights[widest];
            if (weight == 0)
                break;
            int[] sorted = [.. boxes[widest].OrderBy(bin => Level(bin, channel)).ThenBy(bin => bin)];
            var half = sorted.Sum(bin => bins[bin, 3]) / 2;
            var (at, count) = (0, 0L);
            while (at < sorted.Length - 1 && (at == 0 || count + bins[sorted[at], 3] <= half))
                count += bins[sorted[at++], 3];
            (boxes[widest], weights[widest]) = (sorted[..at], Weight(sorted[..at]));
            boxes.Add(sorted[at..]);
            weights.Add(Weight(sorted[at..]));
        }
        return boxes;

        (double Weight, int Channel) Weight(int[] box)
        {
            var widths = Enumerable.Range(0, 3).Select(c => box.Max(bin => Level(bin, c)) - box.Min(bin => Level(bin, c))).ToArray();
            var channel = Array.IndexOf(widths, widths.Max());
            return (widths[channel] * Math.Sqrt(box.Sum(bin => bins[bin, 3])), channel);
        }
    }

    private static int Level(int bin, int channel) => (bin >> (10 - 5 * channel)) & 31;

    private static int Bin(byte[] samples, int at) => samples[at] >> 3 << 10 | samples[at + 1] >> 3 << 5 | samples[at + 2] >> 3;

    private static int Key(byte[] samples, int at) => samples[at] << 16 | samples[at + 1] << 8 | samples[at + 2];
}
