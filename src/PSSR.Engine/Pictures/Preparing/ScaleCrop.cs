namespace PSSR.Pictures.Preparing;

/// <summary>The part of a picture, from its top left, of which a shrinking leaves out nothing.</summary>
internal static class ScaleCrop
{
    /// <summary>The least sides that shrink to as many pixels as the picture's do: multiples of a whole scale.</summary>
    /// <exception cref="PssrException">Kind Image: nothing would be left of the picture.</exception>
    public static (int Height, int Width) Of(int height, int width, double scale) =>
        height >= scale && width >= scale ? (Side(height, scale), Side(width, scale))
            : throw new PssrException(PssrErrorKind.Image,
                FormattableString.Invariant($"its {width}×{height} pixels are too few for the scale {scale:0.###}"));

    private static int Side(int length, double scale)
    {
        var shrunk = (int)(length / scale);
        var side = Math.Min(length, (int)Math.Ceiling(shrunk * scale));
        // A scale such as 1.1 isn't quite that number.
        while ((int)((side - 1) / scale) == shrunk)
            side--;
        while ((int)(side / scale) < shrunk)
            side++;
        return side;
    }
}
