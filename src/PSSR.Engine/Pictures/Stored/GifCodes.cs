namespace PSSR.Pictures.Stored;

/// <summary>Counts the pixels of GIF's LZW codes (GIF89a specification, appendix F), for decoders leave black what isn't there.</summary>
internal static class GifCodes
{
    private const int MostCodes = 4096;

    /// <summary>Whether the codes that begin at an offset, with their least size, stand for so many pixels.</summary>
    public static bool Hold(Stream file, long offset, long pixels)
    {
        file.Position = offset;
        int least = file.ReadByte();
        if (least is < 1 or > 11)
            return false;
        var lengths = new int[MostCodes];
        Array.Fill(lengths, 1, 0, 1 << least);
        int clear = 1 << least, free = clear + 2, size = least + 1, last = -1, held = 0, bits = 0, block = 0;
        while (pixels > 0)
        {
            for (; bits < size; bits += 8)
            {
                if (block == 0 && (block = file.ReadByte()) <= 0)
                    return false;
                block--;
                held |= file.ReadByte() << bits;
            }

            int code = held & (1 << size) - 1;
            (held, bits) = (held >> size, bits - size);
            if (code == clear)
            {
                (free, size, last) = (clear + 2, least + 1, -1);
                continue;
            }

            if (code == clear + 1 || code > free || (last < 0 && code > clear))
                return false;
            if (last >= 0 && free < MostCodes)
                lengths[free++] = lengths[last] + 1;
            else if (code == free)
                return false;
            pixels -= lengths[code];
            last = code;
            if (free == 1 << size && size < 12)
                size++;
        }

        return true;
    }
}
