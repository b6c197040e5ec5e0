using FsCheck;
using FsCheck.Fluent;
using PSSR.Faces;

namespace PSSR.Tests.Faces;

public sealed class SimilarityTests
{
    /// <summary>Middle x and y, side, turn.</summary>
    private static readonly Arbitrary<int[]> Places = Gen.Choose(-1000, 1000).ArrayOf(4).ToArbitrary();

    [Fact]
    public void A_known_similarity_is_found_again_whatever_its_turn_size_and_place() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Places, at =>
        {
            var known = TestFace.At(at[0], at[1], 1.5 + Math.Abs(at[2]), at[3]);
            var found = Similarity.LeastSquares(TestFace.Points(known), FacePoints.Template)!.Value;
            var there = found.Apply(known.Apply(new Place(0.2, 0.9)));
            return Math.Abs(there.X - 0.2) < 1e-9 && Math.Abs(there.Y - 0.9) < 1e-9
                && found.Residual(TestFace.Points(known), FacePoints.Template) < 1e-9;
        }));

    [Fact]
    public void The_way_back_undoes_the_way_there() =>
        Check.One(Config.QuickThrowOnFailure, Prop.ForAll(Places, at =>
        {
            var there = TestFace.At(at[0], at[1], 1.5 + Math.Abs(at[2]), at[3]);
            var back = there.Inverse.Apply(there.Apply(new Place(3, -4)));
            return Math.Abs(back.X - 3) < 1e-6 && Math.Abs(back.Y + 4) < 1e-6;
        }));

    [Fact]
    public void No_similarity_near_it_fits_better_than_the_least_squares_one()
    {
        var random = new Random(1);
        FacePoints points = new(new(3, 4), new(9, 5), new(6, 9), new(4, 12), new(9, 11.5));
        var best = Similarity.LeastSquares(points, FacePoints.Template)!.Value;
        var least = best.Residual(points, FacePoints.Template);

        for (var i = 0; i < 1000; i++)
        {
            double Near(double value) => value + (1e-3 * ((2 * random.NextDouble()) - 1));
            var other = new Similarity(Near(best.A), Near(best.B), Near(best.ShiftX), Near(best.ShiftY));
            Assert.True(other.Residual(points, FacePoints.Template) >= least);
        }
    }

    [Theory]
    [InlineData(5, 5)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    public void Points_that_are_one_or_none_have_no_similarity(double x, double y)
    {
        var at = new Place(x, y);
        Assert.Null(Similarity.LeastSquares(new(at, at, at, at, at), FacePoints.Template));
    }

    [Fact]
    public void The_template_agrees_with_the_recipe_that_FFHQ_was_cut_by()
    {
        var t = FacePoints.Template;
        Place eyes = new((t.LeftEye.X + t.RightEye.X) / 2, (t.LeftEye.Y + t.RightEye.Y) / 2);
        Place mouth = new((t.LeftMouth.X + t.RightMouth.X) / 2, (t.LeftMouth.Y + t.RightMouth.Y) / 2);
        Assert.Equal(0.5, eyes.X + (0.1 * (mouth.X - eyes.X)), 0.02);
        Assert.Equal(0.5, eyes.Y + (0.1 * (mouth.Y - eyes.Y)), 0.02);
        Assert.Equal(1, 2 * Math.Max(2 * (t.RightEye.X - t.LeftEye.X), 1.8 * (mouth.Y - eyes.Y)), 0.02);
    }

    [Fact]
    public void Points_in_another_order_fit_no_face()
    {
        var t = FacePoints.Template;
        FacePoints swapped = new(t.RightEye, t.LeftEye, t.Nose, t.RightMouth, t.LeftMouth);
        FacePoints mouthFirst = new(t.LeftMouth, t.RightMouth, t.Nose, t.LeftEye, t.RightEye);
        foreach (var wrong in new[] { swapped, mouthFirst })
            Assert.True(Similarity.LeastSquares(wrong, t)!.Value.Residual(wrong, t) > FaceUpscaler.WorstFit);
    }
}
