using System.Globalization;
using System.Text;
using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>A picture in a terminal: each character is an upper half block, its ink the upper of two pixels and its ground the lower, in
/// 24-bit colour or xterm's 256.</summary>
public static class HalfBlocks
{
    private const string Reset = "\e[0m";

    /// <summary>The whole picture, shrunk to fit (never enlarged), line by line.</summary>
    /// <param name="image">8-bit RGB.</param>
    public static IReadOnlyList<string> Whole(RasterImage image, int columns, int rows, ColourDepth colours = ColourDepth.Full)
    {
        var fitted = Fitted(image, columns, 2 * rows);
        return Lines(fitted, 0, 0, fitted.Width, fitted.Height, colours);
    }

    /// <summary>The whole picture, shrunk to fit into so many pixels, never enlarged.</summary>
    /// <param name="image">8-bit RGB.</param>
    internal static RasterImage Fitted(RasterImage image, int width, int height)
    {
        var shrink = Math.Max(1, Math.Max((double)image.Width / width, (double)image.Height / height));
        (width, height) = (Math.Max(1, (int)(image.Width / shrink)), Math.Max(1, (int)(image.Height / shrink)));
        return new RasterImage(width, height, 3,
            Resampling.Resize((byte[])image.Samples, image.Height, image.Width, 3, height, width, ResamplingKernel.MatlabBicubic));
    }

    /// <summary>What fits of the picture's middle, one pixel a half block.</summary>
    /// <param name="image">8-bit RGB.</param>
    public static IReadOnlyList<string> Middle(RasterImage image, int columns, int rows)
    {
        var (width, height) = (Math.Min(columns, image.Width), Math.Min(2 * rows, image.Height));
        return Lines(image, (image.Width - width) / 2, (image.Height - height) / 2, width, height, ColourDepth.Full);
    }

    private static IReadOnlyList<string> Lines(RasterImage image, int left, int top, int width, int height, ColourDepth colours)
    {
        var samples = (byte[])image.Samples;
        var lines = new List<string>();
        for (var y = 0; y < height; y += 2)
        {
            var line = new StringBuilder();
            for (var x = 0; x < width; x++)
            {
                Colour(line, 38, samples, ((top + y) * image.Width + left + x) * 3, colours);
                if (y + 1 < height)
                    Colour(line, 48, samples, ((top + y + 1) * image.Width + left + x) * 3, colours);
                else
                    line.Append("\e[49m");
                line.Append('▀');
            }
            lines.Add(line.Append(Reset).ToString());
        }
        return lines;
    }

    private static void Colour(StringBuilder line, int layer, byte[] samples, int at, ColourDepth colours) =>
        _ = colours == ColourDepth.Full
            ? line.Append(CultureInfo.InvariantCulture, $"\e[{layer};2;{samples[at]};{samples[at + 1]};{samples[at + 2]}m")
            : line.Append(CultureInfo.InvariantCulture, $"\e[{layer};5;{InPalette(samples[at], samples[at + 1], samples[at + 2])}m");

    /// <summary>The nearest of xterm's colours: a cube of 6 levels a channel from 16 on, and 24 greys from 232 on.</summary>
    private static int InPalette(byte red, byte green, byte blue)
    {
        var (r, g, b) = (Level(red), Level(green), Level(blue));
        var grey = Math.Clamp((red + green + blue - 9) / 30, 0, 23);
        var ofGrey = 8 + 10 * grey;
        return Distance(Value(r), Value(g), Value(b)) <= Distance(ofGrey, ofGrey, ofGrey) ? 16 + 36 * r + 6 * g + b : 232 + grey;

        static int Level(byte value) => value < 48 ? 0 : value < 115 ? 1 : (value - 35) / 40;

        static int Value(int level) => level == 0 ? 0 : 55 + 40 * level;

        int Distance(int x, int y, int z) => (red - x) * (red - x) + (green - y) * (green - y) + (blue - z) * (blue - z);
    }
}
