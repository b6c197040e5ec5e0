using PSSR.Pictures.Degrading;

namespace PSSR.Pictures.Preparing;

/// <summary>The part of a picture, from its top left, of which a shrinking leaves out nothing.</summary>
internal static class ScaleCrop
{
    /// <summary>The least sides that shrink to as many pixels as the picture's do: multiples of a whole scale.</summary>
    /// <exception cref="PssrException">Kind Image: nothing would be left of the picture.</exception>
    public static (int Height, int Width) Of(int height, int width, DegradationParameters shrinking) =>
        height >= shrinking.Scale && width >= shrinking.Scale ? (Side(height, shrinking), Side(width, shrinking))
            : throw new PssrException(PssrErrorKind.Image,
                FormattableString.Invariant($"its {width}×{height} pixels are too few for the scale {shrinking.Scale:0.###}"));

    private static int Side(int length, DegradationParameters shrinking)
    {
        var shrunk = shrinking.Shrunk(length);
        var side = Math.Min(length, (int)Math.Ceiling(shrunk * shrinking.Scale));
        // A scale such as 1.1 isn't quite that number.
        while (shrinking.Shrunk(side - 1) == shrunk)
            side--;
        while (shrinking.Shrunk(side) < shrunk)
            side++;
        return side;
    }
}
