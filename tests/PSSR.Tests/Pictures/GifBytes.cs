namespace PSSR.Tests.Pictures;

/// <summary>
/// GIF files with a black and white palette, coded without compression: a clear code before every second pixel keeps codes at 3 bits.
/// </summary>
internal static class GifBytes
{
    /// <param name="pixels">0 or 1 each.</param>
    public static byte[] Create(int width, int height, byte[] pixels) => Create(width, height, width, height, pixels);

    public static byte[] Create(int canvasWidth, int canvasHeight, int width, int height, byte[] pixels)
    {
        var codes = new List<int>();
        for (int i = 0; i < pixels.Length; i++)
        {
            if (i % 2 == 0)
                codes.Add(4);
            codes.Add(pixels[i]);
        }

        codes.Add(5);
        var data = new List<byte>();
        int held = 0, bits = 0;
        foreach (int code in codes)
        {
            held |= code << bits;
            for (bits += 3; bits >= 8; bits -= 8, held >>= 8)
                data.Add((byte)held);
        }

        if (bits > 0)
            data.Add((byte)held);
        return [.. "GIF89a"u8, .. Word(canvasWidth), .. Word(canvasHeight), 0x80, 0, 0, 0, 0, 0, 255, 255, 255, 0x2C, 0, 0, 0, 0,
            .. Word(width), .. Word(height),
            0, 2, (byte)data.Count, .. data, 0, 0x3B];
    }

    private static byte[] Word(int value) => [(byte)value, (byte)(value >> 8)];
}
