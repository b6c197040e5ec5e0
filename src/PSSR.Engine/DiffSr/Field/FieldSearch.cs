using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Options;

namespace PSSR.DiffSr.Field;

/// <summary>
/// Finds the Perceptual Recoverable Field of a prior: calibrates it (or takes what was saved), computes the theory's field at each scale,
/// and in empirical mode tries levels on pictures. Use it from one thread: tensor scopes belong to threads.
/// </summary>
public sealed class FieldSearch : IDisposable
{
    private const int DefaultVisitedSteps = 10;

    private readonly FieldSearchOptions _options;
    private readonly InstalledModel _installed;
    private readonly NoiseSchedule _schedule;
    private readonly SavedField? _saved;
    private readonly Lpips? _lpips;
    private readonly Action<PssrException>? _onBad;
    private LoadedModel? _model;
    private string? _precision;
    private FieldPictures? _pictures;
    private MeasurementLog? _log;
    private IFeatureExtractor? _features;
    private bool _scores;

    /// <param name="lpips">Scores an empirical search; not disposed here. Null: PSNR and SSIM alone.</param>
    /// <param name="onBad">Gets the error of each picture that can't be used.</param>
    /// <exception cref="PssrException">Kind Option: a value is out of range. Kind Checkpoint: there is no such prior, or its saved field
    /// can't be read.</exception>
    public FieldSearch(FieldSearchOptions options, Lpips? lpips = null, Action<PssrException>? onBad = null)
    {
        _options = options.Checked();
        (_lpips, _onBad) = (lpips, onBad);
        if (options.Metric == FieldMetric.Lpips && lpips is null)
            throw new PssrException(PssrErrorKind.Option, "Metric: LPIPS needs the weights of its network; import them first.", "Metric");
        _installed = ModelStore.Find(options.Model);
        _schedule = ModelLoader.RequirePrior(_installed);
        _saved = FieldStore.Read(_installed, options.UserFolder, out _);
        Thresholds = options.Field ?? _saved?.Options ?? new RecoverableFieldOptions();
        if (options.Mode == FieldMode.Empirical)
            Score();
    }

    /// <summary>ω, thresholds and forms that a search takes unless it is told others: those that were saved for the model, else the
    /// defaults.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: there is no such prior, or its saved field can't be read.</exception>
    public static RecoverableFieldOptions ThresholdsOf(string model)
    {
        var prior = ModelStore.Find(model);
        ModelLoader.RequirePrior(prior);
        return FieldStore.Read(prior, out _)?.Options ?? new RecoverableFieldOptions();
    }

    /// <summary>ω, thresholds and forms in use.</summary>
    public RecoverableFieldOptions Thresholds { get; }

    /// <summary>T.</summary>
    public int DiffusionSteps => _schedule.Steps;

    /// <summary>The pictures that were given; empty: synthetic ones, or none.</summary>
    internal IReadOnlyList<string> Files => _options.Pictures;

    private string Precision
    {
        get
        {
            TorchThreads.Ensure();
            return _precision ??= ComputeDevice.DecidePrecision(_options.Device, _options.Precision);
        }
    }

    /// <summary>The model with its weights in place; loaded when first asked for.</summary>
    internal LoadedModel Model() => _model ??= ModelLoader.LoadPrior(_installed, ComputeDevice.Choose(_options.Device, Precision));

    /// <summary>Says before pictures are read that upscaled ones will be compared with them, which those that are too small for it
    /// aren't taken for.</summary>
    /// <exception cref="PssrException">Kind Option: what is looked at of each picture is too small.</exception>
    internal void Score()
    {
        _scores = true;
        if (_options.CropSize < LeastScored())
            throw OptionCheck.Bad("CropSize",
                $"CropSize: {_options.CropSize} is too small for the largest scale: take {LeastScored()} or more, or smaller scales");
    }

    /// <summary>The search's pictures; read or made when first asked for.</summary>
    internal FieldPictures Pictures(CancellationToken cancellation) =>
        _pictures ??= FieldPictures.Load(_options, LeastSide(), _onBad, cancellation);

