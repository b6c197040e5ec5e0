using FsCheck;
using FsCheck.Fluent;
using PSSR.DiffSr;
using PSSR.DiffSr.Field;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Tiles;

namespace PSSR.Tests.DiffSr.Field;

public sealed class SavedFieldTests
{
    internal static readonly FieldCalibration Calibration = new()
    {
        Model = "golden-prior",
        ModelSha256 = "",
        Data = "made for a test",
        Pictures = 1,
        Errors = [new(2, 0.4), new(50, 0.1), new(1000, 0.003)],
        Distances = [new(1.5, new(0.006, 0.5, 0.003)), new(2, new(0.012, 0.5, 0.006)), new(4, new(0.03, 0.49, 0.015))],
    };

    private static readonly NoiseSchedule Schedule = KnownSchedules.Linear(1000);

    [Fact]
    public void Calibration_is_exact_where_it_was_measured_and_nothing_is_lost_at_scale_1()
    {
        var errors = Calibration.ErrorsFor(Schedule);

        Assert.Equal(0.4, errors[1], 12);
        Assert.Equal(0.1, errors[49], 12);
        Assert.Equal(0.4, errors[0], 12);
        Assert.Equal(0.012, Calibration.DistanceAt(2).Squared, 12);
        Assert.Equal(0.49, Calibration.DistanceAt(4).Energy, 12);
        Assert.Equal(default, Calibration.DistanceAt(1));
        Assert.InRange(Calibration.DistanceAt(1.0001).Squared, 0, 1e-5);
    }

    [Fact]
    public void Error_of_bicubic_and_best_step_grow_with_any_scale() => Check.One(Config.QuickThrowOnFailure.WithMaxTest(100),
        Prop.ForAll(Gen.Choose(1001, 12_000).Two().Where(p => p.Item1 < p.Item2).ToArbitrary(), pair =>
        {
            var (small, large) = (pair.Item1 / 1000.0, pair.Item2 / 1000.0);
            var options = new RecoverableFieldOptions { SignatureThreshold = 1e9, FidelityThreshold = 1e9 };
            int Best(double scale) => ScaleField.Compute(Calibration, Schedule, scale, options).Interval.Best;
            return Calibration.DistanceAt(small).Squared < Calibration.DistanceAt(large).Squared && Best(small) <= Best(large);
        }));

    /// <summary>What was saved per element is carried over: usable levels are the same in either unit.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    public void The_embedded_priors_field_is_the_same_in_the_papers_unit(double scale)
    {
        var saved = FieldStore.Read(ModelStore.Find("pssr-prior"), "no-such-folder", out _)!;

        var own = ScaleField.Compute(saved.Calibration, Schedule, scale, saved.Options).Interval;
        var papers = ScaleField.Compute(saved.Calibration, Schedule, scale, saved.Options.InPapersUnit()).Interval;

        Assert.False(papers.IsEmpty);
        Assert.Equal((own.Low, own.High), (papers.Low, papers.High));
        Assert.Equal(0.004, saved.Options.InPapersUnit().Omega);
        Assert.Equal(0.004 * 196_608, saved.Options.InPapersUnit().PerElement().Omega, 9);
    }

    [Fact]
    public void The_papers_unit_weighs_the_distance_by_its_number_of_values()
    {
        var options = new RecoverableFieldOptions { Elements = RecoverableFieldOptions.PaperElements };

        var summed = ScaleField.Compute(Calibration, Schedule, 4, options).Fidelity;
        var single = ScaleField.Compute(Calibration, Schedule, 4, options with { Elements = 1 }).Fidelity;

        Assert.Equal(196_608, summed[99] / single[99], 6);
    }

    [Theory]
    [InlineData(3, 0.2)] // a row
    [InlineData(3.005, 0.2)] // as good as a row
    [InlineData(3.5, 0.25)] // between two
    public void Measured_levels_count_within_their_span(double scale, double expected)
    {
        var field = new SavedField { Calibration = Calibration }.With(new(4, 0.3, 7, "searched")).With(new(3, 0.1, 5, "old"))
            .With(new(3, 0.2, 5, "accepted"));

        var advice = field.Advise(scale, Schedule);

        Assert.Equal(expected, advice.NoiseLevel, 9);
        Assert.NotNull(advice.Steps);
    }

