using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Pictures;
using PSSR.Tests.Training;

namespace PSSR.Tests.DiffSr.Field;

public sealed class FieldSearchTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly InstalledModel _model;

    public FieldSearchTests() => _model = TestPrior.Install(_folder);

    private FieldSearchOptions Quick => new()
    {
        Model = _folder.Path, UserFolder = _folder.File("user"), Count = 2, CropSize = 32, Scales = [3, 2], Steps = 2, Refinements = 1,
    };

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Theory_gives_a_field_for_each_scale_by_rising_scale()
    {
        var results = Run(Quick with { Scales = [3.7, 2, 2] });

        Assert.Equal([2, 3.7], results.Select(r => r.Scale));
        Assert.All(results, r =>
        {
            Assert.Equal(1000, r.Curve.Count);
            Assert.Equal(r.BestStep / 1000.0, r.NoiseLevel, 12);
            Assert.Equal(("golden-prior", "2 synthetic pictures of 32x32"), (r.Model, r.Calibration.Data));
            Assert.Empty(r.Measured);
            Assert.Null(r.SavedTo);
        });
    }

    [Fact]
    public void A_picture_that_is_too_small_is_named_and_the_others_are_searched_with()
    {
        foreach (var (name, side) in new[] { ("tiny.png", 1), ("a.png", 40) })
            ImageCodec.Write(_folder.File(name), new RasterImage(side, side, 3, new byte[side * side * 3]), ImageFormat.Png);
        var told = new List<PssrException>();

        using var search = new FieldSearch(Quick with { Pictures = [_folder.File("tiny.png"), _folder.File("a.png")] }, null, told.Add);
        var results = search.Run(null, TestContext.Current.CancellationToken).ToList();

        Assert.Equal([1, 1], results.Select(result => result.Calibration.Pictures));
        Assert.Contains("tiny.png' is 1×1", Assert.Single(told).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(3.7, 23)] // SSIM's 11 and twice a border of 4; of 19 to 22 pixels the scale leaves 18
    [InlineData(8, 32)]
    public void A_picture_that_cannot_be_scored_is_named_and_the_others_are_tried(double scale, int least)
    {
        foreach (var (name, side) in new[] { ("small.png", least - 1), ("least.png", least), ("a.png", 32) })
            ImageCodec.Write(_folder.File(name), ScalePair.Middle(FieldCalibratorTests.Picture(0), side), ImageFormat.Png);
        var told = new List<PssrException>();
        var options = Quick with
        {
            Mode = FieldMode.Empirical, Scales = [scale], Levels = [0],
            Pictures = [.. new[] { "small.png", "least.png", "a.png" }.Select(_folder.File)],
        };

        using var search = new FieldSearch(options, null, told.Add);
        var result = search.Run(null, TestContext.Current.CancellationToken).Single();

        Assert.Equal(2, result.Calibration.Pictures);
        Assert.Equal(_folder.File("small.png"), Assert.Single(told).Target);
        Assert.Contains($"must be {least} at least", told[0].Message);
    }

    [Fact]
    public void What_is_saved_is_what_the_next_search_and_the_method_take()
    {
        var saved = Run(Quick with { Save = true, Field = new() { Omega = 0.5 } });
        var options = Quick with { Count = 1 }; // other pictures: taken only if nothing were saved

        var again = Run(options);

        Assert.Equal(_folder.File("field.json"), saved[0].SavedTo);
        Assert.Equal(saved[0].Calibration.Errors, again[0].Calibration.Errors);
        Assert.Equal(0.5, again[0].Options.Omega);
        Assert.Equal(saved[0].NoiseLevel, FieldStore.Read(_model, out _)!.Advise(2, KnownLinear).NoiseLevel);
        Assert.NotEqual(saved[0].Calibration.Errors, Run(options with { Recalibrate = true })[0].Calibration.Errors);
    }

    [Fact]
    public void Trying_levels_goes_from_coarse_to_fine_and_keeps_the_best()
    {
        var options = Quick with { Mode = FieldMode.Empirical, Scales = [2], Metric = FieldMetric.Psnr, Save = true };

        var result = Run(options).Single();

        Assert.Contains(result.Measured, m => m.Step == 0);
        Assert.True(result.Measured.Count >= 6);
        Assert.Equal(result.Measured.OrderBy(m => m.NoiseLevel), result.Measured);
        Assert.Equal(result.Measured.Max(m => m.Psnr), result.MeasuredBest!.Psnr);
        Assert.Equal(result.MeasuredBest.NoiseLevel, result.NoiseLevel);
        Assert.Equal(result.NoiseLevel, FieldStore.Read(_model, _folder.File("user"), out _)!.Levels.Single().NoiseLevel);
        Assert.Contains("Psnr", result.Metrics);
    }

    [Fact]
    public void A_picture_that_is_no_numbers_is_refused_and_not_scored_black()
    {
        using var model = TestPrior.Load();
        using (torch.no_grad())
            foreach (var weight in model.Network.parameters())
                weight.fill_(double.NaN);
        using var log = new MeasurementLog(_folder.File("measured"), "key");
        var sweep = new LevelSweep(
            () => model, 1000, [FieldCalibratorTests.Picture(0)], new SweepOptions(2, FieldMetric.Psnr, 0, 0), null, null, log);

        var error = Assert.Throws<PssrException>(
            () => sweep.Measure(2, 0.1, () => { }, TestContext.Current.CancellationToken));

        Assert.Contains("golden-prior made of the search's picture 1 at noise level 0.1 holds values that are no numbers", error.Message,
            StringComparison.Ordinal);
    }

    [Fact]
    public void Levels_that_are_given_are_tried_and_no_others()
    {
        var result = Run(Quick with { Mode = FieldMode.Empirical, Scales = [2], Levels = [0.1, 0, 0.1, 0.02] }).Single();

        Assert.Equal([0, 0.02, 0.1], result.Measured.Select(m => m.NoiseLevel));
        Assert.Equal([0, 2, 2], result.Measured.Select(m => m.VisitedSteps));
    }

    [Fact]
    public void A_search_that_was_stopped_goes_on_where_it_was()
    {
        using var one = new OneThread();
        var options = Quick with { Mode = FieldMode.Empirical, Scales = [2], Levels = [0.02, 0.1] };
        using var stop = new CancellationTokenSource();
        var reports = new List<FieldProgress>();

        Assert.Throws<OperationCanceledException>(() => RunUntil(options, new Reports(p =>
        {
            if (p.Stage.StartsWith("Trying", StringComparison.Ordinal) && p.Done == 2)
                stop.Cancel();
        }), stop.Token));
        var result = Run(options, new Reports(reports.Add)).Single();

        Assert.DoesNotContain(reports, r => r.Stage == "Calibrating"); // each of its values was known
        Assert.Equal(4, reports.Count(r => r.Stage.StartsWith("Trying", StringComparison.Ordinal)));
        using var fresh = new TemporaryFolder();
        Assert.Equal(Run(options with { UserFolder = fresh.Path }).Single().Measured, result.Measured);
    }

    [Fact]
    public void A_bad_picture_is_one_error_and_the_others_are_measured()
    {
        var good = _folder.File("a.png");
        ImageCodec.Write(good, FieldCalibratorTests.Picture(0), ImageFormat.Png);
        var bad = _folder.Write("b.png", [1, 2, 3]);
        var errors = new List<PssrException>();

        using var search = new FieldSearch(Quick with { Pictures = [bad, good] }, null, errors.Add);
        var result = search.Run(null, TestContext.Current.CancellationToken).First();

        Assert.Equal(1, result.Calibration.Pictures);
        Assert.Equal(bad, Assert.Single(errors).Target);
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Run(Quick with { Pictures = [bad] })).Kind);
    }

    [Fact]
    public void What_makes_no_sense_is_refused_before_anything_is_measured()
    {
        foreach (var options in new[]
        {
            Quick with { Scales = [] }, Quick with { Scales = [0.5] }, Quick with { Scales = [double.NaN] }, Quick with { Levels = [1] },
            Quick with { Count = 0 },
            Quick with { CropSize = 8 }, Quick with { Steps = 0 }, Quick with { Metric = FieldMetric.Lpips },
            Quick with { Field = new() { Omega = -1 } },
            Quick with { Mode = FieldMode.Empirical, Scales = [2, 12] }, // 32 pixels are less than SSIM's 11 and twice a border of 12
        })
            Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => new FieldSearch(options)).Kind);
    }

    private static NoiseSchedule KnownLinear => KnownSchedules.Linear(1000);

    private static List<RecoverableFieldResult> Run(FieldSearchOptions options, IProgress<FieldProgress>? progress = null) =>
        RunUntil(options, progress, TestContext.Current.CancellationToken);

    private static List<RecoverableFieldResult> RunUntil(FieldSearchOptions options, IProgress<FieldProgress>? progress,
        CancellationToken stop)
    {
        using var search = new FieldSearch(options);
        return [.. search.Run(progress, stop)];
    }

    private sealed class Reports(Action<FieldProgress> take) : IProgress<FieldProgress>
    {
        public void Report(FieldProgress value) => take(value);
    }
}