    /// <summary>The whole search, scale by scale.</summary>
    /// <exception cref="OperationCanceledException">Stopped; the same call goes on where it was.</exception>
    /// <exception cref="PssrException">Kind Option, Checkpoint or Device.</exception>
    public IEnumerable<RecoverableFieldResult> Run(IProgress<FieldProgress>? progress = null, CancellationToken cancellation = default)
    {
        var calibration = Calibration(progress, cancellation);
        var field = Saving(calibration);
        for (var i = 0; i < _options.Scales.Count; i++)
        {
            var result = Theory(calibration, _options.Scales[i]);
            if (_options.Mode == FieldMode.Empirical)
            {
                result = Try(result, i, progress, cancellation);
                field = field.With(
                    new MeasuredLevel(result.Scale, result.NoiseLevel, result.MeasuredBest!.VisitedSteps, $"searched: {result.Metrics}"));
            }
            yield return _options.Save ? result with { SavedTo = FieldStore.Write(_installed, field, _options.UserFolder) } : result;
        }
    }

    /// <summary>What was saved, where that serves; else measured now.</summary>
    public FieldCalibration Calibration(IProgress<FieldProgress>? progress, CancellationToken cancellation)
    {
        if (_saved is not null && _options.Pictures.Count == 0 && !_options.Recalibrate)
            return _saved.Calibration;
        progress?.Report(new FieldProgress("Reading pictures", 0, null));
        var set = Pictures(cancellation);
        EvaluationMonitor monitor = null!;
        monitor = new EvaluationMonitor(cancellation, count => progress?.Report(new("Calibrating", count, monitor.Expected)));
        var calibration = new FieldCalibrationOptions { CropSize = _options.CropSize, Seed = _options.Seed };
        return FieldCalibrator.Calibrate(_installed, Model, set.Images, set.Description, calibration, monitor, Log(cancellation).Get);
    }

    /// <summary>The theory's field at one scale.</summary>
    public RecoverableFieldResult Theory(FieldCalibration calibration, double scale)
    {
        var field = ScaleField.Compute(calibration, _schedule, scale, Thresholds);
        var interval = field.Interval;
        return new RecoverableFieldResult
        {
            Model = _installed.Name,
            Scale = scale,
            Mode = _options.Mode,
            NoiseLevel = (double)interval.Best / _schedule.Steps,
            Advice = interval.IsEmpty
                ? FormattableString.Invariant($"no usable level at {scale:0.###}×; t = {interval.Best} is the nearest compromise")
                : $"t* = {interval.Best} of the usable {interval.Low} to {interval.High}",
            Interval = interval,
            Steps = _schedule.Steps,
            Options = Thresholds,
            Calibration = calibration,
            Curve = [
                .. field.Signature.Select(
                    (s, j) => new FieldPoint(j + 1, (double)(j + 1) / _schedule.Steps, s, Thresholds.Omega * field.Fidelity[j]))],
        };
    }

    /// <summary>Stores a level that a person accepted, for the model.</summary>
    /// <returns>The result, with the file's path.</returns>
    public RecoverableFieldResult SaveAccepted(RecoverableFieldResult accepted)
    {
        var level = new MeasuredLevel(accepted.Scale, accepted.NoiseLevel, accepted.MeasuredBest?.VisitedSteps, "accepted by hand");
        return accepted with { SavedTo = FieldStore.Write(_installed, Saving(accepted.Calibration).With(level), _options.UserFolder) };
    }

    /// <summary>One picture of the search upscaled from one step, and its scores; step 0 is bicubic.</summary>
    /// <param name="picture">0 to <see cref="PictureCount"/>-1.</param>
    /// <exception cref="OperationCanceledException">Between two evaluations.</exception>
    public FieldAttempt Attempt(int picture, double scale, int step, CancellationToken cancellation)
    {
        var image = Pictures(cancellation).Images[picture];
        var level = (double)step / _schedule.Steps;
        var visited = step == 0 ? 0 : VisitedSteps(scale);
        var (pair, result, scores) = Sweep(scale, cancellation).Attempt(image, picture, scale, level, visited, cancellation);
        return new FieldAttempt(pair, result,
            new MeasuredPoint(level, step, visited, scores[0], scores[1], scores.Length > 2 ? scores[2] : null));
    }

