using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Ecdp.Learning;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Options;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;
using PSSR.Training.Parts;

namespace PSSR.Ecdp;

/// <summary>
/// Trains ECDP's conditional upscaler in stages (Yuan and Yuan 2024, section 4): the encoder, then score matching, then
/// image quality where it is wanted; and writes it as a model. While it trains, the folder holds its state; the same call goes on from
/// there, exactly.
/// </summary>
public static class FlowUpscalerTrainer
{
    /// <summary>Stage 0's model, in the output folder.</summary>
    public const string EncoderFolder = "encoder";

    /// <summary>Stage 1's model, in the output folder, where a stage 2 follows.</summary>
    public const string ScoreFolder = "score";

    /// <summary>What stage 2 compares textures by, in the output folder, where it does.</summary>
    public const string FeaturesFolder = "features";

    /// <summary>Side of a made picture in pixels, at least.</summary>
    private const int PictureSide = 256;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on; the numbers of steps may be changed until a stage's learning rate begins to
    /// fall, and where they leave its warm-up as it was.</param>
    /// <param name="outputFolder">Made where missing.</param>
    /// <param name="progress">Told after every step, of one stage after the other.</param>
    /// <param name="cancellation">Stops between two steps; nothing is lost.</param>
    /// <returns>The finished model.</returns>
    /// <exception cref="OperationCanceledException">Stopped; call again to go on.</exception>
    /// <exception cref="PssrException">Kind Option, Image or Checkpoint.</exception>
    public static InstalledModel Train(
        FlowUpscalerOptions options, string outputFolder, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        RequireOneStageOne(options, outputFolder);
        RequireModels(options);
        var (pictures, held) = Sources(options);
        var told = Told.Of(options, pictures);
        using var place = TrainingFolder.Begin(outputFolder);
        using var lpips = ValidationLpips.Load(options.ValidateEvery > 0 ? options.ValidationLpips : null);
        using var validation = options.ValidateEvery > 0 ? new FlowValidation(options, lpips, held, progress) : null;
        var pairs = CreatePairs(options, pictures, progress);
        if (options.QualitySteps == 0)
            return MatchScores(outputFolder);

        var scores = Path.Combine(outputFolder, ScoreFolder);
        var scored = options.Flow is { } given ? ModelStore.Find(given) : FinishedStage.Score(options, scores) ?? MatchScores(scores);
        options = WithSigmaOf(options, scored);
        using var network = ModelLoader.LoadInto(
            InitialWeights.Overwritten(() => new EcdpNetwork(options.Network, options.Placement)), scored);
        var textures = Textures();
        using var stage = new QualityTraining(options, network, pairs, textures);
        using var quality = stage.Begin(scored, place.StatePath);
        return Finish(quality, network, stage.Loss, outputFolder, [("score", scored), ("features", textures)], "stage 2, image quality");

        InstalledModel? Textures()
        {
            if (options.QualityFeatures != OwnFeatures.Textures)
                return null;
            var folder = Path.Combine(outputFolder, FeaturesFolder);
            return FinishedStage.Textures(options, folder) ?? TextureTraining.Run(
                options, folder, pairs, new StageProgress(progress, "before stage 2, textures"), cancellation);
        }

        InstalledModel MatchScores(string folder)
        {
            var encoders = Path.Combine(outputFolder, EncoderFolder);
            var encoder = options.Encoder is { } trained ? ModelStore.Find(trained)
                : FinishedStage.Encoder(options, encoders) ?? EncoderTraining.Run(options, encoders,
                    CreatePairs(options with { BatchSize = options.EncoderBatchSize ?? options.BatchSize }, pictures, progress),
                    validation, new StageProgress(progress, "stage 0, the encoder"), cancellation);
            options = WithMeasuredSigma(options, encoder, pairs);
            using var network = ScoreTraining.CreateNetwork(options, encoder);
            using var begun = folder == outputFolder ? place : TrainingFolder.Begin(folder);
            using var score = ScoreTraining.Begin(options, network, encoder, begun.StatePath);
            using var ahead = new PairsAhead(pairs, options.BatchSize);
            return Finish(score, network, step => ScoreTraining.Loss(options, network, ahead.Batch(step), step), folder,
                [("encoder", encoder)], "stage 1, score matching");
        }

        InstalledModel Finish(
            ModelTraining training, EcdpNetwork network, Func<long, StepLoss> loss, string folder,
            (string, InstalledModel?)[] before, string name) =>
            training.Run(loss, () => Describe(options, before, training, folder, told), new StageProgress(progress, name), cancellation,
                validation?.WatchNetwork(network, folder, options.ValidateEvery));
    }