    [Fact]
    public void The_theory_speaks_beyond_what_was_measured()
    {
        var field = new SavedField { Calibration = Calibration }.With(new(3, 0.2, 5, "accepted"));

        var advice = field.Advise(2.5, Schedule);

        var expected = ScaleField.Compute(Calibration, Schedule, 2.5, field.Options).Interval;
        Assert.Equal(expected.Best / 1000.0, advice.NoiseLevel, 12);
        Assert.Contains($"t* = {expected.Best}", advice.Why);
    }

    [Fact]
    public void An_empty_field_still_gives_advice_and_says_so()
    {
        var options = new RecoverableFieldOptions { SignatureThreshold = 0.001, FidelityThreshold = 0.001 };

        var advice = new SavedField { Calibration = Calibration, Options = options }.Advise(8, Schedule);

        Assert.Contains("compromise", advice.Why);
        Assert.InRange(advice.NoiseLevel, 0.002, 1);
    }

    [Fact]
    public void Is_kept_beside_the_users_model_and_read_back()
    {
        using var folder = new TemporaryFolder();
        var model = TestPrior.Install(folder);
        var field = Of(model).With(new(3, 0.2, 5, "accepted")) with { Options = new() { Omega = 0.5, Fidelity = FidelityForm.Paper } };

        var path = FieldStore.Write(model, field, folder.File("user"));

        Assert.Equal(folder.File("field.json"), path);
        var read = FieldStore.Read(model, folder.File("user"), out var from);
        Assert.Equal(path, from);
        Assert.Equal(field.Options, read!.Options);
        Assert.Equal(field.Levels, read.Levels);
        Assert.Equal(field.Calibration.Distances, read.Calibration.Distances);
    }

    [Fact]
    public void Of_an_embedded_model_goes_to_the_user_and_counts_more_than_what_came_with_it()
    {
        using var folder = new TemporaryFolder();
        var model = TestPrior.Install(folder);
        FieldStore.Write(model, Of(model), folder.File("user"));

        var path = FieldStore.Write(model with { Embedded = true }, Of(model).With(new(2, 0.4, 3, "accepted")), folder.File("user"));

        Assert.StartsWith(folder.File("user"), path);
        Assert.Single(FieldStore.Read(model, folder.File("user"), out _)!.Levels);
    }

