using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>A quality metric that needs no truth: an imported model of the kind quality (MUSIQ, CLIP-IQA), which scores a picture by
/// itself.</summary>
public sealed class NoReferenceMetric : IDisposable
{
    private readonly IFeatureExtractor _network;
    private readonly bool _lowerIsBetter;

    private NoReferenceMetric(InstalledModel model, QualityContract contract, IFeatureExtractor network)
    {
        (Model, Name, _network, _lowerIsBetter) = (model, NameOf(model, contract), network, contract.Better == "lower");
        Settings = $"{model.Name} (SHA-256 {model.Card.Sha256[..12]}), {contract.Describe(model.Card.ValueRange)}";
    }

    /// <summary>The model that scores.</summary>
    public InstalledModel Model { get; }

    /// <summary>What its values are called.</summary>
    public string Name { get; }

    /// <summary>Model with its hash, size, kernel and normalisation of its input.</summary>
    public string Settings { get; }

    /// <summary>Finds models that are to score pictures, without loading them.</summary>
    /// <param name="names">Names or folders.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no such model, or another kind. Kind Option: two metrics of one name.</exception>
    public static IReadOnlyList<InstalledModel> Find(IEnumerable<string> names)
    {
        var models = names.Select(name => ModelStore.Find(name)).ToList();
        var twice = models.GroupBy(model => NameOf(model, ModelLoader.RequireQuality(model)), StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        return twice is null ? models : throw new PssrException(PssrErrorKind.Option,
            $"{string.Join(" and ", twice.Select(model => $"'{model.Name}'"))} both call their values {twice.Key}: measure with one of "
                + "them, or import one again with another option metric.", twice.Key);
    }

    /// <summary>Loads it. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the model is of another kind, or can't be loaded.</exception>
    /// <exception cref="OperationCanceledException">While the program is loaded.</exception>
    public static NoReferenceMetric Load(InstalledModel model, torch.Device? device = null, CancellationToken cancellation = default)
    {
        TorchThreads.Ensure();
        return new(model, ModelLoader.RequireQuality(model), ModelLoader.LoadQuality(model, device ?? torch.CPU, cancellation));
    }

    /// <summary>A picture's score; what is transparent is laid on white.</summary>
    /// <exception cref="PssrException">Kind Option: a size that it can't take, or a score that is no number.</exception>
    public MetricValue Measure(RasterImage picture)
    {
        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var score = _network.Extract(ImageTensor.OnWhite(picture)).cpu().to(torch.float64).Value();
        return double.IsFinite(score)
            ? new(Name, score, MetricValue.AnyPreset, Settings) { LowerIsBetter = _lowerIsBetter }
            : throw new PssrException(PssrErrorKind.Option, $"'{Model.Name}' gives no finite score for it.", Model.Name);
    }

    public void Dispose() => _network.Dispose();

    private static string NameOf(InstalledModel model, QualityContract contract) => contract.Metric ?? model.Name;
}
