using System.Globalization;
using System.Text;
using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>A picture in a terminal: each character is an upper half block, its ink the upper of two pixels and its ground the lower, in
/// 24-bit colour.</summary>
public static class HalfBlocks
{
    private const string Reset = "\e[0m";

    /// <summary>The whole picture, shrunk to fit (never enlarged), line by line.</summary>
    /// <param name="image">8-bit RGB.</param>
    public static IReadOnlyList<string> Whole(RasterImage image, int columns, int rows)
    {
        var shrink = Math.Max(1, Math.Max((double)image.Width / columns, image.Height / (2.0 * rows)));
        var (width, height) = (Math.Max(1, (int)(image.Width / shrink)), Math.Max(1, (int)(image.Height / shrink)));
        return Lines(new RasterImage(width, height, 3,
            Resampling.Resize((byte[])image.Samples, image.Height, image.Width, 3, height, width, ResamplingKernel.MatlabBicubic)), 0, 0,
            width, height);
    }

    /// <summary>What fits of the picture's middle, one pixel a half block.</summary>
    /// <param name="image">8-bit RGB.</param>
    public static IReadOnlyList<string> Middle(RasterImage image, int columns, int rows)
    {
        var (width, height) = (Math.Min(columns, image.Width), Math.Min(2 * rows, image.Height));
        return Lines(image, (image.Width - width) / 2, (image.Height - height) / 2, width, height);
    }

    private static IReadOnlyList<string> Lines(RasterImage image, int left, int top, int width, int height)
    {
        var samples = (byte[])image.Samples;
        var lines = new List<string>();
        for (var y = 0; y < height; y += 2)
        {
            var line = new StringBuilder();
            for (var x = 0; x < width; x++)
            {
                Colour(line, 38, samples, ((top + y) * image.Width + left + x) * 3);
                if (y + 1 < height)
                    Colour(line, 48, samples, ((top + y + 1) * image.Width + left + x) * 3);
                else
                    line.Append("\e[49m");
                line.Append('▀');
            }
            lines.Add(line.Append(Reset).ToString());
        }
        return lines;
    }

    private static void Colour(StringBuilder line, int layer, byte[] samples, int at) =>
        line.Append(CultureInfo.InvariantCulture, $"\e[{layer};2;{samples[at]};{samples[at + 1]};{samples[at + 2]}m");
}