    /// <summary>Without a stage 2 stage 1 has its state in the output folder, else in <see cref="ScoreFolder"/>: what it has done in the
    /// other of the two isn't done once more.</summary>
    /// <exception cref="PssrException">Kind Option: it was begun there.</exception>
    private static void RequireOneStageOne(FlowUpscalerOptions options, string outputFolder)
    {
        if (TrainingFolder.HoldsModel(outputFolder))
            return; // which is told for itself
        var score = Path.Combine(outputFolder, ScoreFolder);
        var (own, below) = (Path.Combine(outputFolder, TrainingFolder.StateFile), Path.Combine(score, TrainingFolder.StateFile));
        var done = TrainingFolder.HoldsModel(score);
        if (options.QualitySteps == 0 && (File.Exists(below) || done))
            throw OptionCheck.Bad(nameof(options.QualitySteps), $"QualitySteps is 0, and stage 1 {(done ? "is done" : "was begun")} for a "
                + $"stage 2 in '{score}'; in '{outputFolder}' it would begin anew. Give QualitySteps as before to go on, or delete "
                + $"'{score}' to train anew");
        if (options.QualitySteps > 0 && options.Flow is null && File.Exists(own) && !done)
            throw OptionCheck.Bad(nameof(options.QualitySteps), FormattableString.Invariant($"QualitySteps is {options.QualitySteps}, and ")
                + $"stage 1 was begun without a stage 2 in '{outputFolder}'; in '{score}' it would begin anew. Give QualitySteps 0 to go "
                + $"on, and what comes of it as Flow for a stage 2 in another folder, or delete '{own}' to train anew");
    }

    /// <summary>What a later stage needs is looked for before the first one trains for hours.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a model that the options name isn't there, or can't be used so.</exception>
    private static void RequireModels(FlowUpscalerOptions options)
    {
        foreach (var name in new[] { options.Encoder, options.Start, options.Flow })
            _ = name is null ? null : ModelStore.Find(name);
        ValidationLpips.Require(options.ValidationLpips);
        if (options.QualitySteps > 0)
            QualityTraining.RequireFeatures(options);
    }

