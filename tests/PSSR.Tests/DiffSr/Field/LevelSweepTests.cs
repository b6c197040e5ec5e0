using PSSR.DiffSr.Field;
using PSSR.Networks.Features;

namespace PSSR.Tests.DiffSr.Field;

public sealed class LevelSweepTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>0 and a quarter to four times of what theory says; then halfway, on a scale of logarithms, to both neighbours of the best,
    /// or to four times beyond it where it has none.</summary>
    [Theory]
    [InlineData(100, new[] { 0, 25, 50, 71, 84, 100, 119, 141, 200, 400 })]
    [InlineData(10, new[] { 0, 6, 12, 17, 25, 35, 50, 100, 200, 400 })]
    [InlineData(900, new[] { 0, 25, 50, 100, 200, 283, 400, 566, 800, 900 })]
    [InlineData(0, new[] { 0, 6, 12, 25, 50, 100, 200, 400 })]
    public void Levels_close_in_on_the_best_from_both_sides(int best, int[] expected)
    {
        var ticks = 0;
        using var log = Known(step => step == best ? 1 : step == 0 ? -100 : -Math.Abs(Math.Log((double)step / Math.Max(best, 1))));

        var points = Sweep(FieldMetric.Ssim, log).Around(2, 0.1, () => ticks++, TestContext.Current.CancellationToken);

        Assert.Equal(expected, points.Select(p => p.Step));
        Assert.Equal(points.Count, ticks);
        Assert.InRange(points.Count, 1, Sweep(FieldMetric.Ssim, log).LevelsAtMost);
        Assert.Equal(expected.Select(step => step == 0 ? 0 : 5), points.Select(p => p.VisitedSteps));
    }

    [Theory]
    [InlineData(FieldMetric.Psnr, 1)]
    [InlineData(FieldMetric.Ssim, 2)]
    [InlineData(FieldMetric.Lpips, 3)]
    [InlineData(FieldMetric.Frechet, 4)]
    public void The_best_is_that_of_the_metric_whichever_way_it_runs(FieldMetric metric, int best)
    {
        using var log = Known(_ => 0);
        MeasuredPoint[] points =
        [
            new(0.001, 1, 5, Psnr: 30, Ssim: 0.1, Lpips: 0.9, Frechet: 9), new(0.002, 2, 5, Psnr: 10, Ssim: 0.8, Lpips: 0.8, Frechet: 8),
            new(0.003, 3, 5, Psnr: 11, Ssim: 0.2, Lpips: 0.1, Frechet: 7), new(0.004, 4, 5, Psnr: 12, Ssim: 0.3, Lpips: 0.7, Frechet: 1),
        ];

        Assert.Equal(best, Sweep(metric, log).Best(points).Step);
    }

    [Fact]
    public void The_sets_distance_compares_all_results_with_all_truths_and_is_not_measured_twice()
    {
        using var log = new MeasurementLog(_folder.Path, "key");
        var moved = new Moved();
        var sweep = new LevelSweep(() => throw new InvalidOperationException("bicubic needs no model"), 1000,
            [FieldCalibratorTests.Picture(0), FieldCalibratorTests.Picture(1)], new SweepOptions(5, FieldMetric.Frechet, 0, 0), null, moved,
            log);

        var first = sweep.Measure(2, 0, () => { }, TestContext.Current.CancellationToken);
        var second = sweep.Measure(2, 0, () => { }, TestContext.Current.CancellationToken);

        Assert.Equal(10 * 10, first.Frechet!.Value, 9);
        Assert.Equal(4, moved.Calls);
        Assert.Equal(first, second);
    }

    /// <summary>A log in which every step was measured: nothing is left that a network could be asked for.</summary>
    private MeasurementLog Known(Func<int, double> ssim)
    {
        var log = new MeasurementLog(_folder.Path, "key");
        for (var step = 0; step <= 900; step++)
        {
            var (level, value) = (step / 1000.0, ssim(step));
            log.Get(FormattableString.Invariant($"U/2/{level:R}/{(step == 0 ? 0 : 5)}/0/"), 2, () => [0, value]);
        }
        return log;
    }

    private static LevelSweep Sweep(FieldMetric metric, MeasurementLog log) => new(
        () => throw new InvalidOperationException("all is known"), 1000, [FieldCalibratorTests.Picture(0)],
        new SweepOptions(5, metric, 0, 2), null, null, log);

    /// <summary>Asked of results and truths in turn: the truths lie 10 farther on.</summary>
    private sealed class Moved : IFeatureExtractor
    {
        public int Calls { get; private set; }

        public string Name => "moved";

        public Tensor Extract(Tensor images)
        {
            var (picture, isTruth) = (Calls / 2, Calls % 2 == 1);
            Calls++;
            return torch.tensor([picture + (isTruth ? 10f : 0f)], [1, 1]);
        }

        public void Dispose()
        {
        }
    }
}
