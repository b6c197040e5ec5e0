using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Ecdp;

/// <summary>
/// Trains ECDP's conditional upscaler in stages (Yuan and Yuan 2024, section 4): the encoder, then score matching, then
/// image quality where it is wanted; and writes it as a model. While it trains, the folder holds its state; the same call goes on from there, exactly.
/// </summary>
public static class FlowUpscalerTrainer
{
    /// <summary>Stage 0's model, in the output folder.</summary>
    public const string EncoderFolder = "encoder";

    /// <summary>Stage 1's model, in the output folder, where a stage 2 follows.</summary>
    public const string ScoreFolder = "score";

    private const string WeightsFile = "weights.safetensors";

    /// <summary>Side of a made picture in pixels, at least.</summary>
    private const int PictureSide = 256;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on; the numbers of steps may be changed until a stage's learning rate begins to fall.</param>
    /// <param name="outputFolder">Made where missing.</param>
    /// <param name="progress">Told after every step, of one stage after the other.</param>
    /// <param name="cancellation">Stops between two steps; nothing is lost.</param>
    /// <returns>The finished model.</returns>
    /// <exception cref="OperationCanceledException">Stopped; call again to go on.</exception>
    /// <exception cref="PssrException">Kind Option, Image or Checkpoint.</exception>
    public static InstalledModel Train(
        FlowUpscalerOptions options, string outputFolder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        TrainingFolder.Begin(outputFolder);
        using var validation = options.ValidateEvery > 0 ? new FlowValidation(options) : null;
        var pairs = CreatePairs(options);
        if (options.QualitySteps == 0)
            return MatchScores(outputFolder);

        var scored = options.Flow is { } given ? ModelStore.Find(given) : Once(Path.Combine(outputFolder, ScoreFolder), MatchScores);
        using var network = ModelLoader.LoadInto(new EcdpNetwork(options.Network), scored);
        using var stage = new QualityTraining(options, network, pairs);
        using var loop = stage.CreateLoop(scored, Path.Combine(outputFolder, TrainingFolder.StateFile));
        return Finish(network, loop, stage.Loss, outputFolder, ("score", scored));

        InstalledModel MatchScores(string folder)
        {
            var encoder = options.Encoder is { } trained
                ? ModelStore.Find(trained)
                : Once(Path.Combine(outputFolder, EncoderFolder), into => EncoderTraining.Run(options, into, pairs, validation, progress, cancellation));
            using var network = ScoreTraining.CreateNetwork(options, encoder);
            using var loop = ScoreTraining.CreateLoop(options, network, encoder, TrainingFolder.Begin(folder));
            return Finish(network, loop, step => ScoreTraining.Loss(options, network, pairs, step), folder, ("encoder", encoder));
        }

        InstalledModel Finish(EcdpNetwork network, TrainingLoop loop, Func<long, Tensor> loss, string folder, (string, InstalledModel) before)
        {
            network.train();
            loop.Run(loss, progress, cancellation, validation?.WatchNetwork(network, folder, options.ValidateEvery));
            var model = WriteModel(options, before, network, loop, folder);
            File.Delete(Path.Combine(folder, TrainingFolder.StateFile));
            return model;
        }
    }

    /// <summary>Writes a model from the state of an unfinished stage 1 or 2, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options.</exception>
    public static InstalledModel Snapshot(FlowUpscalerOptions options, string trainingFolder, string outputFolder)
    {
        options.Validate();
        Directory.CreateDirectory(outputFolder);
        var score = Path.Combine(trainingFolder, ScoreFolder);
        if (options.QualitySteps > 0 && (options.Flow is not null || TrainingFolder.HoldsModel(score)))
        {
            var scored = ModelStore.Find(options.Flow ?? score);
            using var improved = ModelLoader.LoadInto(new EcdpNetwork(options.Network), scored);
            using var stage = new QualityTraining(options, improved, CreatePairs(options));
            using var quality = stage.CreateLoop(scored, TrainingFolder.Find(trainingFolder));
            return WriteModel(options, ("score", scored), improved, quality, outputFolder);
        }
        var encoder = ModelStore.Find(options.Encoder ?? Path.Combine(trainingFolder, EncoderFolder));
        using var network = ScoreTraining.CreateNetwork(options, encoder);
        using var loop = ScoreTraining.CreateLoop(options, network, encoder, TrainingFolder.Find(options.QualitySteps > 0 ? score : trainingFolder));
        return WriteModel(options, ("encoder", encoder), network, loop, outputFolder);
    }

    private static InstalledModel Once(string folder, Func<string, InstalledModel> train) =>
        TrainingFolder.HoldsModel(folder) ? new InstalledModel(folder, ModelCards.Read(folder), false) : train(folder);

    private static PairDataset CreatePairs(FlowUpscalerOptions options) =>
        new(CreateSource(options), options.Seed, options.CropSize, options.Network.Scale, options.Softness);

    private static IImageSource CreateSource(FlowUpscalerOptions options) => options.ImageFolder is { } folder
        ? new FolderImages(folder)
        : new SyntheticImages(options.Seed, Math.Max(PictureSide, 2 * options.CropSize));

    private static InstalledModel WriteModel(
        FlowUpscalerOptions options, (string Stage, InstalledModel Model) before, EcdpNetwork network, TrainingLoop loop, string folder)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var path = Path.Combine(folder, WeightsFile);
        var averaged = loop.AveragedWeights;
        var parameters = network.named_parameters().Select(p => p.name).ToHashSet(); // the schedule's tables are none: they stay exact
        SafeTensors.Save(path, network.state_dict().ToDictionary(
            w => w.Key, w => parameters.Contains(w.Key) ? (averaged.GetValueOrDefault(w.Key) ?? w.Value).to(torch.float16) : w.Value));
        var card = new ModelCard
        {
            Name = options.Name,
            Kind = "flow",
            Architecture = "ecdp-unet",
            Options = options.Network.ToJson(),
            Prediction = options.Parametrization switch
            {
                Diffusion.FlowParametrization.Epsilon => "epsilon",
                Diffusion.FlowParametrization.X0 => "x0",
                _ => "both",
            },
            ValueRange = [0, 1],
            Weights = WeightsFile,
            Sha256 = ModelCards.Sha256(path),
            Parameters = network.parameters().Sum(p => p.numel()),
            License = options.ImageFolder is null ? "MIT" : "unknown",
            Training = new JsonObject
            {
                ["command"] = options.ToCommand(Path.GetFileName(Path.GetFullPath(folder))),
                ["seed"] = options.Seed,
                ["steps"] = loop.Losses.Count,
                ["data"] = CreateSource(options).Description,
                ["options"] = options.ToJson(),
                [before.Stage] = before.Model.Card.Training?.DeepClone(),
                ["start"] = options.Start is { } start ? ModelStore.Find(start).Card.Training?.DeepClone() : null,
                ["lossCurve"] = TrainingFolder.LossCurve(loop.Losses),
            },
        };
        ModelCards.Write(folder, card);
        return new InstalledModel(Path.GetFullPath(folder), card, false);
    }
}
