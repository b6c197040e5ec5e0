using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>What is measured of whole sets, and by which network.</summary>
public sealed record SetQualityOptions
{
    /// <summary>Model of the kind features, for the Fréchet distance; null leaves it out.</summary>
    public string? Model { get; init; }

    /// <summary>Model that gives class scores before softmax, for the Inception Score; null leaves it out.</summary>
    public string? Classifier { get; init; }

    /// <summary>Models of the kind quality, by name or folder, whose scores are averaged over the set.</summary>
    public IReadOnlyList<string> QualityModels { get; init; } = [];

    /// <summary>Parts of the set over which the Inception Score is averaged.</summary>
    public int Splits { get; init; } = 10;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";
}

/// <summary>One value of a whole set of pictures.</summary>
/// <param name="Metric">FrechetDistance, InceptionScore, or what a quality model's card calls its score: then its mean.</param>
/// <param name="StandardDeviation">Of the Inception Score over its splits, of a quality model's score over the pictures; null for the
/// distance.</param>
/// <param name="Pictures">How many were measured.</param>
/// <param name="References">How many they were compared with; 0 for all but the distance.</param>
/// <param name="Dimensions">Features, or classes; 1 for a quality model's.</param>
/// <param name="Settings">Network with its hash, pooling, precision: what another value must share to be compared with it.</param>
/// <param name="Caution">What the number of pictures does to the value; null when there are enough.</param>
public sealed record ImageSetQuality(
    string Metric, double Value, double? StandardDeviation, int Pictures, int References, int Dimensions, string Model, string Settings,
    string? Caution)
{
    /// <inheritdoc cref="MetricValue.LowerIsBetter"/>
    public bool LowerIsBetter { get; init; }
}

/// <summary>Where a measurement of a set stands.</summary>
public readonly record struct SetQualityProgress(string Path, int Done, int Total);

/// <summary>Fréchet distance, Inception Score and mean scores of sets of pictures. Use it from one thread: tensor scopes belong to
/// threads.</summary>
public sealed class SetQualityRun
{
    private readonly SetQualityOptions _options;
    private readonly InstalledModel? _model, _classifier;
    private readonly IReadOnlyList<InstalledModel> _quality;

    /// <exception cref="PssrException">Kind Option: nothing to measure, or a value out of range. Kind Checkpoint: no such
    /// model.</exception>
    public SetQualityRun(SetQualityOptions options)
    {
        _options = options;
        OptionCheck.DeviceName(nameof(options.Device), options.Device);
        if (options is { Model: null, Classifier: null, QualityModels.Count: 0 })
        {
            throw new PssrException(PssrErrorKind.Option,
                "Give a Model for the Fréchet distance, a Classifier for the Inception Score, or a QualityModel. For pytorch-fid's FID: "
                    + "Import-SRModel FILE -Architecture torchscript -ValueRange -1, 1 "
                + "-Option @{ input_size = 299; resize = 'torch-bilinear' } (pssr model import FILE --architecture torchscript "
                + "--value-range -1,1 --option input_size=299 --option resize=torch-bilinear); docs/metrics.md says how the file is made, "
                + "Get-SRModel lists those at hand.");
        }
        if (options.Splits < 1)
            throw new PssrException(PssrErrorKind.Option, $"{options.Splits} splits are none: give 1 or more.", $"{options.Splits}");
        _model = options.Model is { } name ? ModelStore.Find(name) : null;
        _classifier = options.Classifier is { } logits ? ModelStore.Find(logits) : null;
        _quality = NoReferenceMetric.Find(options.QualityModels);
    }

