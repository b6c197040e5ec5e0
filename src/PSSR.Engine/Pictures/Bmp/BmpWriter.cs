namespace PSSR.Pictures.Bmp;

/// <summary>Writes BMP: grey with a palette of 256 greys, RGB with 24 bits, RGBA with 32 bits and a mask for alpha (BITMAPV4HEADER, sRGB).</summary>
internal static class BmpWriter
{
    private const int FileHeader = 14;

    /// <param name="image">8 bit; grey, RGB or RGBA.</param>
    /// <exception cref="InvalidDataException">Over 4 GB.</exception>
    public static void Write(Stream file, RasterImage image)
    {
        int channels = image.Channels, headerSize = channels == 4 ? 108 : 40, paletteSize = channels == 1 ? 1024 : 0;
        long stride = ((long)image.Width * channels + 3) / 4 * 4, pixels = stride * image.Height, pixelsAt = FileHeader + headerSize + paletteSize;
        if (pixelsAt + pixels > uint.MaxValue)
            throw new InvalidDataException("a BMP file ends at 4 GB; write PNG or TIFF");

        using var writer = new BinaryWriter(new BufferedStream(file, 1 << 16), System.Text.Encoding.UTF8, leaveOpen: true);
        writer.Write("BM"u8);
        writer.Write((uint)(pixelsAt + pixels));
        writer.Write(0u);
        writer.Write((uint)pixelsAt);
        WriteInfo(writer, image, headerSize, (uint)pixels);
        for (int i = 0; i < paletteSize / 4; i++)
            writer.Write((uint)(i * 0x010101));
        WriteRows(writer, image, (int)stride);
        writer.Flush();
    }

    private static void WriteInfo(BinaryWriter writer, RasterImage image, int headerSize, uint pixels)
    {
        bool alpha = image.Channels == 4;
        writer.Write(headerSize);
        writer.Write(image.Width);
        writer.Write(image.Height);
        writer.Write((ushort)1);
        writer.Write((ushort)(image.Channels * 8));
        writer.Write((uint)(alpha ? BmpCompression.Bitfields : BmpCompression.None));
        writer.Write(pixels);
        writer.Write(2835); // 72 dpi, per metre
        writer.Write(2835);
        writer.Write(image.Channels == 1 ? 256 : 0);
        writer.Write(0);
        if (!alpha)
            return;
        foreach (uint mask in (ReadOnlySpan<uint>)[0xFF0000, 0xFF00, 0xFF, 0xFF000000])
            writer.Write(mask);
        writer.Write(0x73524742u); // "sRGB"
        writer.Write(new byte[48]); // end points and gamma, unused with sRGB
    }

    private static void WriteRows(BinaryWriter writer, RasterImage image, int stride)
    {
        var samples = (byte[])image.Samples;
        var row = new byte[stride];
        int channels = image.Channels, width = image.Width * channels;
        for (int y = image.Height - 1; y >= 0; y--)
        {
            samples.AsSpan(y * width, width).CopyTo(row);
            if (channels >= 3)
                for (int i = 0; i < width; i += channels)
                    (row[i], row[i + 2]) = (row[i + 2], row[i]);
            writer.Write(row);
        }
    }
}
