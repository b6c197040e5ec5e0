using PSSR.Pictures;

namespace PSSR.Tests.Pictures;

/// <summary>What cameras and programs make of JPEG beyond what our own encoder writes.</summary>
public sealed class JpegKindsTests : IDisposable
{
    private const int Columns = 6, Rows = 4;

    // Runs of up to 15 before values of up to 3 bits, "no more" for runs of blocks, and 16 zeros, in eight bits each.
    private static readonly byte[] Symbols =
    [
        .. from run in Enumerable.Range(0, 16) from size in Enumerable.Range(1, 3) select (byte)((run << 4) | size),
        .. Enumerable.Range(0, 16).Select(run => (byte)(run << 4)),
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>ITU-T T.81, annex G: high bits of two bands first, then a bit more of all of them, as libjpeg's programs do.</summary>
    [Fact]
    public void A_jpeg_that_comes_bit_by_bit_is_the_same_picture_and_refused_where_it_ends_early()
    {
        int[][] blocks = Blocks();
        byte[] whole = Progressive(blocks);
        int last = whole.AsSpan().LastIndexOf((ReadOnlySpan<byte>)[0xFF, 0xDA]);

        RasterImage image = Read(whole);

        TestPictures.AssertSame(Read(Sequential(blocks)), image);
        Assert.Empty(image.Notes);
        foreach (int end in (int[])[whole.Length - 3, whole.Length - 10, (whole.Length + last) / 2, last + 12])
            Assert.Contains("missing", Assert.Throws<PssrException>(() => Read(whole[..end])).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(89, 0x22)]
    [InlineData(90, 0x11)]
    public void Colours_of_our_own_are_halved_below_a_quality_of_90(int quality, byte sampling)
    {
        ImageCodec.Write(_folder.File("x.jpg"), TestPictures.Gradient(16, 16, 3), ImageFormat.Jpeg, quality);
        byte[] jpeg = File.ReadAllBytes(_folder.File("x.jpg"));

        int frame = jpeg.AsSpan().IndexOf((ReadOnlySpan<byte>)[0xFF, 0xC0]);

        Assert.Equal(sampling, jpeg[frame + 11]); // of luma, with chroma's at 1
        Assert.Null(Read(jpeg).Metadata.IccProfile);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)] // subsampled, which is enlarged by ourselves
    public void Colours_that_are_no_luma_and_chroma_by_adobes_word_stay_as_they_are(int sampling)
    {
        byte[] jpeg = JpegBytes.Create(16, 16, [(sampling, sampling), (1, 1), (1, 1)], (component, _, _) => 200 - (50 * component));

        byte[] pixel = ((byte[])Read(JpegBytes.WithAdobe(jpeg, 0)).Samples)[..3];

        Assert.Equal([200, 150, 100], pixel);
        TestPictures.AssertSame(Read(jpeg), Read(JpegBytes.WithAdobe(jpeg, 1)));
        Assert.NotEqual(pixel, ((byte[])Read(jpeg).Samples)[..3]);
    }

    /// <summary>Zigzag coefficients: blocks without any, with few, and with many, so that runs of all lengths occur.</summary>
    private static int[][] Blocks()
    {
        var random = new Random(7);
        double[] shares = [0, 0, 0.9, 0.05, 0, 0, 0, 0.3, 0.02, 0.9];
        return
        [
            .. Enumerable.Range(0, Columns * Rows).Select(block => Enumerable.Range(0, 64).Select(k =>
                k == 0 ? random.Next(-60, 60)
                : random.NextDouble() < shares[block % shares.Length] ? random.Next(1, 4) * (random.Next(2) == 0 ? 1 : -1) : 0).ToArray()),
        ];
    }

    private static byte[] Sequential(int[][] blocks)
    {
        var coder = new Coder(progressive: false);
        coder.Scan(0, 63, 0);
        var last = 0;
        foreach (int[] block in blocks)
        {
            coder.Bits.Difference(block[0] - last);
            last = block[0];
            if (coder.Values(block, 1, 63, low: 0) > 0)
                coder.Symbol(0);
        }
        return coder.End();
    }

    private static byte[] Progressive(int[][] blocks)
    {
        var coder = new Coder(progressive: true);
        coder.Scan(0, 0, 0);
        var last = 0;
        foreach (int[] block in blocks)
        {
            coder.Bits.Difference(block[0] - last);
            last = block[0];
        }
        foreach (var (first, end) in new[] { (1, 5), (6, 63) })
        {
            coder.Scan(first, end, 0x01);
            foreach (int[] block in blocks)
            {
                if (coder.Values(block, first, end, low: 1) > 0)
                    coder.EmptyBlock([]);
            }
        }
        coder.Scan(1, 63, 0x10);
        foreach (int[] block in blocks)
            coder.Refine(block);
        return coder.End();
    }

    private RasterImage Read(byte[] jpeg) => ImageCodec.Read(_folder.Write("x.jpg", jpeg));

    /// <summary>The encoder's side of figures F.2, G.3 and G.7.</summary>
    private sealed class Coder
    {
        private readonly List<byte> _file = [0xFF, 0xD8];
        private readonly List<int> _corrections = [];
        private int _empty;

        public Coder(bool progressive)
        {
            Bits = new JpegBytes.Bits(_file);
            _file.AddRange(JpegBytes.Segment(0xDB, [0, .. Enumerable.Repeat((byte)16, 64)]));
            _file.AddRange(JpegBytes.Segment(progressive ? (byte)0xC2 : (byte)0xC0,
                [8, .. JpegBytes.Word(Rows * 8), .. JpegBytes.Word(Columns * 8), 1, 1, 0x11, 0]));
            _file.AddRange(JpegBytes.Segment(0xC4, [0, 0, 0, 0, 9, .. new byte[12], .. Enumerable.Range(0, 9).Select(n => (byte)n)]));
            _file.AddRange(JpegBytes.Segment(0xC4, [0x10, .. new byte[7], (byte)Symbols.Length, .. new byte[8], .. Symbols]));
        }

        public JpegBytes.Bits Bits { get; }

        public void Scan(int first, int last, byte approximation)
        {
            Flush();
            Bits.End();
            _file.AddRange(JpegBytes.Segment(0xDA, [1, 1, 0, (byte)first, (byte)last, approximation]));
        }

        public byte[] End()
        {
            Flush();
            Bits.End();
            return [.. _file, 0xFF, 0xD9];
        }

        public void Symbol(int symbol) => Bits.Add(Array.IndexOf(Symbols, (byte)symbol), 8);

        /// <returns>Zeros behind the last value.</returns>
        public int Values(int[] block, int first, int last, int low)
        {
            var zeros = 0;
            for (int k = first; k <= last; k++)
            {
                int size = Math.Abs(block[k]) >> low;
                if (size == 0)
                {
                    zeros++;
                    continue;
                }
                Flush();
                for (; zeros > 15; zeros -= 16)
                    Symbol(0xF0);
                int bits = size > 1 ? 2 : 1;
                Symbol((zeros << 4) | bits);
                Bits.Add(block[k] < 0 ? (1 << bits) - 1 - size : size, bits);
                zeros = 0;
            }
            return zeros;
        }

        public void EmptyBlock(IEnumerable<int> corrections)
        {
            _empty++;
            _corrections.AddRange(corrections);
        }

        public void Refine(int[] block)
        {
            int lastNew = Array.FindLastIndex(block, 63, 63, value => Math.Abs(value) == 1), zeros = 0;
            List<int> corrections = [];
            for (int k = 1; k < 64; k++)
            {
                int size = Math.Abs(block[k]);
                if (size == 0)
                {
                    zeros++;
                    continue;
                }
                for (; zeros > 15 && k <= lastNew; zeros -= 16)
                    Put(0xF0, null);
                if (size > 1)
                {
                    corrections.Add(size & 1);
                    continue;
                }
                Put((zeros << 4) | 1, block[k] < 0 ? 0 : 1);
                zeros = 0;
            }
            if (zeros > 0 || corrections.Count > 0)
                EmptyBlock(corrections);

            void Put(int symbol, int? sign)
            {
                Flush();
                Symbol(symbol);
                if (sign is { } bit)
                    Bits.Add(bit, 1);
                corrections.ForEach(correction => Bits.Add(correction, 1));
                corrections.Clear();
            }
        }

        private void Flush()
        {
            if (_empty == 0)
                return;
            int bits = System.Numerics.BitOperations.Log2((uint)_empty);
            Symbol(bits << 4);
            Bits.Add(_empty - (1 << bits), bits);
            _corrections.ForEach(correction => Bits.Add(correction, 1));
            _empty = 0;
            _corrections.Clear();
        }
    }
}
