using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Options;
using PSSR.Training;
using PSSR.Training.Crops;
using PSSR.Training.Parts;

namespace PSSR.Ecdp;

/// <summary>
/// Stage 0 of ECDP's training: the encoder with its upscaling head learns to upscale by itself, by L1 (Yuan and Yuan 2024, section 4.1).
/// Its result is a model of its own, an RRDBNet.
/// </summary>
internal static class EncoderTraining
{
    /// <summary>State-dict names of the same weights in an RRDBNet and in ECDP's network.</summary>
    private static readonly (string Rrdb, string Ecdp)[] Prefixes =
        [("rrdb.", "lr_feats."), ("final.", "lr_head."), ("degradation.", "lr_degradation.")];

    /// <summary>How much the estimator's error counts. It shares no weights with the rest: the number only sets how the gradients'
    /// clipping sees it.</summary>
    private const double EstimateWeight = 0.02;

    /// <summary>A strength that the encoder is told in training is off by this much (standard deviation): people set it by eye.</summary>
    private const double Doubt = 0.08;

    private const ulong DoubtKey = 0x646f_7562_7400_0001, ChoiceKey = 0x6368_6f69_6365_0001;

    /// <summary>The degradations' strengths as the encoder is told them while it learns: of half of the pictures what they are, as one who
    /// sets them would say (0 stays 0), of the others what they are estimated to be, as it will be told if nobody does.</summary>
    /// <param name="estimated">The network's estimate; null: it makes none.</param>
    public static Tensor Told(FlowUpscalerOptions options, Tensor strength, Tensor? estimated, long step)
    {
        using var scope = torch.NewDisposeScope();
        var off = new NoiseSource(options.Seed, DoubtKey).Normal((int)step, strength.shape) * Kept.Of(Doubt);
        var said = strength.Plus(off * (strength > Kept.Of(0)).to(torch.float32)).clamp(Kept.Of(0), Kept.Of(1));
        if (estimated is null)
            return said.MoveToOuterDisposeScope();
        var random = SeededRandom.For(options.Seed, (ulong)step, ChoiceKey);
        var picks = new bool[strength.shape[0]];
        for (var i = 0; i < picks.Length; i++)
            picks[i] = random.Chance(0.5);
        return torch.where(torch.tensor(picks).unsqueeze(1), said, estimated.detach()).MoveToOuterDisposeScope();
    }

    /// <summary>Trains to the end, or goes on.</summary>
    public static InstalledModel Run(
        FlowUpscalerOptions options, string folder, PairDataset pairs, FlowValidation? validation, IProgress<TrainingProgress>? progress,
        CancellationToken cancellation)
    {
        using var place = TrainingFolder.Begin(folder);
        using var network = InitialWeights.Drawn(options.Seed, () => new RrdbNet(options.EncoderLayout, options.Placement));
        if (options.EncoderInitialScale != 1)
            ScaleBlocks(network, options.EncoderInitialScale);
        if (options.Start is { } start)
            CopyWhatFits(network, ModelStore.Find(start));
        var pace = options.Pace with
        {
            Steps = options.EncoderSteps, LearningRate = options.EncoderLearningRate, HalveAt = options.EncoderHalveAt ?? options.HalveAt,
            AverageDecay = options.EncoderAverageDecay ?? options.AverageDecay,
        };
        using var training = new ModelTraining(network, pace, place.StatePath, Fingerprint(options));
        var watch = validation?.WatchEncoder(network, folder, options.ValidateEvery);
        using var ahead = new PairsAhead(pairs, options.EncoderBatchSize ?? options.BatchSize);
        return training.Run(Loss, () => Describe(options, training.Losses), progress, cancellation, watch);

        StepLoss Loss(long step)
        {
            var (pictures, truths, strengths) = ahead.Batch(step);
            Tensor told;
            using (torch.no_grad())
                told = Told(options, strengths, network.Estimate(pictures), step);
            return StepLoss.Mean(pictures.shape[0], network.Device, (from, count) =>
            {
                var (low, high) = (pictures.narrow(0, from, count), truths.narrow(0, from, count));
                var loss = (network.forward(network.Given(low, told.narrow(0, from, count))) - high).abs().mean();
                if (options.SummedLoss)
                    loss *= Kept.Of(high.numel() / count);
                return network.EstimateLoss(low, strengths.narrow(0, from, count)) is { } estimate
                    ? loss.Plus(Kept.Of(EstimateWeight) * estimate) : loss;
            });
        }
    }

