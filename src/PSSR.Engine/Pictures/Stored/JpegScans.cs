using System.Numerics;

namespace PSSR.Pictures.Stored;

/// <summary>
/// Goes through a JPEG's scans without making pixels of them (ITU-T T.81, F.2.2 and G.2), to tell a picture that is all there from one
/// that a decoder would fill up with grey.
/// </summary>
/// <param name="tables">As they stand when a scan begins: 0..3 for DC, 16..19 for AC.</param>
internal sealed class JpegScans(Stream file, JpegFrame frame, IReadOnlyDictionary<int, JpegHuffman> tables)
{
    /// <summary>Bytes between data and the marker behind them, which some writers leave; data that are over mean damage.</summary>
    public const int MostPadding = 64;

    // By component and coefficient, in zigzag order: bits that are still to come; all until its first scan.
    private readonly int[][] _toCome = [.. frame.Components.Select(_ => Enumerable.Repeat(64, 64).ToArray())];

    // Which coefficients of a block are not zero: later scans of a progressive picture have a bit more for those only.
    private readonly ulong[]?[] _known = new ulong[frame.Components.Length][];
    private int _zeroBlocks;

    /// <summary>Whether every coefficient of every block has come.</summary>
    public bool IsComplete => Array.TrueForAll(_toCome, bits => Array.TrueForAll(bits, left => left == 0));

    /// <summary>Whether every block has come, with all of its coefficients or not.</summary>
    public bool IsPicture => Array.TrueForAll(_toCome, bits => bits[0] < 64);

    /// <summary>Whether some data were nonsense; what they were meant to be no one can tell.</summary>
    public bool AreDamaged { get; private set; }

    /// <summary>Goes through one scan.</summary>
    /// <param name="header">The body of its SOS segment, behind which its data start at <paramref name="start"/>.</param>
    /// <param name="restart">Groups of blocks between restart markers; 0: no markers.</param>
    /// <returns>Where its data end.</returns>
    /// <exception cref="InvalidDataException">Data are missing, or the scan isn't of this frame.</exception>
    public long Read(byte[] header, long start, int restart)
    {
        Part[] parts = Parts(header);
        ReadOnlySpan<byte> band = header.AsSpan(1 + 2 * parts.Length);
        (int first, int last, int high, int low) = (band[0], band[1], band[2] >> 4, band[2] & 15);
        if (!frame.Progressive)
            (first, last, high, low) = (0, 63, 0, 0);
        if (last > 63 || first > last || (frame.Progressive && (first == 0 ? last != 0 : parts.Length != 1)))
            throw new InvalidDataException("a scan of it is damaged");

        (int columns, int rows) = parts.Length == 1 ? frame.Blocks(frame.Components[parts[0].Component]) : frame.Groups;
        var bits = new JpegBits(file, start);
        long groups = (long)columns * rows;
        for (long group = 0; group < groups; group++)
        {
            if (restart > 0 && group % restart == 0)
            {
                _zeroBlocks = 0;
                AreDamaged |= bits.IsShort;
                if (group > 0 && bits.Marker() is not (>= 0xD0 and <= 0xD7))
                    throw Missing(group, groups);
            }

            foreach (Part part in parts)
                Blocks(bits, part, group / columns, group % columns, parts.Length == 1, (first, last, high, low));
            if (bits.IsShort && (restart == 0 || group / restart == (groups - 1) / restart))
                throw Missing(group, groups);
        }

        _zeroBlocks = 0;
        foreach (Part part in parts)
            Array.Fill(_toCome[part.Component], low, first, last - first + 1);
        long end = bits.End;
        bits.Marker();
        AreDamaged |= bits.AreDamaged || bits.Position - end > MostPadding;
        return end;
    }

    private static InvalidDataException Missing(long group, long groups) =>
        new($"its data end {100 * group / groups} % into the picture or one of its scans; the rest is missing");

    private Part[] Parts(byte[] header)
    {
        if (header.Length < 1 || header[0] is 0 or > 4 || header.Length < 4 + 2 * header[0])
            throw new InvalidDataException("a scan's header can't be read");
        var parts = new Part[header[0]];
        for (int i = 0; i < parts.Length; i++)
        {
            (int id, int numbers) = (header[1 + 2 * i], header[2 + 2 * i]);
            int component = Array.FindIndex(frame.Components, c => c.Id == id);
            parts[i] = component < 0 ? throw new InvalidDataException("a scan has a component that the picture hasn't")
                : new Part(component, tables.GetValueOrDefault(numbers >> 4), tables.GetValueOrDefault(16 | numbers & 15));
        }

        return parts;
    }

    private void Blocks(JpegBits bits, Part part, long row, long column, bool alone, (int First, int Last, int High, int Low) band)
    {
        JpegComponent c = frame.Components[part.Component];
        (int down, int across) = alone ? (1, 1) : (c.Down, c.Across);
        for (int y = 0; y < down; y++)
            for (int x = 0; x < across; x++)
                if (!frame.Progressive)
                    Sequential(bits, part);
                else if (band.First == 0)
                    Direct(bits, part, band.High);
                else
                    Alternating(bits, part, ref Known(part.Component, row, column), band);
    }

    private ref ulong Known(int component, long row, long column)
    {
        (int columns, int rows) = frame.Blocks(frame.Components[component]);
        ulong[] known = _known[component] ??= new ulong[(long)columns * rows];
        return ref known[row * columns + column];
    }

    private static void Sequential(JpegBits bits, Part part)
    {
        bits.Take(part.DirectTable.Next(bits) & 15);
        for (int k = 1; k < 64; k++)
        {
            int symbol = part.AlternatingTable.Next(bits);
            if (symbol == 0)
                return;
            k += symbol >> 4;
            bits.Take(symbol & 15);
        }
    }

    private static void Direct(JpegBits bits, Part part, int high) => bits.Take(high > 0 ? 1 : part.DirectTable.Next(bits) & 15);

    private void Alternating(JpegBits bits, Part part, ref ulong known, (int First, int Last, int High, int Low) band)
    {
        int k = band.First;
        while (_zeroBlocks == 0 && k <= band.Last && !bits.IsShort)
        {
            int symbol = part.AlternatingTable.Next(bits), zeros = symbol >> 4, length = symbol & 15;
            if (length == 0 && zeros < 15)
            {
                _zeroBlocks = (1 << zeros) + bits.Take(zeros);
                break;
            }

            bits.Take(length);
            for (; k <= band.Last && (IsKnown(known, k) || zeros-- > 0); k++)
                if (IsKnown(known, k) && band.High > 0)
                    bits.Take(1);
            if (length > 0 && k <= band.Last)
                known |= 1UL << k;
            k++;
        }

        if (_zeroBlocks == 0)
            return;
        _zeroBlocks--;
        if (band.High == 0 || k > band.Last)
            return;
        int corrections = BitOperations.PopCount(known & ulong.MaxValue >> (63 - band.Last) & ulong.MaxValue << k);
        for (; corrections > 0; corrections -= 16)
            bits.Take(Math.Min(corrections, 16));
    }

    private static bool IsKnown(ulong known, int k) => (known >> k & 1) != 0;

    private readonly record struct Part(int Component, JpegHuffman? Direct, JpegHuffman? Alternating)
    {
        public JpegHuffman DirectTable => Direct ?? throw NoTable();

        public JpegHuffman AlternatingTable => Alternating ?? throw NoTable();

        private static InvalidDataException NoTable() => new("a Huffman table is missing");
    }
}