    /// <summary>Writes a model from the state of an unfinished stage 1 or 2, which may go on meanwhile: to look at it, or to keep
    /// it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options. Kind Option: the output folder holds something
    /// else than an earlier snapshot of the training.</exception>
    public static InstalledModel Snapshot(FlowUpscalerOptions options, string trainingFolder, string outputFolder)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        TrainingFolder.RequireSnapshotPlace(trainingFolder, outputFolder);
        var score = Path.Combine(trainingFolder, ScoreFolder);
        var pictures = Sources(options).Training;
        var told = Told.Of(options, pictures);
        if (options.QualitySteps > 0 && (options.Flow is not null || TrainingFolder.HoldsModel(score)))
        {
            var scored = ModelStore.Find(options.Flow ?? score);
            options = WithSigmaOf(options, scored);
            using var improved = ModelLoader.LoadInto(
                InitialWeights.Overwritten(() => new EcdpNetwork(options.Network, options.Placement)), scored);
            using var stage = new QualityTraining(options, improved, CreatePairs(options, pictures));
            using var quality = stage.Begin(scored, TrainingFolder.Find(trainingFolder));
            var textures = options.QualityFeatures != OwnFeatures.Textures ? null
                : FinishedStage.Textures(options, Path.Combine(trainingFolder, FeaturesFolder));
            return quality.Snapshot(Describe(options, [("score", scored), ("features", textures)], quality, outputFolder, told),
                trainingFolder, outputFolder);
        }
        var encoder = ModelStore.Find(options.Encoder ?? Path.Combine(trainingFolder, EncoderFolder));
        options = WithMeasuredSigma(options, encoder, CreatePairs(options, pictures));
        using var network = ScoreTraining.CreateNetwork(options, encoder);
        var statePath = TrainingFolder.Find(options.QualitySteps > 0 ? score : trainingFolder);
        using var training = ScoreTraining.Begin(options, network, encoder, statePath);
        return training.Snapshot(Describe(options, [("encoder", encoder)], training, outputFolder, told), trainingFolder, outputFolder);
    }

    private static FlowUpscalerOptions WithMeasuredSigma(FlowUpscalerOptions options, InstalledModel encoder, PairDataset pairs)
    {
        if (!options.MeasureSigma)
            return options;
        using var network = ScoreTraining.CreateNetwork(options, encoder);
        return options with { Network = options.Network with { Sigma = ResidualSpread.Measure(network, pairs, options.BatchSize) } };
    }

    /// <summary>As stage 1 measured it.</summary>
    private static FlowUpscalerOptions WithSigmaOf(FlowUpscalerOptions options, InstalledModel scored) => !options.MeasureSigma ? options
        : options with { Network = options.Network with { Sigma = scored.Card.OptionsAs(EcdpOptions.FromJson).Sigma } };

    private static PairDataset CreatePairs(
        FlowUpscalerOptions options, IImageSource pictures, IProgress<TrainingProgress>? progress = null) =>
        new(pictures, options.Seed, options.CropSize, options.Network.Scale, options.Softness,
            options.Degradation is { } name ? KnownDegradations.Find(name, options.Network.Scale) : null, progress, options.Pairs,
            options.Pairs == PairKind.Varied ? 1 : options.BatchSize);

    /// <summary>What is trained on and, where it isn't synthetic pictures, what is looked at.</summary>
    private static (IImageSource Training, IImageSource? Held) Sources(FlowUpscalerOptions options)
    {
        IImageSource? folder = options.ImageFolder is { } path ? new FolderImages(path) : null, held = null;
        if (options.ValidationFolder is { } apart)
            held = new FolderImages(apart);
        else if (folder is not null && options.ValidationCount is { } count)
            (folder, held) = HeldOut.Split(folder, options.ImageFolder, count);
        if (held is not null && options.Crops != CropKind.Patch)
            held = new WholePictures(held, options.Crops, HeldOut.Seed, options.CropSize, inOrder: true);
        var needed = PairDataset.SideNeeded(options.CropSize, options.Network.Scale, options.Degradation is not null, options.Pairs);
        var side = Math.Max(Math.Max(PictureSide, 2 * options.CropSize), needed);
        var pictures = folder is not null && options.Pairs == PairKind.Released ? folder
            : IImageSource.Open(folder, options.SyntheticPictures, options.SyntheticShare, options.Seed, side, needed);
        var crops = options.Crops == CropKind.Patch ? pictures
            : new WholePictures(pictures, options.Crops, options.Seed, options.CropSize);
        return (crops, held);
    }

    /// <summary>What the card tells of what lies elsewhere, and needn't be there any longer when the training is done.</summary>
    /// <param name="Data">The pictures; see <see cref="IImageSource.Description"/>.</param>
    /// <param name="Start">How the model to start from was trained, and how much of it was taken; null where there is none.</param>
    private sealed record Told(string Data, JsonObject? Start, string? StartTaken)
    {
        public static Told Of(FlowUpscalerOptions options, IImageSource pictures) => new(
            pictures.Description, options.Start is { } start ? ModelStore.Find(start).Card.Training : null,
            options.Flow is null ? EncoderTraining.FitOfStart(options) : null);
    }

    private static TrainedModel Describe(
        FlowUpscalerOptions options, (string Stage, InstalledModel? Model)[] before, ModelTraining training, string folder, Told told)
    {
        if (before[0].Stage == "encoder")
            options = options with { QualitySteps = 0 }; // the command makes this model, and not what stage 2 makes of it
        var provenance = training.Provenance(
            options.ToCommand(TrainingFolder.NameOf(folder)), told.Data, options, options.PresetChanges);
        foreach (var (stage, model) in before)
        {
            if (model is not null)
                provenance[stage] = model.Card.Training?.DeepClone();
        }
        provenance["start"] = told.Start?.DeepClone();
        if (told.StartTaken is { } taken)
            provenance["startTaken"] = taken;
        provenance["lossCurve"] = TrainingFolder.LossCurve(training.Losses);
        return new TrainedModel(options.Name!, "ecdp-unet", options.Network.ToJson(), provenance)
        {
            Prediction = options.Parametrization switch
            {
                FlowParametrization.Epsilon => "epsilon",
                FlowParametrization.X0 => "x0",
                _ => "both",
            },
            OwnPictures = options.ImageFolder is not null,
            Sampling = options.Sampling,
        };
    }
}