    /// <summary>How many pictures the search has; they are read or made when first asked for.</summary>
    public int PictureCount(CancellationToken cancellation) => Pictures(cancellation).Images.Count;

    /// <summary>Visited steps of an upscale at this scale.</summary>
    internal int VisitedSteps(double scale) => _options.Steps
        ?? (_installed.Card.NoiseLevels.Count > 0 ? NoiseLevels.StepsAt(_installed.Card.NoiseLevels, scale) : null) ?? DefaultVisitedSteps;

    public void Dispose()
    {
        _features?.Dispose();
        _log?.Dispose();
        _model?.Dispose();
    }

    /// <summary>Shrunk by the largest scale something is left, the network takes it, and where it is scored so do the metrics.</summary>
    private int LeastSide() => Math.Max(_scores ? LeastScored() : 1, Math.Max(
        _installed.Card.OptionsAs(GuidedUNetOptions.FromJson).SideMultiple,
        (int)Math.Ceiling(_options.Scales.Concat(new FieldCalibrationOptions().Scales).Max())));

    private int LeastScored() => _options.Scales.Max(scale => LevelSweep.LeastSide(scale, _lpips));

    private FieldMetric Metric =>
        _options.Metric != FieldMetric.Auto ? _options.Metric : _lpips is null ? FieldMetric.Ssim : FieldMetric.Lpips;

    private LevelSweep Sweep(double scale, CancellationToken cancellation) => new(
        Model, _schedule.Steps, Pictures(cancellation).Images,
        new SweepOptions(VisitedSteps(scale), Metric, _options.Seed, _options.Refinements), _lpips, Features(cancellation),
        Log(cancellation));

    private IFeatureExtractor? Features(CancellationToken cancellation) =>
        _options.Features is { } name && _options.Mode == FieldMode.Empirical
        ? _features ??=
            ModelLoader.LoadFeatures(ModelStore.Find(name), ComputeDevice.Choose(_options.Device, "fp32").Device, cancellation)
        : null;

    private RecoverableFieldResult Try(RecoverableFieldResult theory, int index, IProgress<FieldProgress>? progress,
        CancellationToken cancellation)
    {
        var sweep = Sweep(theory.Scale, cancellation);
        var total =
            _options.Scales.Count * PictureCount(cancellation) * (_options.Levels.Count > 0 ? _options.Levels.Count : sweep.LevelsAtMost);
        var done = total * index / _options.Scales.Count;
        void Tick() =>
            progress?.Report(new FieldProgress(FormattableString.Invariant($"Trying levels at {theory.Scale:0.###}×"), ++done, total));

        var points = _options.Levels.Count > 0
            ? [.. _options.Levels.Distinct().Order().Select(level => sweep.Measure(theory.Scale, level, Tick, cancellation))]
            : sweep.Around(theory.Scale, theory.NoiseLevel, Tick, cancellation);
        var best = sweep.Best(points);
        return theory with
        {
            NoiseLevel = best.NoiseLevel,
            Advice = best.Step == 0
                ? $"no noise: of {points.Count} levels none beats bicubic by {Metric}"
                : $"t = {best.Step} is the best of {points.Count} levels by {Metric}; the theory says {theory.Advice}",
            Measured = points,
            MeasuredBest = best,
            Metrics = sweep.Settings,
        };
    }

    private SavedField Saving(FieldCalibration calibration) =>
        (_saved ?? new SavedField { Calibration = calibration }) with { Calibration = calibration, Options = Thresholds };

    private MeasurementLog Log(CancellationToken cancellation) => _log ??= new MeasurementLog(Path.Combine(_options.UserFolder, "measured"),
        string.Join('|', _installed.Card.Sha256, Pictures(cancellation).Fingerprint, _options.Seed, Precision, _options.Device,
            PssrEnvironment.Version));
}
