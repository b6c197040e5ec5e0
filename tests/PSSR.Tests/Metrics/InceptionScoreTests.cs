using FsCheck;
using FsCheck.Fluent;
using PSSR.Metrics;

namespace PSSR.Tests.Metrics;

public sealed class InceptionScoreTests
{
    [Fact]
    public void One_answer_for_all_scores_1() => Assert.Equal(1, InceptionScore.Compute([[1, 2, 3], [1, 2, 3], [2, 3, 4]], 1).Mean, 1e-12);

    [Fact]
    public void Sure_and_different_answers_score_the_number_of_classes()
    {
        InceptionScoreValue value = InceptionScore.Compute([[1e4, 0, 0], [0, 1e4, 0], [0, 0, 1e4]], 1);
        Assert.Equal(3, value.Mean, 1e-12);
        Assert.Equal(0, value.StandardDeviation);
    }

    [Fact]
    public void Splits_are_scored_one_by_one()
    {
        InceptionScoreValue value = InceptionScore.Compute([[1e4, 0], [1e4, 0], [1e4, 0], [0, 1e4]], 2);
        Assert.Equal([1, 2], value.Splits, (a, b) => Math.Abs(a - b) < 1e-12);
        Assert.Equal((1.5, 0.5), (value.Mean, value.StandardDeviation));
    }

    [Fact]
    public void It_lies_between_1_and_the_number_of_classes_and_ignores_a_shift_of_the_logits() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(50), Prop.ForAll(Gen.Choose(0, 100_000).ToArbitrary(), seed =>
        {
            var random = new System.Random(seed);
            double[][] logits = [.. Enumerable.Range(0, 12)
                .Select(_ => Enumerable.Range(0, 5).Select(_ => 40 * (random.NextDouble() - 0.5)).ToArray())];
            double score = InceptionScore.Compute(logits, 3).Mean;
            double[][] shifted = [.. logits.Select(row => row.Select(v => v + 1000).ToArray())];
            return score is >= 1 - 1e-12 and <= 5 && Math.Abs(score - InceptionScore.Compute(shifted, 3).Mean) < 1e-9;
        }));

    [Fact]
    public void Fewer_pictures_than_splits_or_unequal_scores_are_option_errors()
    {
        foreach (Action wrong in new Action[] { () => InceptionScore.Compute([[1, 2]]), () =>
            InceptionScore.Compute([[1, 2], [1]], 1), () => InceptionScore.Compute([[1, 2]], 0),
            () => InceptionScore.Compute([[], []], 1), () => InceptionScore.Compute([[1, double.NaN]], 1) })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(wrong).Kind);
    }
}
