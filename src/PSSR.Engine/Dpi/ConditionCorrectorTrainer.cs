using System.Text.Json.Nodes;
using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Pictures.Degrading;
using PSSR.Training;

namespace PSSR.Dpi;

/// <summary>
/// Trains DPI's condition corrector and writes it as a model: <c>card.json</c> and float16 <c>weights.safetensors</c> of the averaged weights. No prior is
/// evaluated: the corrector sees posterior samples of clean pictures (Eq. 15). While it trains, the folder holds its state, its validations and a sheet of
/// samples; the same call goes on from there, exactly.
/// </summary>
public static class ConditionCorrectorTrainer
{
    private const string WeightsFile = "weights.safetensors";

    /// <summary>Side of a made picture over that of a crop; of a validation picture over that of a crop.</summary>
    private const int PictureToCrop = 4, ValidationToCrop = 2;

    /// <summary>Synthetic pictures of this seed are kept for validation.</summary>
    private const ulong ValidationSeed = 0x5661_6c69_6461_7465;

    /// <summary>Keys of the two noises of a step, and of the validation's.</summary>
    private const ulong NoiseKey = 0x436f_7272_6563_7431, EarlierNoiseKey = 0x436f_7272_6563_7432, ValidationNoiseKey = 0x436f_7272_6563_7433;

    /// <summary>Trains to the end, or goes on with a training that was stopped or killed.</summary>
    /// <param name="options">The same as before when going on (see <see cref="ConditionCorrectorOptions.Steps"/>).</param>
    /// <param name="outputFolder">Made where missing.</param>
    /// <param name="progress">Told after every step.</param>
    /// <param name="cancellation">Stops between two steps; nothing is lost.</param>
    /// <returns>The finished model.</returns>
    /// <exception cref="OperationCanceledException">Stopped; call again to go on.</exception>
    /// <exception cref="PssrException">Kind Option, Image or Checkpoint.</exception>
    public static InstalledModel Train(
        ConditionCorrectorOptions options, string outputFolder, IProgress<TrainingProgress>? progress = null, CancellationToken cancellation = default)
    {
        options.Validate();
        var (training, validation) = Sources(options);
        var statePath = TrainingFolder.Begin(outputFolder);
        using var network = CreateNetwork(options);
        using var loop = CreateLoop(network, options, statePath);
        var schedule = KnownSchedules.Create(options.Schedule, options.DiffusionSteps);
        var grid = new ConditionGrid(options.GridStep);
        var pictures = new CorrectorPictures(options, grid);
        using var scope = torch.NewDisposeScope();
        var watch = CreateWatch();
        var dataset = new PatchDataset(training, options.Seed, options.CropSize);
        var objective = new CorrectorObjective(network.forward, schedule, grid, options.CropSize, options.CropSize);
        var (noise, earlierNoise) = (new NoiseSource(options.Seed, NoiseKey), new NoiseSource(options.Seed, EarlierNoiseKey));
        network.train();
        loop.Run(Loss, progress, cancellation, watch);
        var model = WriteModel(options, network, loop, watch, training.Description, outputFolder);
        File.Delete(statePath);
        return model;

        Tensor Loss(long step)
        {
            var (truth, condition) = pictures.Degrade(dataset.Batch(step, options.BatchSize), options.Seed, (ulong)(step * options.BatchSize));
            var draw = Draw(options, step, noise.Normal((int)step, truth.shape), earlierNoise.Normal((int)step, truth.shape));
            return options.Objective == ConditionCorrectorOptions.PaperObjective
                ? objective.Paper(truth, condition, draw)
                : objective.Released(truth, condition, draw.Steps, draw.Noise, draw.EarlierNoise).mean();
        }

        TrainingWatch CreateWatch()
        {
            if (options.ValidateEvery == 0)
                return new TrainingWatch(outputFolder, 0, () => throw new InvalidOperationException());
            var held = HeldOut(validation, options);
            var batch = pictures.Degrade(held, ValidationSeed, 0);
            var at = new CorrectorObjective(network.forward, schedule, grid, held.shape[2], held.shape[3]);
            return new TrainingWatch(outputFolder, options.ValidateEvery,
                new CorrectorValidation(at, batch, options.DiffusionSteps, new NoiseSource(ValidationSeed, ValidationNoiseKey)).Look);
        }
    }

    /// <summary>Writes a model from the state of an unfinished training, which may go on meanwhile: to look at it, or to keep it.</summary>
    /// <param name="options">The training's.</param>
    /// <param name="trainingFolder">Where the training's state is.</param>
    /// <param name="outputFolder">Where the model goes; made where missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: no state there, or of other options.</exception>
    public static InstalledModel Snapshot(ConditionCorrectorOptions options, string trainingFolder, string outputFolder)
    {
        options.Validate();
        var statePath = TrainingFolder.Find(trainingFolder);
        Directory.CreateDirectory(outputFolder);
        using var network = CreateNetwork(options);
        using var loop = CreateLoop(network, options, statePath);
        var watch = new TrainingWatch(trainingFolder, options.ValidateEvery, () => throw new InvalidOperationException());
        return WriteModel(options, network, loop, watch, Sources(options).Training.Description, outputFolder);
    }

