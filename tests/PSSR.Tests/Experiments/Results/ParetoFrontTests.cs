using FsCheck;
using FsCheck.Fluent;
using PSSR.Experiments.Results;

namespace PSSR.Tests.Experiments.Results;

public sealed class ParetoFrontTests
{
    [Fact]
    public void The_front_has_what_nothing_beats_in_both() => Assert.Equal([(27.0, .08), (29, .1), (30, .2)],
        ParetoFront.Of([(28, .2), (30, .2), (29, .1), (27, .08), (26, .09), (double.NaN, 0), (29, .15)], lowerX: false, lowerY: true));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void No_point_beats_one_of_the_front_and_each_other_is_beaten_or_equalled(bool lowerX, bool lowerY) =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Points.ToArbitrary(), points =>
        {
            var front = ParetoFront.Of(points, lowerX, lowerY);
            bool NotWorse((double X, double Y) a, (double X, double Y) b) =>
                (lowerX ? a.X <= b.X : a.X >= b.X) && (lowerY ? a.Y <= b.Y : a.Y >= b.Y);
            return front.All(point => points.All(other => other == point || !NotWorse(other, point)))
                && points.All(point => front.Any(best => NotWorse(best, point)));
        }));

    private static readonly Gen<(double X, double Y)[]> Points =
        Gen.Choose(0, 9).Zip(Gen.Choose(0, 9)).Select(pair => ((double)pair.Item1, (double)pair.Item2)).ArrayOf();
}
