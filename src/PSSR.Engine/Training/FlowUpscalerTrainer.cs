using System.Text.Json.Nodes;
using PSSR.Checkpoints;
using PSSR.Networks;

namespace PSSR.Training;

/// <summary>
/// Trains ECDP's conditional upscaler in stages (Yuan and Yuan 2024, section 4): the encoder, then score matching; and writes it as a model. While it
/// trains, the folder holds its state; the same call goes on from there, exactly.
/// </summary>
public static class FlowUpscalerTrainer
{
    /// <summary>Stage 0's model, in the output folder.</summary>
    public const string EncoderFolder = "encoder";

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
        var statePath = TrainingFolder.Begin(outputFolder);
        using var validation = options.ValidateEvery > 0 ? new FlowValidation(options) : null;
        var pairs = new PairDataset(CreateSource(options), options.Seed, options.CropSize, options.Network.Scale);
        var encoder = options.Encoder is { } given
            ? ModelStore.Find(given)
            : EncoderTraining.Run(options, Path.Combine(outputFolder, EncoderFolder), pairs, validation, progress, cancellation);

        using var network = ScoreTraining.CreateNetwork(options, encoder);
        using var loop = ScoreTraining.CreateLoop(options, network, encoder, statePath);
        network.train();
        loop.Run(step => ScoreTraining.Loss(options, network, pairs, step), progress, cancellation, validation?.WatchNetwork(network, outputFolder, options.ValidateEvery));
        var model = WriteModel(options, encoder, network, loop, outputFolder);
        File.Delete(statePath);
        return model;
    }

    /// <summary>Writes a model from the state of an unfinished stage 1, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options.</exception>
    public static InstalledModel Snapshot(FlowUpscalerOptions options, string trainingFolder, string outputFolder)
    {
        options.Validate();
        var statePath = TrainingFolder.Find(trainingFolder);
        Directory.CreateDirectory(outputFolder);
        var encoder = ModelStore.Find(options.Encoder ?? Path.Combine(trainingFolder, EncoderFolder));
        using var network = ScoreTraining.CreateNetwork(options, encoder);
        using var loop = ScoreTraining.CreateLoop(options, network, encoder, statePath);
        return WriteModel(options, encoder, network, loop, outputFolder);
    }

    private static IImageSource CreateSource(FlowUpscalerOptions options) => options.ImageFolder is { } folder
        ? new FolderImages(folder)
        : new SyntheticImages(options.Seed, Math.Max(PictureSide, 2 * options.CropSize));

    private static InstalledModel WriteModel(FlowUpscalerOptions options, InstalledModel encoder, EcdpNetwork network, TrainingLoop loop, string folder)
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
                ["encoder"] = encoder.Card.Training?.DeepClone(),
                ["lossCurve"] = TrainingFolder.LossCurve(loop.Losses),
            },
        };
        ModelCards.Write(folder, card);
        return new InstalledModel(Path.GetFullPath(folder), card, false);
    }
}
