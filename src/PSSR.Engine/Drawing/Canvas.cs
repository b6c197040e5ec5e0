using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>An 8-bit RGB picture to compose on. What would fall outside is cut off.</summary>
internal sealed class Canvas
{
    private static readonly int MostPixels = Array.MaxLength / 3;

    private readonly int _width, _height;
    private readonly byte[] _samples;

    /// <exception cref="PssrException">Kind Option: more than one array can hold.</exception>
    public Canvas(long width, long height, byte grey)
    {
        if (Math.Max(width, height) > MostPixels || width * height > MostPixels)
            throw new PssrException(PssrErrorKind.Option,
                $"The pictures side by side would be {width}×{height} pixels, more than the {MostPixels} that one picture can have: "
                + "take fewer or smaller ones.", $"{width}×{height}");
        (_width, _height, _samples) = ((int)width, (int)height, new byte[width * height * 3]);
        Array.Fill(_samples, grey);
    }

    public RasterImage Image => new(_width, _height, 3, _samples);

    /// <summary>Copies a picture, 16 bit cut to 8, transparent places over white.</summary>
    public void Place(RasterImage image, int left, int top) => Place(image, left, top, image.Width, image.Height);

    /// <summary>Copies a picture at another size, each pixel the nearest of the source.</summary>
    public void Place(RasterImage image, int left, int top, int width, int height)
    {
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var source = (long)(y * (long)image.Height / height) * image.Width + x * (long)image.Width / width;
                var alpha = image.HasAlpha ? Sample(image, source, image.Channels - 1) / 255f : 1f;
                for (var c = 0; c < 3; c++)
                    Set(left + x, top + y, c, (byte)(Sample(image, source, image.IsGrey ? 0 : c) * alpha + 255f * (1f - alpha) + 0.5f));
            }
    }

    /// <summary>Writes a line of text in black; (left, top) is the first letter's corner.</summary>
    /// <param name="scale">Pixels a dot of the 5×7 font.</param>
    public void Write(string text, int left, int top, int scale)
    {
        for (var i = 0; i < text.Length; i++)
            for (var y = 0; y < BitmapFont.GlyphHeight * scale; y++)
                for (var x = 0; x < BitmapFont.GlyphWidth * scale; x++)
                    if (BitmapFont.HasInk(text[i], x / scale, y / scale))
                        for (var c = 0; c < 3; c++)
                            Set(left + i * BitmapFont.Advance * scale + x, top + y, c, 0);
    }

    private static float Sample(RasterImage image, long pixel, int channel) => image.Samples switch
    {
        ushort[] wide => wide[pixel * image.Channels + channel] / 257f,
        byte[] narrow => narrow[pixel * image.Channels + channel],
        _ => throw new ArgumentException($"Samples of type {image.Samples.GetType()}.", nameof(image)),
    };

    private void Set(int x, int y, int channel, byte value)
    {
        if ((uint)x < (uint)_width && (uint)y < (uint)_height) _samples[(y * (long)_width + x) * 3 + channel] = value;
    }
}
