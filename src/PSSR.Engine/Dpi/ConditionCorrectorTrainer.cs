using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures.Degrading;
using PSSR.Training;
using PSSR.Training.Crops;
using PSSR.Training.Parts;

namespace PSSR.Dpi;

/// <summary>
/// Trains DPI's condition corrector and writes it as a model: <c>card.json</c> and float16 <c>weights.safetensors</c> of the averaged
/// weights. No prior is evaluated: the corrector sees posterior samples of clean pictures (Eq. 15). While it trains, the folder holds its
/// state, its validations and a sheet of samples; the same call goes on from there, exactly.
/// </summary>
public static class ConditionCorrectorTrainer
{
    /// <summary>Side of a made picture over that of a crop; of a validation picture over that of a crop.</summary>
    private const int PictureToCrop = 4, ValidationToCrop = 2;

    /// <summary>Keys of the two noises of a step, and of the validation's.</summary>
    private const ulong NoiseKey = 0x436f_7272_6563_7431, EarlierNoiseKey = 0x436f_7272_6563_7432,
        ValidationNoiseKey = 0x436f_7272_6563_7433;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on (see <see cref="TrainingOptions.Steps"/>).</param>
    /// <param name="outputFolder">Made where missing.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps; nothing is lost.</param>
    /// <returns>The finished model.</returns>
    /// <exception cref="OperationCanceledException">Stopped; call again to go on.</exception>
    /// <exception cref="PssrException">Kind Option, Image or Checkpoint.</exception>
    public static InstalledModel Train(
        ConditionCorrectorOptions options, string outputFolder, IProgress<TrainingProgress>? progress = null,
        CancellationToken cancellation = default)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        var (pictures, validation) = Sources(options);
        using var lpips = ValidationLpips.Load(options.ValidateEvery > 0 ? options.ValidationLpips : null);
        using var place = TrainingFolder.Begin(outputFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, place.StatePath);
        var schedule = KnownSchedules.Create(options.Schedule, options.DiffusionSteps);
        var grid = new ConditionGrid(options.GridStep);
        var degraded = new CorrectorPictures(options, grid);
        using var scope = torch.NewDisposeScope();
        var watch = options.ValidateEvery == 0 ? null : CreateWatch();
        var dataset = PatchDataset.Open(options, pictures, progress);
        var objective = new CorrectorObjective(network.forward, schedule, grid, options.CropSize, options.CropSize);
        var (noise, earlierNoise) = (new NoiseSource(options.Seed, NoiseKey), new NoiseSource(options.Seed, EarlierNoiseKey));
        return training.Run(
            Loss, () => Describe(options, training, outputFolder, pictures.Description, outputFolder), progress, cancellation, watch);

        StepLoss Loss(long step)
        {
            var crops = dataset.Batch(step, options.BatchSize);
            var (truths, conditions) = degraded.Degrade(crops, options.Seed, (ulong)(step * options.BatchSize));
            var drawn = Draw(options, step, noise.Normal((int)step, truths.shape), earlierNoise.Normal((int)step, truths.shape));
            return StepLoss.Mean(options.BatchSize, torch.CPU, (from, count) =>
            {
                var (truth, condition) = (truths.narrow(0, from, count), conditions.narrow(0, from, count));
                var draw = drawn.Of((int)from, (int)count);
                return options.Objective == ConditionCorrectorOptions.ReleasedObjective
                    ? objective.Released(truth, condition, draw.Steps, draw.Noise, draw.EarlierNoise).mean()
                    : objective.Paper(truth, condition, draw, options.Objective == ConditionCorrectorOptions.PrintedObjective);
            });
        }

