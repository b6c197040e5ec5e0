using PSSR.Diffusion;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Training;
using PSSR.Training.Parts;

namespace PSSR.DiffSr;

/// <summary>
/// Trains an unconditional ε-prediction prior (Ho et al. 2020) and writes it as a model: <c>card.json</c> and float16
/// <c>weights.safetensors</c> of the averaged weights. While it trains, the folder holds its state; the same call goes on from there,
/// exactly.
/// </summary>
public static class DiffusionPriorTrainer
{
    /// <summary>In the output folder until the training is done.</summary>
    public const string StateFile = TrainingFolder.StateFile;

    /// <summary>Side of a made picture over that of a crop.</summary>
    private const int PictureToCrop = 4;

    /// <summary>Tells the training's noise from that of any picture's run with the same seed.</summary>
    private const ulong NoiseKey = 0x7472_6169_6e69_6e67;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on (see <see cref="TrainingOptions.Steps"/>).</param>
    /// <param name="outputFolder">Made where missing.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps; nothing is lost.</param>
    /// <returns>The finished model.</returns>
    /// <exception cref="OperationCanceledException">Stopped; call again to go on.</exception>
    /// <exception cref="PssrException">Kind Option, Image or Checkpoint.</exception>
    public static InstalledModel Train(
        DiffusionPriorOptions options, string outputFolder, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        using var place = TrainingFolder.Begin(outputFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, place.StatePath);
        var pictures = CreateSource(options);
        var dataset = PatchDataset.Open(options, pictures, progress);
        var schedule = KnownSchedules.Create(options.Schedule, options.DiffusionSteps);
        var density = new TimestepDensity(options.LowShare, options.LowLimit);
        var noise = new NoiseSource(options.Seed, NoiseKey);
        return training.Run(Loss, () => Describe(options, training, pictures, outputFolder), progress, cancellation);

        StepLoss Loss(long step)
        {
            var clean = ImageTensor.ToSigned(dataset.Batch(step, options.BatchSize));
            var timesteps = density.Draw(options.DiffusionSteps, options.BatchSize, options.Seed, step);
            var drawn = noise.Normal((int)step, clean.shape);
            return StepLoss.Mean(options.BatchSize, torch.CPU, (from, count) => NoisePrediction.Loss(network.forward, schedule,
                clean.narrow(0, from, count), drawn.narrow(0, from, count), timesteps[(int)from..(int)(from + count)]));
        }
    }

    /// <summary>Writes a model from the state of an unfinished training, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options. Kind Option: the output folder holds something
    /// else than an earlier snapshot of the training.</exception>
    public static InstalledModel Snapshot(DiffusionPriorOptions options, string trainingFolder, string outputFolder)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        TrainingFolder.RequireSnapshotPlace(trainingFolder, outputFolder);
        var statePath = TrainingFolder.Find(trainingFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, statePath);
        return training.Snapshot(Describe(options, training, CreateSource(options), outputFolder), trainingFolder, outputFolder);
    }

    private static GuidedUNet CreateNetwork(DiffusionPriorOptions options) =>
        InitialWeights.Drawn(options.Seed, () => new GuidedUNet(options.Network));

    private static ModelTraining Begin(DiffusionPriorOptions options, GuidedUNet network, string statePath) =>
        new(network, options.Pace, statePath, (options with { Steps = 0, Name = null }).ToJson().ToJsonString());

    private static IImageSource CreateSource(DiffusionPriorOptions options) =>
        options.Mixed(options.Folder, PictureToCrop * options.CropSize);

    private static TrainedModel Describe(DiffusionPriorOptions options, ModelTraining training, IImageSource pictures, string folder)
    {
        var provenance = training.Provenance(
            options.ToCommand(TrainingFolder.NameOf(folder)), pictures.Description, options, options.PresetChanges);
        provenance["lossCurve"] = TrainingFolder.LossCurve(training.Losses);
        return new TrainedModel(options.Name!, "guided-unet", options.Network.ToJson(), provenance)
        {
            Schedule = new ScheduleCard(options.Schedule, options.DiffusionSteps),
            OwnPictures = options.ImageFolder is not null,
        };
    }
}