    private static ConditionCorrector CreateNetwork(ConditionCorrectorOptions options)
    {
        torch.manual_seed((long)options.Seed); // the initial weights' only source
        return new ConditionCorrector(options.Network);
    }

    private static TrainingLoop CreateLoop(ConditionCorrector network, ConditionCorrectorOptions options, string statePath) =>
        new(network, new TrainingLoopOptions
        {
            Steps = options.Steps,
            LearningRate = options.LearningRate,
            WarmupSteps = options.WarmupSteps,
            DecayShare = options.DecayShare,
            AverageDecay = options.AverageDecay,
            CheckpointEvery = options.CheckpointEvery,
        }, statePath, (options with { Steps = 0 }).ToJson().ToJsonString());

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

    /// <summary>What is trained on and what is held back. Without a folder of its own for that, the last tenth of the pictures is held back.</summary>
    private static (IImageSource Training, IImageSource Validation) Sources(ConditionCorrectorOptions options)
    {
        var side = PictureToCrop * options.CropSize;
        IImageSource all = options.ImageFolder is { } folder ? new FolderImages(folder) : new SyntheticImages(options.Seed, side);
        if (options.ValidateEvery == 0)
            return (all, all);
        if (options.ValidationFolder is { } held)
            return (all, new FolderImages(held));
        if (all.Count is not { } count)
            return (all, new SyntheticImages(ValidationSeed, side));
        if (count < 2)
            throw new PssrException(PssrErrorKind.Option, $"'{options.ImageFolder}' holds one picture, and none is left to validate with. Give a ValidationFolder, or ValidateEvery 0.", options.ImageFolder);
        var back = Math.Clamp(count / 10, 1, options.ValidationCount);
        return (new ImageRange(all, 0, count - back), new ImageRange(all, count - back, back));
    }

    /// <summary>Squares from the middle of the first pictures, [n,3,side,side] in [0,1].</summary>
    private static Tensor HeldOut(IImageSource source, ConditionCorrectorOptions options)
    {
        using var scope = torch.NewDisposeScope();
        var pictures = new PlanarImage[Math.Min(options.ValidationCount, source.Count ?? long.MaxValue)];
        for (var i = 0; i < pictures.Length; i++)
            pictures[i] = source.Read(i);
        var side = Math.Min(ValidationToCrop * options.CropSize, pictures.Min(p => Math.Min(p.Width, p.Height)) / options.Network.SideMultiple * options.Network.SideMultiple);
        if (side < KnownDegradations.Find(options.Degradation, options.Scale).Scale.High)
            throw new PssrException(PssrErrorKind.Image, $"A picture of {source.Description} is too small to validate with: nothing of {side} pixels would be left.");
        return torch.cat(pictures.Select(p => torch.tensor(p.Planes, new long[] { 1, 3, p.Height, p.Width }, torch.float32)
            .narrow(2, (p.Height - side) / 2, side).narrow(3, (p.Width - side) / 2, side)).ToArray(), 0).MoveToOuterDisposeScope();
    }

    private static InstalledModel WriteModel(
        ConditionCorrectorOptions options, ConditionCorrector network, TrainingLoop loop, TrainingWatch watch, string data, string folder)
    {
        using var scope = torch.NewDisposeScope();
        var path = Path.Combine(folder, WeightsFile);
        SafeTensors.Save(path, loop.AveragedWeights.ToDictionary(w => w.Key, w => w.Value.to(torch.float16)));
        var card = new ModelCard
        {
            Name = options.Name,
            Kind = "corrector",
            Architecture = "condition-corrector",
            Options = options.Network.ToJson(),
            Schedule = new ScheduleCard(options.Schedule, options.DiffusionSteps),
            Prediction = "x0",
            Weights = WeightsFile,
            Sha256 = ModelCards.Sha256(path),
            Parameters = network.parameters().Sum(p => p.numel()),
            License = options.ImageFolder is null ? "MIT" : "unknown",
            Training = new JsonObject
            {
                ["command"] = options.ToCommand(Path.GetFileName(Path.GetFullPath(folder))),
                ["seed"] = options.Seed,
                ["steps"] = loop.Losses.Count,
                ["data"] = data,
                ["options"] = options.ToJson(),
                ["lossCurve"] = TrainingFolder.LossCurve(loop.Losses),
                ["validation"] = new JsonArray([.. watch.Log()]),
            },
        };
        ModelCards.Write(folder, card);
        return new InstalledModel(Path.GetFullPath(folder), card, false);
    }
}