    /// <summary>Puts an RRDBNet's weights where ECDP's network has them.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: another layout.</exception>
    public static void CopyInto(EcdpNetwork network, InstalledModel encoder)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var rrdb = ModelLoader.LoadEncoder(encoder, NetworkPlacement.Cpu with { Device = network.Device });
        var own = network.state_dict();
        foreach (var (name, weight) in rrdb.state_dict())
        {
            var (from, to) = Prefixes.First(p => name.StartsWith(p.Rrdb, StringComparison.Ordinal));
            if (!own.TryGetValue(to + name[from.Length..], out var target))
                continue; // the head, where the mean is the bicubic picture
            if (!target.shape.SequenceEqual(weight.shape))
                throw new PssrException(PssrErrorKind.Checkpoint, $"The encoder '{encoder.Folder}' has another layout than the network to "
                    + $"train: '{name}' is [{string.Join(", ", weight.shape)}], not [{string.Join(", ", target.shape)}].", encoder.Folder);
            target.copy_(weight);
        }
    }

    /// <summary>Weights of a flow model or an RRDBNet, where the network has such a name and shape.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: the file isn't the card's, or what fits isn't finite.</exception>
    public static void CopyWhatFits(torch.nn.Module network, InstalledModel start)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var file = ModelLoader.OpenOwn(start);
        var own = network.state_dict();
        foreach (var (name, stored) in Fitting(own, file))
        {
            var weight = file.Read(stored);
            StateDict.RequireFinite(weight, stored, file.Path);
            own[name].copy_(weight);
        }
    }

    /// <summary>How much of what is to be trained its <see cref="FlowUpscalerOptions.Start"/> gives, in words; null without one.</summary>
    /// <exception cref="PssrException">Kind Option: no weight of it fits. Kind Checkpoint: it can't be read.</exception>
    public static string? FitOfStart(FlowUpscalerOptions options)
    {
        if (options.Start is not { } name)
            return null;
        var start = ModelStore.Find(name);
        using var file = ModelLoader.OpenOwn(start);
        using var encoder = new RrdbNet(options.EncoderLayout, NetworkPlacement.ShapesOnly);
        using var network = new EcdpNetwork(options.Network, NetworkPlacement.ShapesOnly);
        var (fit, all) = options.Encoder is null ? Fit(encoder, "") : (0, 0);
        var (unetFit, unetAll) = Fit(network, "diffusion.");
        return fit + unetFit > 0
            ? FormattableString.Invariant($"{fit} of {all} weights of the encoder, {unetFit} of {unetAll} of the U-Net")
            : throw OptionCheck.Bad(nameof(options.Start), $"Start is '{name}', of which no weight fits, by name and shape: it is of the "
                + $"architecture '{start.Card.Architecture}', and trained are an 'rrdbnet' and an 'ecdp-unet' of the layout that the "
                + "options tell. Give one of these, of a like layout");

        (int, int) Fit(torch.nn.Module module, string prefix)
        {
            var own = module.named_parameters().Where(p => p.name.StartsWith(prefix, StringComparison.Ordinal))
                .ToDictionary(p => p.name, p => (Tensor)p.parameter);
            return (Fitting(own, file).Count(), own.Count);
        }
    }

    /// <summary>Names of weights with those that a file has for them.</summary>
    private static IEnumerable<(string Name, string Stored)> Fitting(Dictionary<string, Tensor> own, WeightsFile file)
    {
        foreach (var (name, target) in own)
        {
            var renamed = Prefixes.Where(p => name.StartsWith(p.Rrdb, StringComparison.Ordinal))
                .Select(p => p.Ecdp + name[p.Rrdb.Length..]);
            var stored = renamed.Append(name)
                .FirstOrDefault(n => file.Layouts.TryGetValue(n, out var layout) && layout.Shape.SequenceEqual(target.shape));
            if (stored is not null)
                yield return (name, stored);
        }
    }

    /// <summary>Of the dense blocks' convolutions the weights and the biases.</summary>
    private static void ScaleBlocks(RrdbNet network, double scale)
    {
        using var noGradient = torch.no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.StartsWith("rrdb.blocks.", StringComparison.Ordinal))
                parameter.mul_(Kept.Of(scale));
        }
    }

    private static TrainedModel Describe(FlowUpscalerOptions options, IReadOnlyList<double> losses) =>
        new($"{options.Name}-encoder", "rrdbnet", options.EncoderLayout.ToJson(), new JsonObject
        {
            ["steps"] = losses.Count,
            ["options"] = JsonNode.Parse(Fingerprint(options)),
            ["lossCurve"] = TrainingFolder.LossCurve(losses),
        })
        {
            OwnPictures = options.ImageFolder is not null,
            Stored = ScalarType.Float32,
        };

    private static string Fingerprint(FlowUpscalerOptions options) => Concern(options).ToJsonString();

    /// <summary>All that the losses depend on.</summary>
    internal static JsonObject Concern(FlowUpscalerOptions options)
    {
        var json = FlowFingerprint.Of(options);
        foreach (var later
            in new[] { "Name", "Network", "Encoder", "EncoderSteps", "Steps", "LearningRate", "TrainEncoder", "Parametrization",
                "TimePower", "Flow", "ValidateEvery", nameof(options.FeatureLearningRate), nameof(options.MeasureSigma),
                options.EncoderHalveAt is null ? "" : nameof(options.HalveAt) }
            .Concat(json.Select(o => o.Key).Where(ScoreTraining.IsOfQuality).ToArray()))
        {
            json.Remove(later);
        }
        json["Rrdb"] = options.EncoderLayout.ToJson();
        return json;
    }
}
