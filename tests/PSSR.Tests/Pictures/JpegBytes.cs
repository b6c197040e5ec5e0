namespace PSSR.Tests.Pictures;

/// <summary>
/// JPEG files of blocks of one level each, coded by hand, with any sampling, restart markers, and in one scan or progressively.
/// </summary>
internal static class JpegBytes
{
    /// <summary>Level of a component's block, 0..254 and even.</summary>
    public delegate int Level(int component, int column, int row);

    /// <param name="sampling">Across and down, a pair for each component.</param>
    /// <param name="restart">Groups between restart markers; 0 for none.</param>
    /// <param name="progressive">All but the levels' last bits first, which come last.</param>
    public static byte[] Create(int width, int height, (int Across, int Down)[] sampling, Level level, int restart = 0,
        bool progressive = false)
    {
        int across = sampling.Max(s => s.Across), down = sampling.Max(s => s.Down);
        int columns = (width + 8 * across - 1) / (8 * across), rows = (height + 8 * down - 1) / (8 * down);
        List<byte> file = [0xFF, 0xD8];
        // Sixteens: the level is 128 and twice the coefficient.
        file.AddRange(Segment(0xDB, [0, .. Enumerable.Repeat((byte)16, 64)]));
        file.AddRange(Segment(progressive ? (byte)0xC2 : (byte)0xC0, [8, .. Word(height), .. Word(width), (byte)sampling.Length,
            .. sampling.SelectMany((s, i) => new byte[] { (byte)(i + 1), (byte)(s.Across << 4 | s.Down), 0 })]));
        // Lengths of differences 0 to 8 in four bits each; of other coefficients only "no more", in one bit.
        file.AddRange(Segment(0xC4, [0, 0, 0, 0, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]));
        file.AddRange(Segment(0xC4, [16, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]));
        if (restart > 0)
            file.AddRange(Segment(0xDD, Word(restart)));
        int Coefficient(int component, int column, int row) => (level(component, column, row) - 128) / 2;

        file.AddRange(Scan(sampling.Length, progressive ? [0, 0, 1] : [0, 63, 0]));
        var bits = new Bits(file);
        var last = new int[sampling.Length];
        for (int group = 0; group < columns * rows; group++)
        {
            if (restart > 0 && group > 0 && group % restart == 0)
            {
                bits.End();
                file.AddRange([0xFF, (byte)(0xD0 + (group / restart - 1) % 8)]);
                Array.Clear(last);
            }

            for (int c = 0; c < sampling.Length; c++)
                for (int y = 0; y < sampling[c].Down; y++)
                    for (int x = 0; x < sampling[c].Across; x++)
                    {
                        int value = Coefficient(c, group % columns * sampling[c].Across + x, group / columns * sampling[c].Down + y);
                        value = progressive ? value >> 1 : value;
                        bits.Difference(value - last[c]);
                        last[c] = value;
                        if (!progressive)
                            bits.Add(0, 1);
                    }
        }

        bits.End();
        if (progressive)
        {
            for (int c = 0; c < sampling.Length; c++)
            {
                file.AddRange(Segment(0xDA, [1, (byte)(c + 1), 0, 1, 63, 0]));
                int blocks = Blocks(width * sampling[c].Across, across) * Blocks(height * sampling[c].Down, down);
                for (int block = 0; block < blocks; block++)
                    bits.Add(0, 1);
                bits.End();
            }

            file.AddRange(Scan(sampling.Length, [0, 0, 0x10]));
            for (int group = 0; group < columns * rows; group++)
                for (int c = 0; c < sampling.Length; c++)
                    for (int y = 0; y < sampling[c].Down; y++)
                        for (int x = 0; x < sampling[c].Across; x++)
                        {
                            (int column, int row) = (group % columns * sampling[c].Across + x, group / columns * sampling[c].Down + y);
                            bits.Add(Coefficient(c, column, row) & 1, 1);
                        }
            bits.End();
        }

        return [.. file, 0xFF, 0xD9];
    }

    private static int Blocks(int samples, int of) => ((samples + of - 1) / of + 7) / 8;

    private static byte[] Scan(int components, byte[] band) =>
        Segment(0xDA, [(byte)components, .. Enumerable.Range(1, components).SelectMany(i => new byte[] { (byte)i, 0 }), .. band]);

    internal static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, .. Word(body.Length + 2), .. body];

    internal static byte[] Word(int value) => [(byte)(value >> 8), (byte)value];

    /// <summary>The same file with Adobe's segment behind its start.</summary>
    /// <param name="transform">0: colours are as they are; 1: YCbCr.</param>
    public static byte[] WithAdobe(byte[] jpeg, byte transform) =>
        [.. jpeg[..2], .. Segment(0xEE, [.. "Adobe"u8, 0, 100, 0, 0, 0, 0, transform]), .. jpeg[2..]];

    internal sealed class Bits(List<byte> file)
    {
        private int _held, _count;

        public void Add(int value, int count)
        {
            for (int bit = count - 1; bit >= 0; bit--)
            {
                _held = _held << 1 | (value >> bit & 1);
                if (++_count < 8)
                    continue;
                file.Add((byte)_held);
                if ((byte)_held == 0xFF)
                    file.Add(0);
                (_held, _count) = (0, 0);
            }
        }

        public void Difference(int value)
        {
            int length = 0;
            while (Math.Abs(value) >> length > 0)
                length++;
            Add(length, 4);
            Add(value < 0 ? value + (1 << length) - 1 : value, length);
        }

        /// <summary>Ones up to a whole byte.</summary>
        public void End()
        {
            while (_count > 0)
                Add(1, 1);
        }
    }
}
