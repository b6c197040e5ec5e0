using PSSR.Drawing;
using PSSR.Host;
using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>An inspection as a picture, laid out as the paper's figure 8: each picture with its frequency map below, a row of pairs a noise
/// level.</summary>
public static class FrequencySheet
{
    private const int Gap = 8, TextScale = 2, Caption = BitmapFont.GlyphHeight * TextScale + Gap;

    /// <param name="inspection">At least one view; all of one size.</param>
    /// <returns>8-bit RGB. Maps share one grey scale, so that brightness can be compared; the box is drawn into each.</returns>
    public static RasterImage Draw(FrequencyInspection inspection)
    {
        var rows = inspection.Views.GroupBy(v => v.NoiseLevel).Select(row => row.ToList()).ToList();
        var (width, height) = (rows[0][0].Image.Width, rows[0][0].Image.Height);
        // Captions need room of their own under small pictures.
        var column = Math.Max(width, 14 * BitmapFont.Advance * TextScale) + Gap;
        var canvas = new Canvas((rows.Max(r => (long)r.Count) * column) + Gap, (rows.Count * ((2L * (height + Gap)) + Caption)) + Gap,
            grey: 255);
        var most = inspection.Views.Max(v => v.Map.Max());
        var top = Gap;
        foreach (var row in rows)
        {
            for (var i = 0; i < row.Count; i++)
            {
                var left = Gap + i * column;
                var noise = row[i].NoiseLevel > 0 ? FormattableString.Invariant($" noise {row[i].NoiseLevel:0.###}") : "";
                canvas.Write(row[i].Name + noise, left, top, TextScale);
                canvas.Place(row[i].Image, left, top + Caption);
                canvas.Place(Map(row[i].Map, width, height, most, inspection.Measurements[0].BoxSize), left, top + Caption + height + Gap);
            }
            top += Caption + 2 * (height + Gap);
        }
        return canvas.Image;
    }

    /// <summary>Where the sheet of a picture goes: never among results, which the next measurement would take it for.</summary>
    /// <exception cref="PssrException">Kind Option: the folder has the picture in it.</exception>
    public static string PathFor(string folder, string picture) =>
        !RealPath.IsSamePlace(folder, Path.GetDirectoryName(Path.GetFullPath(picture))!)
            ? Path.Join(folder, Path.GetFileNameWithoutExtension(picture) + ".frequency.png")
            : throw new PssrException(PssrErrorKind.Option, $"The sheets can't go to '{folder}': the result '{picture}' lies in it, and a "
                + "later measurement would take them for results. Give another folder.", folder);

    /// <summary>Draws an inspection into a PNG file.</summary>
    /// <exception cref="PssrException">Kind Image: it exists and is not to be overwritten, or the disk refuses.</exception>
    public static void Write(string path, FrequencyInspection inspection, bool overwrite)
    {
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be written: {e.Message}", path, e);
        }
        ImageCodec.Write(path, Draw(inspection), ImageFormat.Png, overwrite: overwrite);
    }

    private static RasterImage Map(double[] map, int width, int height, double most, double box)
    {
        var samples = new byte[3 * width * height];
        for (var y = 0; y < height; y++)
            for (var x = 0; x < width; x++)
            {
                var grey = (byte)Math.Clamp(255 * map[y * width + x] / most, 0, 255);
                var edge = IsEdge(x, y, width, height, box);
                (samples[3 * (y * width + x)], samples[3 * (y * width + x) + 1], samples[3 * (y * width + x) + 2]) = edge
                    ? ((byte)255, (byte)160, (byte)0) : (grey, grey, grey);
            }
        return new RasterImage(width, height, 3, samples);
    }

    /// <summary>Whether a place of a map lies on the box's outline.</summary>
    private static bool IsEdge(int x, int y, int width, int height, double box)
    {
        var (dx, dy) = (Math.Abs(x - width / 2), Math.Abs(y - height / 2));
        var (right, bottom) = ((int)(box * width / 2), (int)(box * height / 2));
        return (dx == right && dy <= bottom) || (dy == bottom && dx <= right);
    }
}
