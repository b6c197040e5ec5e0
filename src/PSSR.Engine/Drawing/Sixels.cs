using System.Globalization;
using System.Text;
using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>A picture as DEC's sixels, for terminals that draw them: bands six pixels high, colour after colour, each character a column of
/// six.</summary>
public static class Sixels
{
    /// <summary>Added to a column's bits, so that they are a printable character.</summary>
    private const char Zero = '?';

    /// <summary>The whole picture as one control string; the cursor goes below it.</summary>
    /// <param name="image">8-bit RGB, at most some thousand pixels a side.</param>
    public static string Encode(RasterImage image)
    {
        var (samples, palette) = ((byte[])image.Samples, new ColourPalette(image));
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"\eP0;1;0q\"1;1;{image.Width};{image.Height}");
        foreach (var (i, (red, green, blue)) in palette.Colours.Index())
            text.Append(CultureInfo.InvariantCulture, $"#{i};2;{Percent(red)};{Percent(green)};{Percent(blue)}");
        var columns = new byte[palette.Colours.Count][];
        for (var top = 0; top < image.Height; top += 6)
        {
            Array.Clear(columns);
            for (var y = top; y < Math.Min(top + 6, image.Height); y++)
                for (var x = 0; x < image.Width; x++)
                {
                    var colour = palette.IndexOf(samples, (y * image.Width + x) * 3);
                    (columns[colour] ??= new byte[image.Width])[x] |= (byte)(1 << (y - top));
                }
            text.Append(top > 0 ? "-" : "");
            var isFirst = true;
            foreach (var (i, column) in columns.Index().Where(colour => colour.Item is not null))
            {
                text.Append(isFirst ? "" : "$").Append(CultureInfo.InvariantCulture, $"#{i}");
                Append(text, column);
                isFirst = false;
            }
        }
        return text.Append("\e\\").ToString();
    }

    /// <summary>Runs of one column are counted; what is empty at the end is left out.</summary>
    private static void Append(StringBuilder text, ReadOnlySpan<byte> columns)
    {
        columns = columns[..(columns.LastIndexOfAnyExcept((byte)0) + 1)];
        while (columns.Length > 0)
        {
            var run = columns.IndexOfAnyExcept(columns[0]) is var end && end < 0 ? columns.Length : end;
            if (run > 3)
                text.Append(CultureInfo.InvariantCulture, $"!{run}{(char)(Zero + columns[0])}");
            else
                text.Append((char)(Zero + columns[0]), run);
            columns = columns[run..];
        }
    }

    private static int Percent(byte value) => (value * 100 + 127) / 255;
}
