namespace PSSR.Pictures.Stored;

/// <summary>A Huffman table of JPEG's (ITU-T T.81, annex C), looked up by the next 16 bits.</summary>
internal sealed class JpegHuffman
{
    private readonly ushort[] _byBits = new ushort[1 << 16];

    /// <summary>Reads the tables of a DHT segment: 0..3 for DC, 16..19 for AC.</summary>
    /// <exception cref="InvalidDataException">More codes than fit their lengths, or a table that ends early.</exception>
    public static void Read(ReadOnlySpan<byte> body, IDictionary<int, JpegHuffman> tables)
    {
        while (body.Length >= 17)
        {
            var table = new JpegHuffman();
            int code = 0, symbol = 17;
            for (int length = 1; length <= 16; length++, code <<= 1)
                for (int i = 0; i < body[length]; i++, code++, symbol++)
                {
                    if (symbol >= body.Length || code >= 1 << length)
                        throw new InvalidDataException("a Huffman table is damaged");
                    table._byBits.AsSpan(code << (16 - length), 1 << (16 - length)).Fill((ushort)(length << 8 | body[symbol]));
                }

            tables[body[0]] = table;
            body = body[symbol..];
        }
    }

    /// <summary>The next code's symbol; 0 where the bits are no code, as decoders take it, and <see cref="JpegBits.AreDamaged"/>.</summary>
    public int Next(JpegBits bits)
    {
        int found = _byBits[bits.Peek()];
        if (found == 0)
            bits.AreDamaged = true;
        bits.Skip(found == 0 ? 16 : found >> 8);
        return found & 0xFF;
    }
}
