using System.Runtime.InteropServices;

namespace PSSR.Pictures;

/// <summary>Turns stored pictures as EXIF's orientation asks (EXIF 2.32, tag 274).</summary>
internal static class Upright
{
    // Squares that stay in the first-level cache while rows become columns.
    private const int Block = 32;

    /// <param name="orientation">1 as stored; 2 mirrored; 3 upside down; 4 mirrored upside down; 5..8 the same lying on a side.</param>
    public static RasterImage Turn(RasterImage image, int orientation)
    {
        if (orientation is < 2 or > 8)
            return image;
        Array samples = image.Samples switch
        {
            byte[] bytes => Turn(bytes, image, orientation),
            ushort[] words => Turn(words, image, orientation),
            _ => throw new ArgumentException("Samples are bytes or 16-bit words.", nameof(image)),
        };
        return orientation >= 5 ? image with { Width = image.Height, Height = image.Width, Samples = samples }
            : image with { Samples = samples };
    }

    private static T[] Turn<T>(T[] samples, RasterImage image, int orientation) where T : unmanaged
    {
        T[] turned = GC.AllocateUninitializedArray<T>(samples.Length);
        switch (image.Channels)
        {
            case 1:
                Move<T>(samples, turned, image.Width, image.Height, orientation);
                break;
            case 2:
                Move(MemoryMarshal.Cast<T, Two<T>>(samples), MemoryMarshal.Cast<T, Two<T>>(turned.AsSpan()), image.Width, image.Height,
                    orientation);
                break;
            case 3:
                Move(MemoryMarshal.Cast<T, Three<T>>(samples), MemoryMarshal.Cast<T, Three<T>>(turned.AsSpan()), image.Width, image.Height,
                    orientation);
                break;
            default:
                Move(MemoryMarshal.Cast<T, Four<T>>(samples), MemoryMarshal.Cast<T, Four<T>>(turned.AsSpan()), image.Width, image.Height,
                    orientation);
                break;
        }

        return turned;
    }

    private static void Move<TPixel>(ReadOnlySpan<TPixel> from, Span<TPixel> to, int width, int height, int orientation)
    {
        // Where the result's first pixel comes from, and how far the source moves for one step right and one step down in the result.
        int right = width - 1, bottom = (height - 1) * width;
        (int first, int stepX, int stepY) = orientation switch
        {
            2 => (right, -1, width),
            3 => (bottom + right, -1, -width),
            4 => (bottom, 1, -width),
            5 => (0, width, 1),
            6 => (bottom, -width, 1),
            7 => (bottom + right, -width, -1),
            _ => (right, width, -1),
        };
        (int columns, int rows) = orientation >= 5 ? (height, width) : (width, height);
        for (int top = 0; top < rows; top += Block)
            for (int left = 0; left < columns; left += Block)
                for (int y = top; y < Math.Min(top + Block, rows); y++)
                    for (int x = left; x < Math.Min(left + Block, columns); x++)
                        to[y * columns + x] = from[first + x * stepX + y * stepY];
    }

    // A pixel moves as one value.
#pragma warning disable CS0169, IDE0051 // the fields are only there for their size
    private struct Two<T>
    {
        private T _a, _b;
    }

    private struct Three<T>
    {
        private T _a, _b, _c;
    }

    private struct Four<T>
    {
        private T _a, _b, _c, _d;
    }
#pragma warning restore CS0169, IDE0051
}