    [Fact]
    public void Of_other_weights_is_passed_over()
    {
        using var folder = new TemporaryFolder();
        var model = TestPrior.Install(folder);
        FieldStore.Write(model, Of(model) with { Calibration = Calibration with { ModelSha256 = "another" } }, folder.File("user"));

        Assert.Null(FieldStore.Read(model, folder.File("user"), out var path));
        Assert.NotNull(path);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{ "calibration": { "model": "a", "modelSha256": "b", "data": "c", "errors": [], "distances": [] } }""")]
    [InlineData("""
        { "calibration": { "model": "a", "modelSha256": "b", "data": "c", "errors": [{"step":2,"error":-1},{"step":3,"error":1}],
          "distances": [] } }
        """)]
    [InlineData("""{ "surprise": 1 }""")]
    [InlineData("""{ "calibration": null }""")]
    [InlineData("""{ CALIBRATION, "options": null }""")]
    [InlineData("""{ CALIBRATION, "options": { "omega": -1 } }""")]
    [InlineData("""{ CALIBRATION, "options": { "fidelity": 7 } }""")]
    [InlineData("""{ CALIBRATION, "levels": null }""")]
    [InlineData("""{ CALIBRATION, "levels": [null] }""")]
    [InlineData("""{ CALIBRATION, "levels": [{ "scale": 2, "noiseLevel": 2, "steps": 3, "from": "x" }] }""")]
    [InlineData("""{ CALIBRATION, "levels": [{ "scale": 2, "noiseLevel": 0.2, "steps": 3, "from": null }] }""")]
    [InlineData("""
        { "calibration": { "model": "a", "modelSha256": "b", "data": "c", "errors": [null, {"step":3,"error":1}],
          "distances": [{"scale":2,"distance":{"squared":1}},{"scale":3,"distance":{"squared":1}}] } }
        """)]
    [InlineData("""
        { "calibration": { "model": "a", "modelSha256": "b", "data": "c", "errors": [{"step":2,"error":1},{"step":3,"error":1}],
          "distances": [{"scale":2,"distance":{"squared":1,"energy":1e999}},{"scale":3,"distance":{"squared":1}}] } }
        """)]
    [InlineData("""{ DISTANCES, "errors": [{"step":2,"error":0},{"step":3,"error":1}] } }""")]
    [InlineData("""{ DISTANCES, "errors": [{"step":0,"error":1},{"step":3,"error":1}] } }""")]
    [InlineData("""{ DISTANCES, "errors": [{"step":3,"error":1},{"step":3,"error":1}] } }""")]
    [InlineData("""{ DISTANCES, "errors": [{"step":2,"error":1}] } }""")]
    [InlineData("""{ ERRORS, "distances": [{"scale":3,"distance":{"squared":1}},{"scale":3,"distance":{"squared":1}}] } }""")]
    [InlineData("""{ ERRORS, "distances": [{"scale":1,"distance":{"squared":1}},{"scale":3,"distance":{"squared":1}}] } }""")]
    [InlineData("""{ ERRORS, "distances": [{"scale":2,"distance":{"squared":0}},{"scale":3,"distance":{"squared":1}}] } }""")]
    [InlineData("""{ ERRORS, "distances": [{"scale":2,"distance":{"squared":1e999}},{"scale":3,"distance":{"squared":1}}] } }""")]
    [InlineData("""{ ERRORS, "distances": [{"scale":2,"distance":{"squared":1}}] } }""")]
    [InlineData("""
        { CALIBRATION, "levels": [{ "scale": 2, "noiseLevel": 0.2, "steps": 3, "from": "x" },
          { "scale": 2, "noiseLevel": 0.2, "steps": 3, "from": "x" }] }
        """)]
    public void A_damaged_file_is_one_error_that_names_it(string json)
    {
        using var folder = new TemporaryFolder();
        var model = TestPrior.Install(folder);
        const string Calibration = """
            "calibration": { "model": "a", "modelSha256": "b", "data": "c", "errors": [{"step":2,"error":1},{"step":3,"error":1}],
              "distances": [{"scale":2,"distance":{"squared":1}},{"scale":3,"distance":{"squared":1}}] }
            """;
        const string Begun = """ "calibration": { "model": "a", "modelSha256": "b", "data": "c", """;
        const string Distances = """ "distances": [{"scale":2,"distance":{"squared":1}},{"scale":3,"distance":{"squared":1}}]""";
        const string Errors = """ "errors": [{"step":2,"error":1},{"step":3,"error":1}]""";
        File.WriteAllText(folder.File("field.json"), json.Replace("CALIBRATION", Calibration, StringComparison.Ordinal)
            .Replace("DISTANCES", Begun + Distances, StringComparison.Ordinal).Replace("ERRORS", Begun + Errors, StringComparison.Ordinal));

        var error = Assert.Throws<PssrException>(() => FieldStore.Read(model, folder.File("user"), out _));

        Assert.Equal((PssrErrorKind.Checkpoint, folder.File("field.json")), (error.Kind, error.Target));
    }

    [Fact]
    public void A_given_level_wins_over_the_field_and_the_field_over_the_card()
    {
        using var scope = torch.NewDisposeScope();
        using var prior = TestPrior.Load();
        var saved = new SavedField { Calibration = Calibration }.With(new(2, 0.07, 4, "accepted by hand"));
        var request = new UpscaleRequest(torch.full([1, 3, 8, 8], 0.5f, torch.float32, torch.CPU), 16, 16, 1, 1);
        IReadOnlyDictionary<string, object> Decide(DiffSrOptions options, SavedField? from) =>
            new DiffSrUpscaler(prior, options, from).Upscale(request, new EvaluationMonitor()).Decisions;

        var given = Decide(new DiffSrOptions { NoiseLevel = 0.02, Steps = 1 }, saved);
        var field = Decide(new DiffSrOptions(), saved);
        var card = Decide(new DiffSrOptions { Steps = 1 }, null);

        Assert.Equal((0.02, "given"), (given["noiseLevel"], given["noiseLevelFrom"]));
        Assert.Equal((0.07, 4), (field["noiseLevel"], field["steps"]));
        Assert.Equal("field of golden-prior, at scale 2: accepted by hand", field["noiseLevelFrom"]);
        Assert.Equal(0.1, card["noiseLevel"]);
        Assert.StartsWith("card", (string)card["noiseLevelFrom"]);
    }

    private static SavedField Of(InstalledModel model) => new() { Calibration = Calibration with { ModelSha256 = model.Card.Sha256 } };
}
