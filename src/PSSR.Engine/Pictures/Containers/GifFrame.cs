namespace PSSR.Pictures.Containers;

/// <summary>
/// Looks at a GIF's first frame before a library does: the frame's place and size are its own, and a few bytes can claim one far larger
/// than the canvas that the header names (GIF89a specification, sections 18 and 20).
/// </summary>
internal static class GifFrame
{
    /// <summary>Passes what it can't follow: the library says what is wrong with it.</summary>
    /// <exception cref="InvalidDataException">A frame over the limit, or of no size.</exception>
    public static void Require(Stream file, long pixelLimit)
    {
        Span<byte> head = stackalloc byte[10];
        file.Position = 6;
        if (file.ReadAtLeast(head[..7], 7, throwOnEndOfStream: false) < 7)
            return;
        SkipColours(file, head[4]);
        while (file.ReadByte() is 0x21)
        {
            file.ReadByte();
            for (int length; (length = file.ReadByte()) > 0;)
                file.Position += length;
        }

        file.Position--;
        if (file.ReadAtLeast(head, 10, throwOnEndOfStream: false) < 10 || head[0] != 0x2C)
            return;
        if (Word(head[5..]) == 0 || Word(head[7..]) == 0)
            throw new InvalidDataException("a GIF picture without width or height");
        int right = Word(head[1..]) + Word(head[5..]), bottom = Word(head[3..]) + Word(head[7..]);
        PixelLimit.Require(right, bottom, 4, pixelLimit);
    }

    private static void SkipColours(Stream file, byte packed) => file.Position += (packed & 0x80) != 0 ? 3 << ((packed & 7) + 1) : 0;

    private static int Word(ReadOnlySpan<byte> bytes) => bytes[0] | bytes[1] << 8;
}