        TrainingWatch CreateWatch()
        {
            var shown = options.Crops == CropKind.Patch ? validation
                : new WholePictures(validation, options.Crops, HeldOut.Seed, options.CropSize, inOrder: true);
            var held = HeldOut.Squares(shown, options.ValidationCount, ValidationToCrop * options.CropSize,
                options.Network.SideMultiple, (int)Math.Ceiling(KnownDegradations.Find(options.Degradation, options.Scale).Scale.High),
                progress);
            lpips?.RequireSide(held.shape[2]);
            var batch = degraded.Degrade(held, HeldOut.Seed, 0);
            var at = new CorrectorObjective(network.forward, schedule, grid, held.shape[2], held.shape[3]);
            return new TrainingWatch(outputFolder, options.ValidateEvery,
                new CorrectorValidation(
                    at, batch, options.DiffusionSteps, new NoiseSource(HeldOut.Seed, ValidationNoiseKey), lpips).Look);
        }
    }

    /// <summary>Writes a model from the state of an unfinished training, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options. Kind Option: the output folder holds something
    /// else than an earlier snapshot of the training.</exception>
    public static InstalledModel Snapshot(ConditionCorrectorOptions options, string trainingFolder, string outputFolder)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        TrainingFolder.RequireSnapshotPlace(trainingFolder, outputFolder);
        var statePath = TrainingFolder.Find(trainingFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, statePath);
        return training.Snapshot(
            Describe(options, training, trainingFolder, Sources(options).Training.Description, outputFolder), trainingFolder, outputFolder);
    }

    private static ConditionCorrector CreateNetwork(ConditionCorrectorOptions options) =>
        InitialWeights.Drawn(options.Seed, () => new ConditionCorrector(options.Network));

    private static ModelTraining Begin(ConditionCorrectorOptions options, ConditionCorrector network, string statePath) =>
        new(network, options.Pace, statePath, (options with { Steps = 0, Name = null }).ToJson().ToJsonString());

    /// <summary>Uniform steps, uniform earlier steps from there on, and which term each picture takes; from (seed, step) alone.</summary>
    private static CorrectorDraw Draw(ConditionCorrectorOptions options, long step, Tensor noise, Tensor earlierNoise)
    {
        var random = SeededRandom.For(options.Seed, (ulong)step, 0xC027);
        var (steps, earlier, gap) = (new int[options.BatchSize], new int[options.BatchSize], new bool[options.BatchSize]);
        for (var i = 0; i < steps.Length; i++)
        {
            steps[i] = random.Below(options.DiffusionSteps);
            earlier[i] = steps[i] + random.Below(options.DiffusionSteps - steps[i]);
            gap[i] = !random.Chance(CorrectorObjective.Omega(steps[i], options.DiffusionSteps));
        }
        return new CorrectorDraw(steps, earlier, gap, noise, earlierNoise);
    }

    /// <summary>What is trained on and what is held back. Without a folder of its own for that, the last tenth of the pictures is held
    /// back.</summary>
    private static (IImageSource Training, IImageSource Validation) Sources(ConditionCorrectorOptions options)
    {
        var side = PictureToCrop * options.CropSize;
        var (folder, held) = (options.Folder, (IImageSource?)null);
        if (options is { ValidateEvery: > 0, ValidationFolder: { } apart })
            held = new FolderImages(apart);
        else if (options.ValidateEvery > 0 && folder is not null)
            (folder, held) = HeldOut.Split(folder, options.ImageFolder, options.ValidationCount);
        return (options.Mixed(folder, side), held ?? new SyntheticImages(HeldOut.Seed, side));
    }

    /// <param name="watched">Folder of the training; <paramref name="folder"/>: the model's.</param>
    private static TrainedModel Describe(
        ConditionCorrectorOptions options, ModelTraining training, string watched, string data, string folder)
    {
        var provenance = training.Provenance(options.ToCommand(TrainingFolder.NameOf(folder)), data, options, options.PresetChanges);
        provenance["lossCurve"] = TrainingFolder.LossCurve(training.Losses);
        provenance["validation"] = new JsonArray([.. TrainingWatch.Log(watched)]);
        return new TrainedModel(options.Name!, "condition-corrector", options.Network.ToJson(), provenance)
        {
            Schedule = new ScheduleCard(options.Schedule, options.DiffusionSteps),
            OwnPictures = options.ImageFolder is not null,
        };
    }
}
