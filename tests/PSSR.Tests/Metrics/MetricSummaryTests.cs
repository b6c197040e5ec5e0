using PSSR.Measuring;
using PSSR.Metrics;

namespace PSSR.Tests.Metrics;

public sealed class MetricSummaryTests
{
    private const double Inf = double.PositiveInfinity;

    [Fact]
    public void One_identical_picture_leaves_mean_and_spread_finite()
    {
        var summary = Of(30, Inf, 34);

        Assert.Equal((32.0, 2.0, 34.0), (summary.Mean, summary.StandardDeviation, summary.Median));
        Assert.Equal((3, 1), (summary.Pictures, summary.Infinite));
        Assert.Equal((30.0, Inf), (summary.Least, summary.Most));
    }

    [Theory]
    [InlineData(2.0, 7.0, 1.0, 2.0)]
    [InlineData(2.5, 7.0, 1.0, 2.0, 3.0)]
    [InlineData(1.0, 1.0)]
    [InlineData(Inf, Inf, Inf, 3.0)]
    public void The_median_is_the_middle_of_all_values(double median, params double[] values) => Assert.Equal(median, Of(values).Median);

    [Fact]
    public void Where_all_pictures_are_identical_the_mean_says_so()
    {
        var summary = Of(Inf, Inf);

        Assert.Equal((Inf, 0.0, Inf, 2), (summary.Mean, summary.StandardDeviation, summary.Median, summary.Infinite));
    }

    [Fact]
    public void A_comparison_is_finite_too_and_counts_the_identical_as_better()
    {
        var difference = QualityComparison.Compare(
            [Quality("a", 30), Quality("b", 32), Quality("c", Inf)], [Quality("a", 31), Quality("b", Inf), Quality("c", Inf)]).Single();

        Assert.Equal((30.0, 31.0, 1.0), (difference.Baseline, difference.Mean, difference.Difference));
        Assert.Equal((3, 2, 0, 2), (difference.Pictures, difference.Better, difference.Worse, difference.Infinite));
    }

    [Theory]
    [InlineData(true, 1, 0)]
    [InlineData(false, 0, 1)]
    public void Which_way_is_better_is_the_metrics_own_affair(bool lower, int better, int worse)
    {
        ImageQuality With(double value) => new("p", "a", 1, 1, null, "any", [new("NIQE", value, "any", "s") { LowerIsBetter = lower }]);

        var difference = QualityComparison.Compare([With(5)], [With(4)]).Single();

        Assert.Equal((better, worse, lower), (difference.Better, difference.Worse, difference.LowerIsBetter));
    }

    [Fact]
    public void Measurements_without_a_reference_are_compared_by_their_inputs()
    {
        ImageQuality Of(string input, double value) =>
            new("p", null, 1, 1, null, "any", [new("MUSIQ", value, "any", "s")]) { Input = input };

        Assert.Equal(1, QualityComparison.Compare([Of("a", 5), Of("b", 6)], [Of("a", 7)]).Single().Pictures);
        Assert.Contains("input 'a'",
            Assert.Throws<PssrException>(() => QualityComparison.Compare([Of("a", 5), Of("a", 6)], [Of("a", 7)])).Message);
        Assert.Contains("nor an input", Assert.Throws<PssrException>(() => QualityComparison.Compare([Of("a", 5)], [Of("b", 7)])).Message);
    }

    [Fact]
    public void Bicubics_mean_is_of_pictures_that_ours_stands_beside()
    {
        // The pictures that c was made from are gone; d equals its truth.
        var summary = ImageQuality.Summaries(
            [Beside("a", 30, 29), Beside("b", 32, 31), Quality("c", 10), Beside("d", Inf, 20), Beside("e", 34, Inf)]).Single();

        Assert.Equal((5, 26.5), (summary.Pictures, summary.Mean));
        Assert.Equal((2, 30.0, 31.0, false),
            (summary.BaselinePictures, summary.Baseline, summary.MeanBesideBaseline, summary.IsBesideMean));
    }

    [Fact]
    public void Where_bicubic_was_measured_for_all_the_mean_is_the_one_beside_it()
    {
        var summary = ImageQuality.Summaries([Beside("a", 30, 29), Beside("b", 32, 31), Beside("d", Inf, 20)]).Single();

        Assert.Equal((2, 30.0, summary.Mean, true),
            (summary.BaselinePictures, summary.Baseline, summary.MeanBesideBaseline, summary.IsBesideMean));
        var equal = ImageQuality.Summaries([Beside("a", Inf, 20)]).Single();
        Assert.Equal((Inf, 20.0, true), (equal.MeanBesideBaseline, equal.Baseline, equal.IsBesideMean));
        Assert.True(ImageQuality.Summaries([Quality("a", 30)]).Single() is { IsBesideMean: true, Baseline: null });
    }

    private static ImageQuality Beside(string reference, double psnr, double bicubic) =>
        Quality(reference, psnr) with { Baseline = [new("PSNR", bicubic, "PyIqa", "s")] };

    private static MetricSummary Of(params double[] values) =>
        MetricSummary.Of(values.Select(v => new MetricValue("PSNR", v, "PyIqa", "s"))).Single();

    private static ImageQuality Quality(string reference, double psnr) =>
        new("p", reference, 1, 1, null, "PyIqa", [new("PSNR", psnr, "PyIqa", "s")]);
}
