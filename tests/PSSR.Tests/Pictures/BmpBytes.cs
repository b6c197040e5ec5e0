namespace PSSR.Tests.Pictures;

/// <summary>BMP files put together by hand.</summary>
internal static class BmpBytes
{
    /// <param name="palette">Four bytes a colour: blue, green, red, spare.</param>
    /// <param name="pixels">Rows as stored, padded.</param>
    /// <param name="masks">Colour masks behind a header of 40 bytes.</param>
    public static byte[] Create(int width, int height, int bits, byte[] palette, byte[] pixels, uint compression = 0, params uint[] masks)
    {
        int pixelsAt = 14 + 40 + masks.Length * 4 + palette.Length;
        return
        [
            .. "BM"u8, .. Long((uint)(pixelsAt + pixels.Length)), .. Long(0), .. Long((uint)pixelsAt), .. Long(40), .. Long((uint)width),
            .. Long((uint)height), 1, 0,
            (byte)bits, (byte)(bits >> 8), .. Long(compression), .. Long(0), .. Long(0), .. Long(0), .. Long((uint)palette.Length / 4),
            .. Long(0),
            .. masks.SelectMany(Long), .. palette, .. pixels,
        ];
    }

    private static byte[] Long(uint value) => BitConverter.GetBytes(value);
}
