namespace PSSR.Pictures.Bmp;

/// <summary>BMP's run-length codes for 4- and 8-bit pictures. Pixels that no code reaches keep index 0.</summary>
internal static class BmpRunLength
{
    /// <returns>One index a pixel, rows from the bottom.</returns>
    /// <exception cref="InvalidDataException">A run outside the picture.</exception>
    /// <exception cref="EndOfStreamException">The codes end before the picture does.</exception>
    public static byte[] Read(Stream file, BmpHeader header)
    {
        var source = new BufferedStream(file, 1 << 16); // not disposed: the file is the caller's
        var indices = new byte[(long)header.Width * header.Height];
        bool four = header.Compression == BmpCompression.Rle4;
        for (int x = 0, y = 0; ;)
        {
            int count = Next(source), value = Next(source);
            if (count > 0)
            {
                for (int i = 0; i < count; i++)
                    Put(indices, header, x++, y, four ? Nibble(value, i) : value);
                continue;
            }

            switch (value)
            {
                case 0:
                    (x, y) = (0, y + 1);
                    break;
                case 1:
                    return indices;
                case 2:
                    x += Next(source);
                    y += Next(source);
                    break;
                default:
                    PutLiteral(source, indices, header, ref x, y, value, four);
                    break;
            }
        }
    }

    private static void PutLiteral(Stream source, byte[] indices, BmpHeader header, ref int x, int y, int count, bool four)
    {
        int bytes = four ? (count + 1) / 2 : count;
        for (int i = 0, value = 0; i < count; i++)
        {
            if (!four || (i & 1) == 0)
                value = Next(source);
            Put(indices, header, x++, y, four ? Nibble(value, i) : value);
        }

        if ((bytes & 1) != 0)
            Next(source);
    }

    private static int Nibble(int value, int i) => (i & 1) == 0 ? value >> 4 : value & 15;

    private static void Put(byte[] indices, BmpHeader header, int x, int y, int index)
    {
        // Writers round runs of 4-bit pixels up past the row's end; a run that starts beyond it is damage.
        if (x >= header.Width + 1 || y >= header.Height)
            throw new InvalidDataException("a BMP run outside the picture");
        if (x < header.Width)
            indices[(long)y * header.Width + x] = (byte)index;
    }

    private static int Next(Stream source)
    {
        int value = source.ReadByte();
        return value >= 0 ? value : throw new EndOfStreamException("the BMP picture's codes end before the picture does");
    }
}
