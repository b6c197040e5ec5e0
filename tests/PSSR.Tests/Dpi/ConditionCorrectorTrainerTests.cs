using PSSR.Dpi;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tests.Training;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Dpi;

[Collection(GlobalRandomCollection.Name)]
public sealed class ConditionCorrectorTrainerTests : IDisposable
{
    private static readonly ConditionCorrectorOptions Tiny = new()
    {
        Name = "tiny",
        Network = new GuidedUNetOptions { ImageSize = 32, NumChannels = 32, ChannelMult = "1,1", NumResBlocks = 1,
            AttentionResolutions = "", NumHeads = 2, NumHeadChannels = 16 },
        Steps = 6,
        BatchSize = 2,
        CropSize = 16,
        WarmupSteps = 2,
        ValidationCount = 2,
        ValidateEvery = 4,
        Seed = 4,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-corrector-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Writes_a_model_that_loads_with_all_that_is_to_be_known_on_its_card()
    {
        var model = ConditionCorrectorTrainer.Train(Tiny, Path.Combine(_folder, "m"), null, Stop);
        var card = ModelCards.Read(model.Folder);

        Assert.Equal(("tiny", "corrector", "condition-corrector"), (card.Name, card.Kind, card.Architecture));
        Assert.Equal(new ScheduleCard("linear", 1000), card.Schedule);
        Assert.Equal("bicubic", (string)card.Training!["options"]!["Degradation"]!);
        Assert.Equal([4, 6], card.Training["validation"]!.AsArray().Select(line => (int)line!["step"]!));
        Assert.StartsWith("pssr build corrector --out m --name tiny", (string)card.Training["command"]!);
        using var network = new ConditionCorrector(GuidedUNetOptions.FromJson(card.Options));
        StateDict.LoadInto(network, SafeTensors.Load(model.WeightsPath, ScalarType.Float32), model.WeightsPath);
        Assert.Equal(card.Parameters, network.parameters().Sum(p => p.numel()));
        Assert.False(File.Exists(Path.Combine(model.Folder, TrainingFolder.StateFile)));
        Assert.True(File.Exists(Path.Combine(model.Folder, TrainingWatch.SheetFile)));
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Theory]
    [InlineData(ConditionCorrectorOptions.PaperObjective, "bicubic")]
    [InlineData(ConditionCorrectorOptions.PrintedObjective, "bicubic")]
    [InlineData(ConditionCorrectorOptions.ReleasedObjective, "severe")]
    [InlineData(ConditionCorrectorOptions.PaperObjective, "real")]
    public void Stopped_training_ends_in_the_same_model(string objective, string degradation)
    {
        using var one = new OneThread();
        var options = Tiny with { Objective = objective, Degradation = degradation };
        var whole = ConditionCorrectorTrainer.Train(options, Path.Combine(_folder, "whole"), null, Stop);
        using var stop = new CancellationTokenSource();
        var parts = Path.Combine(_folder, "parts");
        Assert.Throws<OperationCanceledException>(
            () => ConditionCorrectorTrainer.Train(options, parts, new StopAfter(3, stop), stop.Token));
        var half = ConditionCorrectorTrainer.Snapshot(options, parts, Path.Combine(_folder, "half"));
        Assert.Throws<PssrException>(() => ConditionCorrectorTrainer.Snapshot(options, parts, whole.Folder));
        var resumed = ConditionCorrectorTrainer.Train(options, parts, null, Stop);

        Assert.Equal(3, (int)half.Card.Training!["steps"]!);
        Assert.Equal(whole.Card.Sha256, resumed.Card.Sha256);
        Assert.Equal(whole.Card.Training!["validation"]!.ToJsonString(), resumed.Card.Training!["validation"]!.ToJsonString());
    }

    [Fact]
    public void A_flat_validation_picture_ends_no_training()
    {
        var black = Directory.CreateDirectory(Path.Combine(_folder, "black")).FullName;
        ImageCodec.Write(Path.Combine(black, "a.png"), new RasterImage(32, 32, 3, new byte[32 * 32 * 3]), ImageFormat.Png);

        var card = ConditionCorrectorTrainer.Train(Tiny with { ValidationFolder = black }, Path.Combine(_folder, "m"), null, Stop).Card;

        var looks = ModelCards.Read(Path.Combine(_folder, "m")).Training!["validation"]!.AsArray();
        Assert.Equal([4, 6], looks.Select(line => (int)line!["step"]!));
        Assert.All(looks, line => Assert.Null(line!["psnrCondition"]));
        Assert.Equal("tiny", card.Name);
    }

    [Fact]
    public void Learns_to_undo_what_shrinking_did()
    {
        // On one picture, which it may learn by heart: what is asked is that the objective leads there from the condition alone.
        var options = Tiny
            with { ImageFolder = PictureFolder(2), ValidationFolder = PictureFolder(1), Steps = 120, LearningRate = 3e-3,
                ValidateEvery = 120, ValidationCount = 1 };
        var card = ConditionCorrectorTrainer.Train(options, Path.Combine(_folder, "m"), null, Stop).Card;

        var last = card.Training!["validation"]!.AsArray()[^1]!;
        Assert.True((double)last["psnrFirst"]! > (double)last["psnrCondition"]! + 0.5, last.ToJsonString());
    }

    [Fact]
    public void Folder_keeps_its_last_pictures_for_validation()
    {
        var card = ConditionCorrectorTrainer.Train(Tiny with { ImageFolder = PictureFolder(3), Steps = 1 }, Path.Combine(_folder, "m"),
            null, Stop).Card;

        Assert.StartsWith("2 of 3 pictures", (string)card.Training!["data"]!);
        var error = Assert.Throws<PssrException>(
            () => ConditionCorrectorTrainer.Train(Tiny with { ImageFolder = PictureFolder(1) }, Path.Combine(_folder, "n"), null, Stop));
        Assert.Contains("ValidationFolder", error.Message);
        Assert.False(Directory.Exists(Path.Combine(_folder, "n")));
    }

    [Fact]
    public void A_model_without_a_name_is_called_as_its_folder_and_an_unreadable_picture_is_told()
    {
        var pictures = PictureFolder(4);
        File.WriteAllText(Path.Combine(pictures, "1.png"), "no picture");
        var told = new LeftOut();

        var options = Tiny with { Name = null, ImageFolder = pictures, ValidationFolder = PictureFolder(1), Steps = 1 };
        var model = ConditionCorrectorTrainer.Train(options, Path.Combine(_folder, "mine") + "/", told, Stop);

        Assert.Equal("mine", model.Name);
        Assert.Contains("1.png", Assert.Single(told.All).Message);
    }

    [Fact]
    public void The_papers_preset_is_the_released_network_of_5867_thousand_weights_and_its_training()
    {
        var paper = TrainingOptions.OfPreset<ConditionCorrectorOptions>("paper");
        using var network = new ConditionCorrector(paper.Network);

        paper.Validate();
        Assert.Equal(5_867, network.parameters().Sum(p => p.numel()) / 1000);
        Assert.Equal((32, 256, 1e-5, 0.9999, 0.0),
            (paper.BatchSize, paper.CropSize, paper.LearningRate, paper.AverageDecay, paper.GradientNorm));
        Assert.Equal((CropKind.Centre, ResamplingKernel.PilBicubic), (paper.Crops, paper.Kernel));
        var rate = new LearningRate(paper.LearningRate, paper.WarmupSteps, paper.Steps, paper.DecayShare, paper.Decay);
        Assert.Equal(5e-6, rate.At(50_000), 1e-9);
        Assert.Equal(new ConditionCorrectorOptions(), TrainingOptions.OfPreset<ConditionCorrectorOptions>("embedded"));
    }

    [Fact]
    public void The_papers_training_in_miniature_ends_in_a_model_that_tells_what_was_changed()
    {
        var paper = TrainingOptions.OfPreset<ConditionCorrectorOptions>("paper");
        var options = paper with { Network = Tiny.Network with { AttentionResolutions = "16", ResblockUpdown = true }, Steps = 2,
            BatchSize = 2, CropSize = 16, ImageFolder = PictureFolder(3), ValidateEvery = 1 };

        var model = ConditionCorrectorTrainer.Train(options, Path.Combine(_folder, "m"), null, Stop);

        Assert.Equal("paper", (string)model.Card.Training!["preset"]!["name"]!);
        Assert.Equal(16, (int)model.Card.Training["preset"]!["changed"]!["CropSize"]!);
        Assert.Contains("--preset paper", (string)model.Card.Training["command"]!);
        Assert.Equal(2, model.Card.Training["validation"]!.AsArray().Count);
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Fact]
    public void Impossible_options_are_named()
    {
        foreach (var (options, named) in new[]
        {
            (Tiny with { CropSize = 15 }, "CropSize is 15"), (Tiny with { CropSize = 2, Scale = 4 }, "CropSize is 2"),
            (Tiny with { Objective = "best" }, "Objective is 'best'"),
            (Tiny with { Degradation = "fog" }, "'fog' is not bicubic, blind, "),
            (Tiny with { ValidationCount = 0 }, "ValidationCount is 0"),
            (Tiny with { GridStep = 0 }, "GridStep is 0"), (Tiny with { Network = Tiny.Network with { Dropout = 0.1 } }, "dropout"),
        })
        {
            var error =
                Assert.Throws<PssrException>(() => ConditionCorrectorTrainer.Train(options, Path.Combine(_folder, "none"), null, Stop));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(named, error.Message);
        }
    }

    /// <summary>A folder with so many pictures of waves 12 pixels long, of which bicubic takes a part away; 32×32.</summary>
    private string PictureFolder(int count)
    {
        var folder = Path.Combine(_folder, $"pictures{count}");
        Directory.CreateDirectory(folder);
        for (var n = 0; n < count; n++)
        {
            var samples = new byte[32 * 32 * 3];
            for (var i = 0; i < samples.Length; i++)
                samples[i] = (byte)(128 + 60 * Math.Sin(i / 3 % 32 * Math.Tau / 12 + i % 3) + 60 * Math.Sin(i / 96 * Math.Tau / 12));
            ImageCodec.Write(Path.Combine(folder, $"{n}.png"), new RasterImage(32, 32, 3, samples), ImageFormat.Png, overwrite: true);
        }
        return folder;
    }

    private sealed class LeftOut : IProgress<TrainingProgress>
    {
        public List<PssrException> All { get; } = [];

        public void Report(TrainingProgress value)
        {
            if (value.LeftOut is { } unfit)
                All.Add(unfit);
        }
    }

    private sealed class StopAfter(long step, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                stop.Cancel();
        }
    }
}
