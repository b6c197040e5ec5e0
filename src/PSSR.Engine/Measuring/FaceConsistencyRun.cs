using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Options;
using PSSR.Pictures;

namespace PSSR.Measuring;

/// <summary>What faces are compared with, and by which model.</summary>
public sealed record FaceConsistencyOptions
{
    /// <summary>The folder of true pictures, paired by name (<see cref="ReferenceSet"/>); or one picture, which everything is compared
    /// with.</summary>
    public required string Reference { get; init; }

    /// <summary>Looks for references in subfolders too.</summary>
    public bool Recurse { get; init; }

    /// <summary>An installed model of the kind "features", the folder of one, or a TorchScript file, which is a program that runs with the
    /// user's rights.</summary>
    public required string Embedder { get; init; }

    /// <summary>For a TorchScript file: side in pixels that pictures are brought to (112 for ArcFace's family); 0 takes them as they are.
    /// An installed model's card says it.</summary>
    public int InputSize { get; init; }

    /// <summary>For a TorchScript file: what the picture's 0 and 1 become.</summary>
    public double[] ValueRange { get; init; } = [-1, 1];

    /// <summary>Distances below it count as the same person.</summary>
    public double Threshold { get; init; } = FaceConsistency.DefaultThreshold;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";
}

/// <summary>One picture's measurement.</summary>
/// <param name="Path">Full path of the measured picture.</param>
/// <param name="Reference">Full path of the true one.</param>
/// <param name="Embedder">Name of the model.</param>
/// <param name="Distance">Cosine distance of the embeddings, 0..2; lower is better.</param>
/// <param name="Same">Whether it is below the threshold.</param>
public sealed record FaceMeasurement(string Path, string Reference, string Embedder, double Distance, double Threshold, bool Same)
{
    /// <summary>CS and ACC; null without measurements.</summary>
    public static FaceConsistencySummary? Summary(IReadOnlyCollection<FaceMeasurement> all) => all.FirstOrDefault() is not { } first ? null
        : new FaceConsistencySummary(first.Embedder, first.Threshold, all.Count, all.Average(m => m.Distance),
            (double)all.Count(m => m.Same) / all.Count);

    /// <summary>The measured picture's path.</summary>
    public override string ToString() => Path;
}

/// <summary>Measures many pictures. Use it from one thread: tensor scopes belong to threads.</summary>
public sealed class FaceConsistencyRun : IDisposable
{
    private readonly FaceConsistencyOptions _options;
    private readonly ReferenceSet _references;
    private readonly InstalledModel _model;
    private IFeatureExtractor? _embedder;

    /// <exception cref="PssrException">Kind Option or Checkpoint: no such reference folder or model, or a value out of range.</exception>
    public FaceConsistencyRun(FaceConsistencyOptions options)
    {
        _options = options;
        OptionCheck.DeviceName(nameof(options.Device), options.Device);
        if (!(options.Threshold is > 0 and <= 2))
            throw new PssrException(PssrErrorKind.Option,
                FormattableString.Invariant($"Threshold: {options.Threshold} is outside 0 to 2, where distances lie."), "Threshold");
        if (options.InputSize is < 0 or > 4096)
            throw new PssrException(PssrErrorKind.Option, $"InputSize: {options.InputSize} is outside 0 to 4096.", "InputSize");
        if (options.ValueRange is not [var low, var high] || !(low < high))
            throw new PssrException(PssrErrorKind.Option,
                "ValueRange: two rising numbers are needed, not "
                    + $"{string.Join(", ", options.ValueRange.Select(end => FormattableString.Invariant($"{end}")))}.", "ValueRange");
        _references = new ReferenceSet(options.Reference, options.Recurse);
        _model = File.Exists(options.Embedder) && !ModelStore.Has(options.Embedder) ? Script(options) : ModelStore.Find(options.Embedder);
    }

    /// <summary>Measures one picture.</summary>
    /// <param name="path">The picture.</param>
    /// <param name="input">What it was made from, where that is known: its name may be nearer to the reference's.</param>
    /// <exception cref="PssrException">Kind Image: this picture can't be measured; another may. Kind Checkpoint or Device: the model can't
    /// be loaded.</exception>
    public FaceMeasurement Measure(string path, string? input = null, CancellationToken cancellation = default)
    {
        cancellation.ThrowIfCancellationRequested();
        var reference = _references.Find(path, input);
        _embedder ??= Load(cancellation);
        try
        {
            var distance = OnePicture.Measured(path,
                () => new FaceConsistency(_embedder).Distance(ImageCodec.Read(path), ImageCodec.Read(reference)));
            return new FaceMeasurement(path, reference, _model.Name, distance, _options.Threshold, distance < _options.Threshold);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Option)
        {
            throw new PssrException(PssrErrorKind.Image, $"'{path}' can't be measured: {e.Message}", path, e);
        }
    }

    public void Dispose() => _embedder?.Dispose();

    private IFeatureExtractor Load(CancellationToken cancellation)
    {
        TorchThreads.Ensure();
        return ModelLoader.LoadFeatures(_model, ComputeDevice.Choose(_options.Device, "fp32").Device, cancellation);
    }

    /// <summary>A file as if it had been imported, without a copy of it.</summary>
    private static InstalledModel Script(FaceConsistencyOptions options)
    {
        var path = Path.GetFullPath(options.Embedder);
        var card = new ModelCard
        {
            Name = Path.GetFileNameWithoutExtension(path),
            Kind = "features",
            Architecture = ModelImportOptions.TorchScript,
            Options = new JsonObject { ["input_size"] = options.InputSize },
            Prediction = "features",
            ValueRange = options.ValueRange,
            Weights = Path.GetFileName(path),
            Sha256 = ModelCards.Sha256(path),
        };
        return new InstalledModel(Path.GetDirectoryName(path)!, card, false);
    }
}
