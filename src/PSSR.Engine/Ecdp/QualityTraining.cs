using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Host;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Options;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;
using PSSR.Training.Optimizers;
using PSSR.Training.Parts;

namespace PSSR.Ecdp;

/// <summary>
/// Stage 2 of ECDP's training: score matching goes on, and the image quality loss joins it or takes its place (Yuan and Yuan 2024, Eq. 19).
/// It moves the U-Net alone; the encoder stays, unless <see cref="FlowUpscalerOptions.QualityTrainEncoder"/>.
/// </summary>
/// <remarks>
/// The paper's features are VGG-19's, which PSSR may not bring. Without a feature network of the user's, the features are those of the
/// flow's own frozen encoder, which is shown the high-resolution pictures: it is there in any training, it was trained to tell edges and
/// textures of just such pictures, and its features reach over dozens of pixels. It was never taught to name objects, and so weighs all
/// detail alike.
/// </remarks>
internal sealed class QualityTraining : IDisposable
{
    private const ulong NoiseKey = 0x7175_616c_6974_7901, ShareKey = 0x7175_616c_6974_7902, NudgeKey = 0x7175_616c_6974_7903;

    /// <summary>How far the critic's steepness is looked for from a photograph: standard deviation of the noise, of 1.</summary>
    private const double Nudge = 0.01;

    /// <summary>The critic's rate over the flow's: it is to be ahead (Heusel et al. 2017, "GANs trained by a two time-scale update
    /// rule").</summary>
    private const double CriticRate = 2;

    private const string CriticPart = "critic", HeadPart = "lr_head";

    /// <summary>Of an ODE; more mean that it can't be solved as wanted.</summary>
    private const int MaxEvaluations = 400;

    private readonly FlowUpscalerOptions _options;
    private readonly EcdpNetwork _network;
    private readonly PairDataset _pairs;
    private readonly IFeatureExtractor? _given;
    private readonly ImageQualityLoss _quality;
    private readonly PictureCritic? _critic;
    private readonly NamedFiles[] _features;
    private readonly PairsAhead? _ahead;
    private readonly TextureFeatures? _textures;

    /// <param name="options">How to train.</param>
    /// <param name="network">With stage 1's weights; its encoder gets no gradients from here on where the options don't train it.</param>
    /// <param name="pairs">The same as in the stages before.</param>
    /// <param name="textures">Of <see cref="TextureTraining"/>, where <see cref="OwnFeatures.Textures"/> are wanted; null: no step is
    /// taken.</param>
    public QualityTraining(FlowUpscalerOptions options, EcdpNetwork network, PairDataset pairs, InstalledModel? textures = null)
    {
        (_options, _network, _pairs) = (options, network, pairs);
        // With score matching beside it, a step takes pairs twice.
        _ahead = options.QualityScoreWeight == 0 ? new PairsAhead(pairs, options.QualityBatchSize) : null;
        var given = OwnFeatures.Has(options.QualityFeatures) ? textures : ModelStore.Find(options.QualityFeatures!);
        _features = given is null ? [] : [new("features", given.Card.Sha256, $"weights of '{options.QualityFeatures}'")];
        if (given?.Card.Architecture == TextureFeatures.Architecture)
            _textures = new TextureFeatures(ModelLoader.LoadStack(given, network.Device));
        else if (given is not null)
            _given = ModelLoader.LoadFeatures(given, network.Device);
        foreach (var (_, parameter) in network.Encoder.named_parameters())
            parameter.requires_grad_(options.QualityTrainEncoder);
        _critic = options.QualityCriticWeight == 0 ? null
            : InitialWeights.Drawn(options.Seed, () => new PictureCritic(network.Options.InputChannels, options.Placement));
        _quality = new ImageQualityLoss(Features, new OdeOptions
        {
            RelativeTolerance = options.QualityTolerance,
            AbsoluteTolerance = options.QualityTolerance,
            MaxEvaluations = MaxEvaluations,
        });
    }

