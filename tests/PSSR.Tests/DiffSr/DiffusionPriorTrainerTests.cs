using PSSR.DiffSr;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tests.Pictures;
using PSSR.Tests.Training;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.DiffSr;

[Collection(GlobalRandomCollection.Name)]
public sealed class DiffusionPriorTrainerTests : IDisposable
{
    private static readonly DiffusionPriorOptions Tiny = new()
    {
        Name = "tiny",
        Network = new GuidedUNetOptions { ImageSize = 32, NumChannels = 32, ChannelMult = "1,1", NumResBlocks = 1,
            AttentionResolutions = "" },
        Steps = 6,
        BatchSize = 2,
        CropSize = 16,
        WarmupSteps = 2,
        Seed = 4,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-prior-").FullName;

    public void Dispose() => Directory.Delete(_folder, true);

    [Fact]
    public void Writes_a_model_that_loads()
    {
        var model = DiffusionPriorTrainer.Train(Tiny, Path.Combine(_folder, "m"), null, Stop);
        var card = ModelCards.Read(model.Folder);

        Assert.Equal(("tiny", "prior", "guided-unet", "epsilon"), (card.Name, card.Kind, card.Architecture, card.Prediction));
        Assert.Equal(new ScheduleCard("linear", 1000), card.Schedule);
        Assert.Equal(ModelCards.Sha256(model.WeightsPath), card.Sha256);
        Assert.Equal(6, (int)card.Training!["steps"]!);
        Assert.Equal(6, (int)card.Training["lossCurve"]!.AsArray()[^1]![0]!);
        using var network = new GuidedUNet(GuidedUNetOptions.FromJson(card.Options));
        StateDict.LoadInto(network, SafeTensors.Load(model.WeightsPath, ScalarType.Float32), model.WeightsPath);
        Assert.Equal(card.Parameters, network.parameters().Sum(p => p.numel()));
        Assert.False(File.Exists(Path.Combine(model.Folder, DiffusionPriorTrainer.StateFile)));
    }

    [Fact]
    public void Stopped_training_ends_in_the_same_model()
    {
        using var one = new OneThread();
        var whole = DiffusionPriorTrainer.Train(Tiny, Path.Combine(_folder, "whole"), null, Stop);
        using var stop = new CancellationTokenSource();
        var parts = Path.Combine(_folder, "parts");
        Assert.Throws<OperationCanceledException>(() => DiffusionPriorTrainer.Train(Tiny, parts, new StopAfter(3, stop), stop.Token));
        var half = DiffusionPriorTrainer.Snapshot(Tiny, parts, Path.Combine(_folder, "half"));
        var resumed = DiffusionPriorTrainer.Train(Tiny, parts, null, Stop);

        Assert.Equal(3, (int)half.Card.Training!["steps"]!);
        Assert.NotEqual(whole.Card.Sha256, half.Card.Sha256);
        Assert.Equal(whole.Card.Sha256, resumed.Card.Sha256);
    }

    [Fact]
    public void A_snapshot_takes_the_place_of_an_earlier_one_of_its_training_alone()
    {
        var (parts, half) = (Path.Combine(_folder, "parts"), Path.Combine(_folder, "half"));
        var finished = DiffusionPriorTrainer.Train(Tiny with { Steps = 1 }, Path.Combine(_folder, "finished"), null, Stop);
        foreach (var step in new[] { 2, 3 })
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(
                () => DiffusionPriorTrainer.Train(Tiny, parts, new StopAfter(step, stop), stop.Token));
            Assert.Equal(step, (int)DiffusionPriorTrainer.Snapshot(Tiny, $"{parts}/", half).Card.Training!["steps"]!);
        }

        Assert.Contains("holds the model 'tiny', which is no snapshot of", Refused(finished.Folder), StringComparison.Ordinal);
        Assert.Contains($"A model is trained in '{parts}'", Refused(parts), StringComparison.Ordinal);
        Assert.Equal(finished.Card.Sha256, ModelCards.Read(finished.Folder).Sha256);

        string Refused(string folder) =>
            Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Snapshot(Tiny, parts, folder)).Message;
    }

    [Fact]
    public void A_snapshot_goes_into_no_folder_where_another_training_has_just_begun()
    {
        var (parts, other) = (Path.Combine(_folder, "parts"), Path.Combine(_folder, "other"));
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(() => DiffusionPriorTrainer.Train(Tiny, parts, new StopAfter(1, stop), stop.Token));

        using (TrainingFolder.Begin(other)) // its first checkpoint is still to come
        {
            var error = Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Snapshot(Tiny, parts, other));
            Assert.StartsWith($"Another process trains in '{other}'", error.Message, StringComparison.Ordinal);
            Assert.False(File.Exists(Path.Combine(other, ModelCards.FileName)));
        }

        var file = Path.Combine(_folder, "file");
        File.WriteAllText(file, "x");
        Assert.StartsWith($"No snapshot can be written to '{file}'",
            Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Snapshot(Tiny, parts, file)).Message, StringComparison.Ordinal);
        Assert.Equal("tiny", DiffusionPriorTrainer.Snapshot(Tiny, parts, other).Name);
        Assert.Empty(Directory.GetFiles(other, "*.lock"));
    }

    [Fact]
    public void Finished_model_is_not_overwritten()
    {
        var folder = Path.Combine(_folder, "m");
        DiffusionPriorTrainer.Train(Tiny with { Steps = 1 }, folder, null, Stop);

        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Train(Tiny with { Steps = 1 }, folder, null, Stop)).Kind);
    }

    [Fact]
    public void Command_names_what_is_not_the_default()
    {
        Assert.Equal("pssr build prior --out x", new DiffusionPriorOptions().ToCommand("x"));
        Assert.Equal("pssr build prior --out x --steps 7 --learning-rate 0.01 --channel-mult 1,2",
            new DiffusionPriorOptions { Steps = 7, LearningRate = 0.01,
                Network = new DiffusionPriorOptions().Network with { ChannelMult = "1,2" } }.ToCommand("x"));
    }

    [Fact]
    public void A_share_of_synthetic_pictures_comes_among_the_folders()
    {
        var options = Tiny with { Steps = 2, ImageFolder = Path.Combine(_folder, "pictures") };
        Directory.CreateDirectory(options.ImageFolder);
        foreach (var i in Enumerable.Range(0, 2))
            ImageCodec.Write(Path.Combine(options.ImageFolder, $"{i}.png"), TestPictures.Gradient(32 + i, 32, 3), ImageFormat.Png);
        var plain = DiffusionPriorTrainer.Train(options, Path.Combine(_folder, "plain"), null, Stop);
        var mixed = DiffusionPriorTrainer.Train(options with { SyntheticShare = 0.5 }, Path.Combine(_folder, "mixed"), null, Stop);

        Assert.NotEqual(plain.Card.Sha256, mixed.Card.Sha256);
        Assert.Contains("50 % synthetic", (string?)mixed.Card.Training!["data"]);
        Assert.Contains("--synthetic-share 0.5", (string?)mixed.Card.Training["command"]);
        Assert.Null(plain.Card.Training!["options"]!["SyntheticShare"]);
    }

    [Fact]
    public void The_card_is_written_although_the_pictures_are_gone_by_then()
    {
        var pictures = Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName;
        ImageCodec.Write(Path.Combine(pictures, "a.png"), TestPictures.Gradient(32, 32, 3), ImageFormat.Png);

        var model = DiffusionPriorTrainer.Train(Tiny with { ImageFolder = pictures }, Path.Combine(_folder, "m"),
            new AtStep(Tiny.Steps, () => Directory.Delete(pictures, recursive: true)), Stop);

        Assert.Equal("1 pictures of 'pictures'", (string?)model.Card.Training!["data"]);
    }

    [Fact]
    public void A_training_goes_on_with_the_pictures_that_it_began_with_alone()
    {
        var (pictures, parts) = (Directory.CreateDirectory(Path.Combine(_folder, "pictures")).FullName, Path.Combine(_folder, "parts"));
        ImageCodec.Write(Path.Combine(pictures, "a.png"), TestPictures.Gradient(32, 32, 3), ImageFormat.Png);
        var (options, added) = (Tiny with { ImageFolder = pictures }, Path.Combine(pictures, "b.png"));
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(
                () => DiffusionPriorTrainer.Train(options, parts, new StopAfter(3, stop), stop.Token));
        ImageCodec.Write(added, TestPictures.Gradient(33, 32, 3), ImageFormat.Png);

        var error = Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Train(options, parts, null, Stop));
        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Contains($"with other pictures in '{pictures}'", error.Message, StringComparison.Ordinal);

        File.Delete(added);
        Assert.Equal(6, (int)DiffusionPriorTrainer.Train(options, parts, null, Stop).Card.Training!["steps"]!);
    }

    private sealed class AtStep(long step, Action act) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Step == step)
                act();
        }
    }

    [Fact]
    public void A_training_that_fails_before_its_first_step_leaves_no_folder_that_it_made()
    {
        var (pictures, there) = (Directory.CreateDirectory(Path.Combine(_folder, "small")).FullName, Path.Combine(_folder, "there"));
        ImageCodec.Write(Path.Combine(pictures, "a.png"), new RasterImage(4, 4, 3, new byte[48]), ImageFormat.Png);
        Directory.CreateDirectory(there);
        void Fail(string output) => Assert.Throws<PssrException>(
            () => DiffusionPriorTrainer.Train(Tiny with { ImageFolder = pictures }, output, null, Stop));

        Fail(Path.Combine(_folder, "new", "below"));
        Fail(there);
        Fail(Path.Combine(there, "model"));

        Assert.False(Directory.Exists(Path.Combine(_folder, "new")));
        Assert.Empty(Directory.GetFileSystemEntries(there));
    }

    [Fact]
    public void Impossible_options_are_named()
    {
        foreach (var (options, named) in new[]
        {
            (Tiny with { CropSize = 15 }, "CropSize is 15"), (Tiny with { Steps = 0 }, "Steps is 0"),
            (Tiny with { LowLimit = 0 }, "LowLimit is 0"),
            (Tiny with { SyntheticShare = 0.5 }, "SyntheticShare is 0.5, but without ImageFolder"),
            (Tiny with { AverageDecay = 1 }, "AverageDecay is 1"),
            (Tiny with { Network = Tiny.Network with { LearnSigma = true } }, "learn_sigma"),
        })
        {
            var error = Assert.Throws<PssrException>(() => DiffusionPriorTrainer.Train(options, Path.Combine(_folder, "none"), null, Stop));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(named, error.Message);
        }
    }

    [Fact]
    public void The_papers_preset_is_its_prior()
    {
        var paper = TrainingOptions.OfPreset<DiffusionPriorOptions>("paper");

        paper.Validate();
        Assert.Equal(("scaled-linear", 1000, 16, 256, 1e-5),
            (paper.Schedule, paper.DiffusionSteps, paper.BatchSize, paper.CropSize, paper.LearningRate));
        Assert.Equal([128, 256, 512], paper.Network.LevelChannels);
        Assert.Equal((CropKind.Centre, 500_000), (paper.Crops, paper.Steps));
        Assert.Equal(new DiffusionPriorOptions(), TrainingOptions.OfPreset<DiffusionPriorOptions>("Embedded"));
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => TrainingOptions.OfPreset<DiffusionPriorOptions>("large")).Kind);
    }

    [Fact]
    public void The_papers_training_in_miniature_ends_in_a_model_that_tells_what_was_changed()
    {
        var options = TrainingOptions.OfPreset<DiffusionPriorOptions>("paper")
            with { Network = Tiny.Network, Steps = 2, BatchSize = 2, CropSize = 16 };

        var model = DiffusionPriorTrainer.Train(options, Path.Combine(_folder, "paper"), null, Stop);

        Assert.Equal(("diff-sr-prior", "scaled-linear"), (model.Name, model.Card.Schedule!.Name));
        Assert.Equal("paper", (string)model.Card.Training!["preset"]!["name"]!);
        Assert.StartsWith("pssr build prior --out paper --preset paper --steps 2 ", (string)model.Card.Training["command"]!);
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