    /// <summary>Measures a set. Call it outside dispose scopes.</summary>
    /// <param name="pictures">Full paths.</param>
    /// <param name="references">Full paths; needed for the Fréchet distance.</param>
    /// <param name="onBad">Gets the error of each picture that can't be read, or that there is no memory for; the set goes on without it.
    /// And, of kind Option or Checkpoint, that of each value that can't be computed where others can.</param>
    /// <exception cref="PssrException">Where there is no value at all, kind Option: too few pictures, or a network that gives no such
    /// values; or kind Checkpoint: a model can't be loaded. Kind Device: none can be.</exception>
    public IReadOnlyList<ImageSetQuality> Measure(
        IReadOnlyList<string> pictures, IReadOnlyList<string> references, Action<PssrException> onBad,
        IProgress<SetQualityProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        TorchThreads.Ensure();
        var results = new List<ImageSetQuality>();
        var total = (_model is null ? 0 : pictures.Count + references.Count)
            + ((_classifier is null ? 0 : 1) + _quality.Count) * pictures.Count;
        var done = 0;
        var device = ComputeDevice.Choose(_options.Device, "fp32").Device;
        List<T> Each<T>(IReadOnlyList<string> paths, Func<RasterImage, T> measure)
        {
            var rows = new List<T>();
            foreach (var path in paths)
            {
                cancellation.ThrowIfCancellationRequested();
                progress?.Report(new(path, done++, total));
                try
                {
                    rows.Add(OnePicture.Measured(path, () => measure(ImageCodec.Read(path))));
                }
                catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
                {
                    onBad(e);
                }
            }
            return rows;
        }

        List<double[]> Features(InstalledModel network, IReadOnlyList<string> paths, bool pooled)
        {
            using var extractor = ModelLoader.LoadFeatures(network, device, cancellation);
            return Each(paths, picture => PictureFeatures.Of(extractor, picture, pooled));
        }

        // One value that can't be had takes no other with it: hours may be in those.
        var errors = new List<PssrException>();
        void Add(Func<ImageSetQuality> measure)
        {
            try
            {
                results.Add(measure());
            }
            catch (PssrException e) when (e.Kind is PssrErrorKind.Option or PssrErrorKind.Checkpoint)
            {
                errors.Add(e);
            }
        }

        if (_model is { } features)
            Add(() => Distance(Features(features, pictures, pooled: true), Features(features, references, pooled: true), features));
        if (_classifier is { } classifier)
            Add(() =>
            {
                InceptionScore.RequireEnough(pictures.Count, _options.Splits);
                return Score(Features(classifier, pictures, pooled: false), classifier);
            });
        foreach (var model in _quality)
            Add(() =>
            {
                using var metric = NoReferenceMetric.Load(model, device, cancellation);
                return Mean(Each(pictures, metric.Measure), metric);
            });
        if (results.Count == 0)
            throw errors[0];
        errors.ForEach(onBad);
        return results;
    }

    private static ImageSetQuality Distance(List<double[]> a, List<double[]> b, InstalledModel model)
    {
        var distance = FrechetDistance.Compute(a, b);
        var (dimensions, fewest) = (a[0].Length, Math.Min(a.Count, b.Count));
        var caution = fewest <= dimensions
            ? $"{fewest} pictures in {dimensions} dimensions: the covariance is rank-deficient and the distance biased upward. Compare it "
                + "only with distances of as many pictures, "
                + $"and take more than {dimensions} for one that means something by itself."
            : null;
        return new("FrechetDistance", distance, null, a.Count, b.Count, dimensions, model.Name,
            $"{Identity(model)}, mean over places, covariance n-1, float64", caution) { LowerIsBetter = true };
    }

    private ImageSetQuality Score(List<double[]> logits, InstalledModel model)
    {
        var score = InceptionScore.Compute(logits, _options.Splits);
        var (classes, smallest) = (logits[0].Length, logits.Count / _options.Splits);
        var caution = smallest < classes
            ? $"{smallest} pictures a split for {classes} classes: the score can't pass {smallest}. Take more pictures, or compare it only "
                + "with scores of as many." : null;
        return new("InceptionScore", score.Mean, score.StandardDeviation, logits.Count, 0, classes, model.Name,
            $"{Identity(model)}, {_options.Splits} splits, softmax, nats, float64", caution);
    }

    private static ImageSetQuality Mean(List<MetricValue> scores, NoReferenceMetric metric)
    {
        if (scores.Count == 0)
            throw new PssrException(PssrErrorKind.Option, $"There is no picture whose {metric.Name} could be measured.", metric.Name);
        var spread = MetricSpread.Of([.. scores.Select(score => score.Value)]);
        return new(metric.Name, spread.Mean, spread.StandardDeviation, scores.Count, 0, 1, metric.Model.Name,
            $"{metric.Settings}, mean of the pictures", null) { LowerIsBetter = scores[0].LowerIsBetter };
    }

    private static string Identity(InstalledModel model) => $"{model.Name} (SHA-256 {model.Card.Sha256[..12]}), "
        + ModelLoader.RequireFeatures(model).Describe(model.Card.ValueRange);
}