    /// <summary>Tries the given features on a picture of a crop's size, as stage 2 will use them.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: no such model, or of another kind. Kind Option: it can't take such pictures, or no
    /// gradient comes back from it.</exception>
    public static void RequireFeatures(FlowUpscalerOptions options)
    {
        if (OwnFeatures.Has(options.QualityFeatures))
            return;
        var name = options.QualityFeatures!;
        var model = ModelStore.Find(name);
        if (model.Card.Architecture == TextureFeatures.Architecture && options.CropSize < TextureFeatures.LeastSide)
            throw OptionCheck.Bad(nameof(options.CropSize),
                $"CropSize is {options.CropSize}; '{name}' compares crops of {TextureFeatures.LeastSide} pixels at least");
        if (model.Card.Architecture != TextureFeatures.Architecture && options.QualityTextureExponent != 1)
            throw OptionCheck.Bad(nameof(options.QualityTextureExponent), FormattableString.Invariant(
                $"QualityTextureExponent is {options.QualityTextureExponent}, of textures, and '{name}' isn't made to tell them"));
        if (model.Card.Architecture == TextureFeatures.Architecture
            && ModelLoader.RequireFeatures(model).Describe(model.Card.ValueRange) is var wanted && wanted != TextureFeatures.Seen)
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{name}' can't be the QualityFeatures: its card asks for {wanted}, and "
                + $"textures are compared in {TextureFeatures.Seen}. Import it with those.", name);
        using var features = ModelLoader.LoadFeatures(model, torch.CPU);
        using var scope = torch.NewDisposeScope();
        using var tape = torch.enable_grad();
        var picture = torch.full([1, options.Network.InputChannels, options.CropSize, options.CropSize], Kept.Of(0.5f))
            .requires_grad_(true);
        if (!features.Extract(picture).requires_grad)
            throw new PssrException(PssrErrorKind.Option,
                $"'{name}' can't be the QualityFeatures: no gradient comes back from it, so that nothing could be learnt from it.", name);
    }

    /// <summary>The training, at its state file's step where there is one.</summary>
    public ModelTraining Begin(InstalledModel flow, string statePath)
    {
        var trained = ScoreTraining.Trained(_options with { TrainEncoder = _options.QualityTrainEncoder }, _network);
        if (_options.QualityTrainEncoder && _network.Head is { } head)
            trained.add_module(HeadPart, head);
        if (_critic is not null)
            trained.add_module(CriticPart, _critic);
        var pace = _options.Pace;
        return new(_network, pace with
        {
            Files = [.. pace.Files, .. _features],
            Steps = _options.QualitySteps,
            Optimizer = OptimizerKind.Adam, // its few steps stay near where they began, and a critic keeps pace with them
            LearningRate = _options.QualityLearningRate,
            WarmupSteps = _options.QualityWarmupSteps ?? Math.Min(_options.WarmupSteps, _options.QualitySteps / 10),
            RateShare = name => name.StartsWith(CriticPart, StringComparison.Ordinal) ? CriticRate : 1,
            HalveAt = null, // it is short: halving is for the others
            AverageDecay = _options.QualityAverageDecay ?? _options.AverageDecay,
            Kept = _options.QualityKept,
        }, statePath, Fingerprint(flow), trained);
    }

    /// <summary>Weighted, L_score and L_quality; the latter, as a mean over features, of a batch of its own size from the step's
    /// crops.</summary>
    public StepLoss Loss(long step)
    {
        var pair = Draw(_ahead is null ? _pairs.Batch(step, _options.QualityBatchSize) : _ahead.Batch(step), step);
        if (_options is { QualitySampler: QualitySampler.DpmSolver, QualityScoreWeight: 0 })
        {
            return StepLoss.Mean(_options.QualityBatchSize, _network.Device, (from, count) => Drawn(pair.Of(from, count)));
        }
        var weighted = _options.QualitySampler == QualitySampler.DpmSolver ? Drawn(pair) : OfPictures(pair, step);
        if (_options.QualityScoreWeight == 0)
            return weighted;
        var own = _pairs.Batch(step, _options.BatchSize);
        var score = ScoreTraining.Whole(_options with { TrainEncoder = false }, _network, own, step);
        return (score * Kept.Of(_options.QualityScoreWeight)).Plus(weighted);
    }

    public void Dispose()
    {
        _ahead?.Dispose();
        _given?.Dispose();
        _critic?.Dispose();
        _textures?.Dispose();
    }

    /// <summary>Of the start's noise what each picture gets: half of them all of it, a quarter none, the others something between. A
    /// network that was shown one temperature alone draws a grid at any other, and at 0 first of all.</summary>
    /// <returns>float32 [N,1,1,1] in [0,1].</returns>
    internal static Tensor Shares(FlowUpscalerOptions options, long step)
    {
        var random = SeededRandom.For(options.Seed, (ulong)step, ShareKey);
        var shares = new float[options.QualityBatchSize];
        for (var i = 0; i < shares.Length; i++)
        {
            var kind = random.Below(4);
            shares[i] = kind switch { 0 => 0, 1 => (float)random.NextDouble(), _ => 1 };
        }
        return torch.tensor(shares, [shares.Length, 1, 1, 1], torch.float32);
    }

    /// <summary>How much the textures of each picture count, by what its small one shows of them.</summary>
    /// <param name="strength">float32 [N,3]: see <see cref="DegradationStrength.ToTensor"/>.</param>
    /// <returns>float32 [N] in [0,1].</returns>
    internal static Tensor TexturesCount(Tensor strength, double exponent) => OfEach(strength, texture => Math.Pow(texture, exponent));

    /// <summary>How much a critic of each picture counts, by what its small one doesn't show of the textures: of a clean one the pixels and
    /// textures tell all that a critic can, and more truly.</summary>
    /// <inheritdoc cref="TexturesCount"/>
    internal static Tensor CriticCounts(Tensor strength, double exponent) => OfEach(strength, texture => Math.Pow(1 - texture, exponent));

    private static Tensor OfEach(Tensor strength, Func<double, double> count) =>
        torch.tensor([.. Enumerable.Range(0, (int)strength.shape[0])
            .Select(i => (float)count(DegradationStrength.Of(strength.narrow(0, i, 1)).Texture))]);

    private QualityPair Draw(PictureBatch batch, long step)
    {
        using var off = torch.no_grad();
        var (picture, high, strength) = batch;
        var low = _network.Encoder.Given(picture, EncoderTraining.Told(_options, strength, _network.Estimate(picture), step));
        var start = new NoiseSource(_options.Seed, NoiseKey).Normal((int)step, high.shape) * Kept.Of(_options.QualityTemperature);
        return new QualityPair(low, high, _options.QualitySampler == QualitySampler.DpmSolver ? start * Shares(_options, step) : start)
        {
            Nudge = _critic is null ? null : new NoiseSource(_options.Seed, NudgeKey).Normal((int)step, high.shape) * Kept.Of(Nudge),
            // Drawn from what blur, noise and JPEG left of it, texture is a sharpened grid.
            Texture = _textures is null ? null : TexturesCount(strength, _options.QualityTextureExponent),
            Criticized = _options.QualityCriticExponent == 0 ? null : CriticCounts(strength, _options.QualityCriticExponent),
        };
    }

    private Tensor Drawn(QualityPair pair) =>
        new DrawnLoss(_options, _options.QualityFeatures == OwnFeatures.Critic ? null : Features, _critic).Loss(_network, pair);

    private Tensor OfPictures(QualityPair pair, long step)
    {
        var noisy = _options.QualitySampler == QualitySampler.ProbabilityFlow ? null
            : new NoisyPath(_options.QualitySamplingSteps, new NoiseSource(_options.Seed, NoiseKey + 1 + (ulong)step));
        return _quality.Loss(_network, pair, _options.Parametrization, noisy).Value * Kept.Of(_options.QualityWeight);
    }

    /// <summary>The given network's, textures, bands' contrasts, or the encoder's features, which is told that the picture is
    /// clean.</summary>
    private Tensor Features(Tensor picture)
    {
        if (_given is not null)
            return _given.Extract(picture);
        if (_textures is not null)
            return _textures.Of(picture);
        if (_options.QualityFeatures == OwnFeatures.Bands)
            return BandContrast.Of(picture);

        using var given =
            _network.Encoder.Given(picture, torch.zeros(picture.shape[0], _network.Options.ConditionPlanes, device: picture.device));
        return _network.Encoder.forward(given);
    }

    /// <summary>All that the losses depend on.</summary>
    private string Fingerprint(InstalledModel flow)
    {
        var json = FlowFingerprint.Of(_options);
        foreach (var other in ScoreTraining.NoConcern.Concat(["Flow", "Start", "Steps", "LearningRate", "TrainEncoder",
            "QualitySteps", "QualityKept"]))
            json.Remove(other);
        json["FlowSha256"] = flow.Card.Sha256;
        return json.ToJsonString();
    }
}
