using System.Text.Json.Nodes;
using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Training;
using PSSR.Training.Crops;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Ecdp.Learning;

/// <summary>
/// Before stage 2, features that tell textures apart, from the training's own pictures and without labels: quarters of a crop are to find
/// each other among those of others (contrastive learning: Chen et al. 2020, "A simple framework for contrastive learning of visual
/// representations", Eq. 1; with three to find for one, as Khosla et al. 2020, "Supervised contrastive learning", Eq. 2, have it), and each
/// is to say how much of its detail is lost. It begins with <see cref="TextureFilters"/>, and its result is a model of its own.
/// </summary>
internal static class TextureTraining
{
    /// <summary>Crops in a batch: the more, the more there are to be told from. Two may be of one picture; they seldom show one
    /// texture.</summary>
    private const int Batch = 12;

    private const double Rate = 4e-4, DecayShare = 0.6, AverageDecay = 0.99;
    private const int Warmup = 100;

    /// <summary>The heads' rate over the filters', which are good to begin with.</summary>
    private const double HeadsRate = 5;

    /// <summary>Of similarities: the lower, the more the most similar of the others count.</summary>
    private const double Temperature = 0.1;

    private const double LostWeight = 4;
    private const string Network = "features", Heads = "heads";

    /// <summary>What the losses depend on.</summary>
    private static readonly string[] Concerns = ["Seed", "CropSize", "Crops", "ImageFolder", "SyntheticPictures", "SyntheticShare",
        "Softness", "Degradation", "Pairs", "ValidationCount", "Optimizer"];

    /// <summary>Trains to the end, or goes on.</summary>
    public static InstalledModel Run(
        FlowUpscalerOptions options, string folder, PairDataset pairs, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        using var place = TrainingFolder.Begin(folder);
        using var network = File.Exists(place.StatePath)
            ? InitialWeights.Overwritten(() => new FeatureStack(TextureFeatures.Architecture, KnownFeatureStacks.Textures))
            : Begun(options, pairs, cancellation);
        using var heads = InitialWeights.Drawn(options.Seed, () => new TextureHeads());
        using var training = new ModelTraining(new ModuleGroup((Network, network)), new TrainingLoopOptions
        {
            Steps = options.QualityFeatureSteps, Optimizer = options.Optimizer, LearningRate = Rate,
            WarmupSteps = Math.Min(Warmup, options.QualityFeatureSteps / 10), DecayShare = DecayShare, AverageDecay = AverageDecay,
            CheckpointEvery = options.CheckpointEvery, Files = options.Pace.Files,
            RateShare = name => name.StartsWith(Heads, StringComparison.Ordinal) ? HeadsRate : 1,
        }, place.StatePath, Concern(options).ToJsonString(), new ModuleGroup((Network, network), (Heads, heads)));
        using var ahead = new PairsAhead(pairs, Batch);
        return training.Run(
            step => Loss(network, heads, TextureViews.Of(ahead.Batch(step).High, options.Seed, step)), () => Describe(options, training),
            progress, cancellation);
    }

    /// <summary>All that the losses depend on but the steps.</summary>
    internal static JsonObject Concern(FlowUpscalerOptions options)
    {
        var json = FlowFingerprint.Of(options);
        // Of pairs as released, as many pictures are new at each step as a batch has.
        var concerns = options.Pairs == PairKind.Released ? Concerns.Append(nameof(options.BatchSize)) : Concerns;
        foreach (var other in json.Select(option => option.Key).Except(concerns).ToArray())
            json.Remove(other);
        json["Scale"] = options.Network.Scale;
        return json;
    }

    /// <summary>A scalar on the tape: how badly quarters find each other, and how far off they are about what they lost.</summary>
    internal static Tensor Loss(FeatureStack network, TextureHeads heads, TextureViews views)
    {
        using var scope = torch.NewDisposeScope();
        var (place, lost) = heads.forward(network, views.Pictures);
        var count = place.shape[0];
        var crop = torch.tensor([.. Enumerable.Range(0, (int)count).Select(i => (long)i / TextureViews.PerCrop)]);
        var itself = torch.eye(count, dtype: ScalarType.Bool);
        var others = crop.unsqueeze(0).eq(crop.unsqueeze(1)) & ~itself;
        var alike = (place.matmul(place.t()) / Kept.Of(Temperature)).masked_fill(itself, Kept.Of(-1e4));
        var found = (F.log_softmax(alike, 1) * others.to(torch.float32)).sum() / Kept.Of(count * (TextureViews.PerCrop - 1));
        return ((lost - views.Lost).abs().mean() * Kept.Of(LostWeight) - found).MoveToOuterDisposeScope();
    }

    private static FeatureStack Begun(FlowUpscalerOptions options, PairDataset pairs, CancellationToken cancellation)
    {
        using var scope = torch.NewDisposeScope();
        return TextureFilters.Find(pairs.Batch(0, TextureFilters.Crops).High, options.Seed, cancellation: cancellation);
    }

    private static TrainedModel Describe(FlowUpscalerOptions options, ModelTraining training) =>
        new($"{options.Name}-features", TextureFeatures.Architecture,
            new FeatureInput().ToJson(), new JsonObject
            {
                ["steps"] = training.Losses.Count,
                ["options"] = Concern(options),
                ["lossCurve"] = TrainingFolder.LossCurve(training.Losses),
            })
        {
            OwnPictures = options.ImageFolder is not null,
            Stored = ScalarType.Float32,
        };
}

/// <summary>What is asked of the features while they are learnt; thrown away afterwards.</summary>
internal sealed class TextureHeads : NamedModule
{
    private const int Places = 128;

    /// <summary>What is looked at: the first convolution for its strengths, and each layer's answers.</summary>
    private static readonly int[] Looks = [0, .. TextureFeatures.Answers];

    private static readonly int Width = Filters.First() + Filters.Sum();
    private readonly Linear _place = torch.nn.Linear(Width, Places), _lost = torch.nn.Linear(Width, 2);

    private static IEnumerable<int> Filters =>
        KnownFeatureStacks.Textures.OfType<FeatureLayer.Convolution>().Select(layer => layer.Outputs);

    public TextureHeads() : base(nameof(TextureHeads))
    {
        register_module("place", _place);
        register_module("lost", _lost);
    }

    /// <returns>Of each picture where it lies among textures, [N,128] of length 1, and what it lost, [N,2].</returns>
    public (Tensor Place, Tensor Lost) forward(FeatureStack network, Tensor pictures)
    {
        using var scope = torch.NewDisposeScope();
        List<Tensor> means = [];
        network.Visit(pictures, Looks, (i, seen) => means.Add(
            i == 0 ? TextureFeatures.Strength(seen.Squared().mean([2, 3])) : seen.mean([2, 3])));
        var all = torch.cat([.. means], 1);
        // Of the batch: strengths differ by ten times between filters.
        all = (all - all.mean([0], keepdim: true)) / all.std(0, unbiased: false, keepdim: true).Plus(torch.full([1], Kept.Of(1e-3f)));
        return (F.normalize(_place.call(all), dim: 1).MoveToOuterDisposeScope(), _lost.call(all).MoveToOuterDisposeScope());
    }
}
