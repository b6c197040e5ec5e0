namespace PSSR.Pictures.Stored;

/// <summary>
/// Brings a JPEG's components to one size by the triangle filter, as libjpeg does ("fancy upsampling"): samples stand in the middle of the
/// pixels that they are for, and a pixel takes the two nearest in each direction by their distance. Decoders that repeat samples leave
/// stairs at coloured edges, which a network takes for detail.
/// </summary>
internal static class JpegChroma
{
    /// <param name="planes">8 bit, three channels: the components as they are, each sample repeated for all of its pixels.</param>
    /// <param name="toColours">They are luma and two colour differences (JFIF 1.02, page 3), and are to become RGB.</param>
    /// <returns>The same samples, changed in place.</returns>
    public static RasterImage Smooth(RasterImage planes, JpegFrame frame, bool toColours)
    {
        var samples = (byte[])planes.Samples;
        int width = planes.Width;
        Plane[] parts = [.. frame.Components.Select((c, i) => Plane.Of(planes, i, frame.MostAcross / c.Across, frame.MostDown / c.Down))];
        Parallel.For(0, planes.Height, () => new int[width + 2], (y, _, sums) =>
        {
            Span<byte> row = samples.AsSpan(y * width * 3, width * 3);
            for (int c = 0; c < 3; c++)
                parts[c].Fill(row, c, y, sums);
            if (toColours)
                ToColours(row);
            return sums;
        }, _ => { });
        return planes;
    }

    private static void ToColours(Span<byte> row)
    {
        for (int i = 0; i < row.Length; i += 3)
        {
            (int luma, int blue, int red) = (row[i], row[i + 1] - 128, row[i + 2] - 128);
            row[i] = Clamp(luma + (91881 * red + 32768 >> 16));
            row[i + 1] = Clamp(luma + (-22554 * blue - 46802 * red + 32768 >> 16));
            row[i + 2] = Clamp(luma + (116130 * blue + 32768 >> 16));
        }
    }

    private static byte Clamp(int value) => (byte)Math.Clamp(value, 0, 255);

    /// <summary>One component's samples, each once.</summary>
    private readonly record struct Plane(byte[] Samples, int Width, int Height, int Across, int Down)
    {
        /// <param name="across">Pixels for each sample; <paramref name="down"/> as well.</param>
        public static Plane Of(RasterImage planes, int channel, int across, int down)
        {
            if (across == 1 && down == 1)
                return new Plane([], planes.Width, planes.Height, 1, 1);
            int width = (planes.Width + across - 1) / across, height = (planes.Height + down - 1) / down;
            var (from, samples) = ((byte[])planes.Samples, new byte[width * height]);
            for (int y = 0; y < height; y++)
                for (int x = 0; x < width; x++)
                    samples[y * width + x] = from[((long)y * down * planes.Width + x * across) * 3 + channel];
            return new Plane(samples, width, height, across, down);
        }

        public void Fill(Span<byte> row, int channel, int y, int[] sums)
        {
            if (Samples.Length == 0)
                return;
            (int above, int below, int far) = Neighbours(y, Down, Height);
            ReadOnlySpan<byte> near = Samples.AsSpan(above * Width, Width), next = Samples.AsSpan(below * Width, Width);
            for (int x = 0; x < Width; x++)
                sums[x] = near[x] * (2 * Down - far) + next[x] * far;
            // Of two pixels that share a sample one is rounded down a little, as libjpeg does: else all would be a little too bright.
            int whole = 4 * Across * Down, half = whole / 2;
            (int even, int odd) = Across != 2 ? (half, half) : Down == 1 ? (half / 2, half) : (half, half - 1);
            for (int x = 0, i = channel; i < row.Length; x++, i += 3)
            {
                (int left, int right, int toRight) = Neighbours(x, Across, Width);
                row[i] = (byte)((sums[left] * (2 * Across - toRight) + sums[right] * toRight + ((x & 1) == 0 ? even : odd)) / whole);
            }
        }

        /// <summary>The samples around a pixel, and the second one's weight of 2·<paramref name="pixels"/>.</summary>
        private static (int First, int Second, int Weight) Neighbours(int at, int pixels, int samples)
        {
            int place = 2 * at + 1 - pixels + 2 * pixels, first = place / (2 * pixels) - 1;
            return (Math.Max(first, 0), Math.Min(first + 1, samples - 1), place % (2 * pixels));
        }
    }
}
