using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Metrics;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures.Degrading;
using PSSR.Training;

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

    /// <summary>Synthetic pictures of this seed are kept for validation.</summary>
    private const ulong ValidationSeed = 0x5661_6c69_6461_7465;

    /// <summary>Keys of the two noises of a step, and of the validation's.</summary>
    private const ulong NoiseKey = 0x436f_7272_6563_7431, EarlierNoiseKey = 0x436f_7272_6563_7432,
        ValidationNoiseKey = 0x436f_7272_6563_7433;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on (see <see cref="ConditionCorrectorOptions.Steps"/>).</param>
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
        var statePath = TrainingFolder.Begin(outputFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, statePath);
        var schedule = KnownSchedules.Create(options.Schedule, options.DiffusionSteps);
        var grid = new ConditionGrid(options.GridStep);
        var degraded = new CorrectorPictures(options, grid);
        using var scope = torch.NewDisposeScope();
        var watch = CreateWatch();
        var dataset = new PatchDataset(pictures, options.Seed, options.CropSize, progress: progress);
        var objective = new CorrectorObjective(network.forward, schedule, grid, options.CropSize, options.CropSize);
        var (noise, earlierNoise) = (new NoiseSource(options.Seed, NoiseKey), new NoiseSource(options.Seed, EarlierNoiseKey));
        return training.Run(
            Loss, () => Describe(options, training, watch, pictures.Description, outputFolder), progress, cancellation, watch);

        Tensor Loss(long step)
        {
            var crops = dataset.Batch(step, options.BatchSize);
            var (truth, condition) = degraded.Degrade(crops, options.Seed, (ulong)(step * options.BatchSize));
            var draw = Draw(options, step, noise.Normal((int)step, truth.shape), earlierNoise.Normal((int)step, truth.shape));
            return options.Objective == ConditionCorrectorOptions.ReleasedObjective
                ? objective.Released(truth, condition, draw.Steps, draw.Noise, draw.EarlierNoise).mean()
                : objective.Paper(truth, condition, draw, options.Objective == ConditionCorrectorOptions.PrintedObjective);
        }

        TrainingWatch CreateWatch()
        {
            if (options.ValidateEvery == 0)
                return new TrainingWatch(outputFolder, 0, () => throw new InvalidOperationException());
            var held = HeldOut(validation, options, progress);
            lpips?.RequireSide(held.shape[2]);
            var batch = degraded.Degrade(held, ValidationSeed, 0);
            var at = new CorrectorObjective(network.forward, schedule, grid, held.shape[2], held.shape[3]);
            return new TrainingWatch(outputFolder, options.ValidateEvery,
                new CorrectorValidation(
                    at, batch, options.DiffusionSteps, new NoiseSource(ValidationSeed, ValidationNoiseKey), lpips).Look);
        }
    }

    /// <summary>Writes a model from the state of an unfinished training, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options.</exception>
    public static InstalledModel Snapshot(ConditionCorrectorOptions options, string trainingFolder, string outputFolder)
    {
        options = options with { Name = options.Name ?? TrainingFolder.NameOf(outputFolder) };
        options.Validate();
        var statePath = TrainingFolder.Find(trainingFolder);
        using var network = CreateNetwork(options);
        using var training = Begin(options, network, statePath);
        var watch = new TrainingWatch(trainingFolder, options.ValidateEvery, () => throw new InvalidOperationException());
        return training.Write(Describe(options, training, watch, Sources(options).Training.Description, outputFolder), outputFolder);
    }

    private static ConditionCorrector CreateNetwork(ConditionCorrectorOptions options)
    {
        torch.manual_seed((long)options.Seed); // the initial weights' only source
        return new ConditionCorrector(options.Network);
    }

    private static ModelTraining Begin(ConditionCorrectorOptions options, ConditionCorrector network, string statePath) =>
        new(network, new TrainingLoopOptions
        {
            Steps = options.Steps,
            LearningRate = options.LearningRate,
            WarmupSteps = options.WarmupSteps,
            DecayShare = options.DecayShare,
            AverageDecay = options.AverageDecay,
            CheckpointEvery = options.CheckpointEvery,
        }, statePath, (options with { Steps = 0, Name = null }).ToJson().ToJsonString());

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
        var all = IImageSource.Open(options.ImageFolder, options.Seed, side);
        if (options.ValidateEvery == 0)
            return (all, all);
        if (options.ValidationFolder is { } held)
            return (all, new FolderImages(held));
        if (all.Count is not { } count)
            return (all, new SyntheticImages(ValidationSeed, side));
        if (count < 2)
            throw new PssrException(PssrErrorKind.Option, $"'{options.ImageFolder}' holds one picture, and none is left to validate with. "
                + "Give a ValidationFolder, or ValidateEvery 0.", options.ImageFolder);
        var back = Math.Clamp(count / 10, 1, options.ValidationCount);
        return (new ImageRange(all, 0, count - back), new ImageRange(all, count - back, back));
    }

    /// <summary>Squares from the middle of the first pictures, [n,3,side,side] in [0,1].</summary>
    private static Tensor HeldOut(IImageSource source, ConditionCorrectorOptions options, IProgress<TrainingProgress>? progress)
    {
        using var scope = torch.NewDisposeScope();
        var pictures = new List<PlanarImage>();
        PssrException? unfit = null;
        for (var i = 0; i < Math.Min(options.ValidationCount, source.Count ?? long.MaxValue); i++)
        {
            try
            {
                pictures.Add(source.Read(i));
            }
            catch (PssrException e) when (e.Kind == PssrErrorKind.Image)
            {
                unfit = e;
                progress?.Report(new TrainingProgress(0, 0, 0, 0, 0, null) { LeftOut = e });
            }
        }
        if (pictures.Count == 0)
            throw unfit!;
        var side = Math.Min(ValidationToCrop * options.CropSize,
            pictures.Min(p => Math.Min(p.Width, p.Height)) / options.Network.SideMultiple * options.Network.SideMultiple);
        if (side < KnownDegradations.Find(options.Degradation, options.Scale).Scale.High)
            throw new PssrException(PssrErrorKind.Image,
                $"A picture of {source.Description} is too small to validate with: nothing of {side} pixels would be left.");
        return torch.cat(pictures.Select(p => torch.tensor(p.Planes, new long[] { 1, 3, p.Height, p.Width }, torch.float32)
            .narrow(2, (p.Height - side) / 2, side).narrow(3, (p.Width - side) / 2, side)).ToArray(), 0).MoveToOuterDisposeScope();
    }

    private static TrainedModel Describe(
        ConditionCorrectorOptions options, ModelTraining training, TrainingWatch watch, string data, string folder)
    {
        var provenance = training.Provenance(options.ToCommand(TrainingFolder.NameOf(folder)), options.Seed, data, options.ToJson());
        provenance["lossCurve"] = TrainingFolder.LossCurve(training.Losses);
        provenance["validation"] = new JsonArray([.. watch.Log()]);
        return new TrainedModel(options.Name!, "condition-corrector", options.Network.ToJson(), provenance)
        {
            Schedule = new ScheduleCard(options.Schedule, options.DiffusionSteps),
            OwnPictures = options.ImageFolder is not null,
        };
    }
}
