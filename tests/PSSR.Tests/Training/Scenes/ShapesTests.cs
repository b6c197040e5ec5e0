using PSSR.Host;
using PSSR.Training.Scenes;

namespace PSSR.Tests.Training.Scenes;

/// <summary>A shape's coverage, summed over all pixels, is its area: then its edges are antialiased rightly, wherever it lies on the pixel
/// grid.</summary>
public sealed class ShapesTests
{
    [Theory]
    [InlineData(0, 0), InlineData(0.3, 0.7), InlineData(0.5, 0.25)]
    public void Coverage_sums_to_the_area(double x, double y)
    {
        var (cx, cy) = ((float)(40 + x), (float)(40 + y));
        (Shape Shape, double Area)[] shapes =
        [
            (new Disc(9.4f) { CentreX = cx, CentreY = cy }, Math.PI * 9.4 * 9.4),
            (new Ellipse(20, 8, 0.5f) { CentreX = cx, CentreY = cy }, Math.PI * 20 * 8),
            (new Ring(12, 0.3f) { CentreX = cx, CentreY = cy }, 2 * Math.PI * 12 * 0.6),
            (new Ring(12, 2) { CentreX = cx, CentreY = cy }, 2 * Math.PI * 12 * 4),
            (new RoundedRectangle(15, 6, 0, 0.3f) { CentreX = cx, CentreY = cy }, 4 * 15 * 6),
            (new RoundedRectangle(15, 6, 3, 1) { CentreX = cx, CentreY = cy }, 4 * 15 * 6 - (4 - Math.PI) * 9),
            (new Polygon([(-10, -10), (12, -8), (3, 14)]) { CentreX = cx, CentreY = cy }, 250),
            (new Stroke([(-30, -10), (30, 10)], 0.5f) { CentreX = cx, CentreY = cy }, Math.Sqrt(60 * 60 + 400) * 0.5 + Math.PI * 0.0625),
        ];

        foreach (var (shape, area) in shapes)
            Assert.True(Math.Abs(Sum(shape) / area - 1) < 0.03, $"{shape.GetType().Name}: {Sum(shape):f2} for {area:f2}");
    }

    [Fact]
    public void Nothing_lies_outside_the_box()
    {
        var random = SeededRandom.For(1, 2);
        Shape[] shapes =
        [
            new Blob(14, ref random) { CentreX = 40, CentreY = 40 },
            new Polygon(Polygon.Star(14, ref random)) { CentreX = 40, CentreY = 40 },
            new Polygon(Polygon.Irregular(14, ref random)) { CentreX = 40, CentreY = 40 },
            new Stroke(Stroke.Curve((-14, 0), (0, 20), (14, 3), 8), 3) { CentreX = 40, CentreY = 40 },
        ];

        foreach (var shape in shapes)
        {
            for (var angle = 0.0; angle < 6.28; angle += 0.1)
            {
                var (dx, dy) = ((shape.HalfWidth + 0.6) * Math.Cos(angle), (shape.HalfHeight + 0.6) * Math.Sin(angle));
                var stretch = 1 / Math.Max(Math.Abs(Math.Cos(angle)), Math.Abs(Math.Sin(angle)));
                Assert.Equal(0, shape.Coverage((float)(dx * stretch), (float)(dy * stretch), 1));
            }
        }
    }

    private static double Sum(Shape shape)
    {
        var sum = 0.0;
        for (var y = 0; y < 80; y++)
        {
            for (var x = 0; x < 80; x++)
                sum += shape.Coverage(x + 0.5f - shape.CentreX, y + 0.5f - shape.CentreY, 1);
        }
        return sum;
    }
}
