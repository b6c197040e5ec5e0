using PSSR.Pictures;

namespace PSSR.Faces;

/// <summary>
/// How a restored face goes back: whole from brow to chin, and from there fading over what is there, so that neither the prior's own hair
/// and background nor an edge is seen.
/// </summary>
internal static class FaceMask
{
    /// <summary>An ellipse of the unit square in which <see cref="FacePoints.Template"/> lies: its middle, its half axes, and the part of
    /// them that is whole.</summary>
    private const double MiddleX = 0.5, MiddleY = 0.53, HalfWidth = 0.42, HalfHeight = 0.45, Whole = 0.7;

    /// <summary>How much of the restored face counts at a place of the unit square, in [0,1]: 0 at and beyond its edges.</summary>
    public static double Weight(Place at)
    {
        var (x, y) = ((at.X - MiddleX) / HalfWidth, (at.Y - MiddleY) / HalfHeight);
        var radius = Math.Sqrt((x * x) + (y * y));
        return radius <= Whole ? 1 : radius >= 1 ? 0 : 0.5 + (0.5 * Math.Cos(Math.PI * (radius - Whole) / (1 - Whole)));
    }

    /// <summary>Lays a face over the large picture.</summary>
    /// <param name="large">float32 [1,3,H,W], contiguous, on the CPU; changed in place.</param>
    /// <param name="face">float32 [1,3,m,m] on the CPU, aligned; a pixel of it about as large as one of the large picture.</param>
    /// <param name="toUnit">From places of the small picture to the unit square.</param>
    /// <param name="width">Of the small picture; so is <paramref name="height"/>.</param>
    /// <param name="blend">1: as the mask has it; 0: not at all.</param>
    public static void Lay(Tensor large, Tensor face, Similarity toUnit, int width, int height, double blend)
    {
        var (onto, from) = (new TensorPlanes<float>(large), new TensorPlanes<float>(face.contiguous()));
        var (unitX, unitY) = ((double)width / onto.Width, (double)height / onto.Height);
        var corners = new Place[] { new(0, 0), new(1, 0), new(0, 1), new(1, 1) }.Select(toUnit.Inverse.Apply).ToList();
        var (left, right) = Within(corners.Min(c => c.X) / unitX, corners.Max(c => c.X) / unitX, onto.Width);
        var (top, bottom) = Within(corners.Min(c => c.Y) / unitY, corners.Max(c => c.Y) / unitY, onto.Height);
        Parallel.For(top, Math.Max(top, bottom), y =>
        {
            var reader = new CubicReader(from);
            for (var x = left; x < right; x++)
            {
                var at = toUnit.Apply(new Place((x + 0.5) * unitX, (y + 0.5) * unitY));
                var weight = (float)(blend * Weight(at));
                if (weight <= 0)
                    continue;
                reader.GoTo(new Place(at.X * from.Width, at.Y * from.Height));
                for (var channel = 0; channel < 3; channel++)
                {
                    var row = onto.Row(channel, y);
                    row[x] += weight * (reader.Read(channel) - row[x]);
                }
            }
        });
    }

    private static (int First, int End) Within(double from, double to, int length) =>
        ((int)Math.Clamp(Math.Floor(from), 0, length), (int)Math.Clamp(Math.Ceiling(to), 0, length));
}
