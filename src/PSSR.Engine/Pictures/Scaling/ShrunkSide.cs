namespace PSSR.Pictures.Scaling;

/// <summary>How long a side is that was shrunk: its length over the scale, rounded down.</summary>
internal static class ShrunkSide
{
    private const double Rounding = 1e-9;

    /// <summary>A scale such as 1.1 isn't quite that number, and 110 over it not quite 100; it is 100 all the same.</summary>
    public static int Of(long length, double scale) => (int)Math.Floor((length / scale) + Rounding);

    /// <summary>The quotient as it is computed: 110 over 1.1 is 99.</summary>
    public static int AsComputed(long length, double scale) => (int)(length / scale);
}
