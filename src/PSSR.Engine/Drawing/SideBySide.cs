using PSSR.Pictures;

namespace PSSR.Drawing;

/// <summary>Pictures as 8-bit RGB, transparent places over white: what screens take.</summary>
internal static class SideBySide
{
    private const int Gap = 8;

    /// <summary>One picture.</summary>
    public static RasterImage Alone(RasterImage image)
    {
        var canvas = new Canvas(image.Width, image.Height, grey: 255);
        canvas.Place(image, 0, 0);
        return canvas.Image;
    }

    /// <summary>The picture before, its pixels enlarged to the size of the other, and to its right the picture after.</summary>
    public static RasterImage Pair(RasterImage before, RasterImage after)
    {
        var canvas = new Canvas((2L * after.Width) + Gap, after.Height, grey: 255);
        canvas.Place(before, 0, 0, after.Width, after.Height);
        canvas.Place(after, after.Width + Gap, 0);
        return canvas.Image;
    }
}
