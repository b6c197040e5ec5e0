using System.Diagnostics;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Pictures;
using PSSR.Tests.Training;
using PSSR.Training;

namespace PSSR.Tests.Ecdp.Learning;

/// <summary>What a folder that is trained in holds already.</summary>
[Collection(GlobalRandomCollection.Name)]
public sealed class FinishedStageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FlowUpscalerOptions _tiny;

    public FinishedStageTests()
    {
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        var values = new byte[56 * 48 * 3];
        new Random(1).NextBytes(values);
        ImageCodec.Write(Path.Combine(pictures, "a.png"), new RasterImage(56, 48, 3, values), ImageFormat.Png);
        _tiny = new()
        {
            Name = "tiny", ImageFolder = pictures, EncoderSteps = 2, Steps = 2, BatchSize = 1, CropSize = 16, WarmupSteps = 1,
            ValidateEvery = 0, MeasureSigma = true, QualitySteps = 1, QualityBatchSize = 1, QualityTolerance = 0.5,
            Network = new EcdpOptions
            {
                Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder,
                Patch = 2, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
            },
        };
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_stage_that_was_trained_otherwise_is_refused_and_one_trained_so_is_taken()
    {
        var folder = _folder.File("m");
        var whole = Train(_tiny, folder);
        File.Delete(Path.Combine(folder, ModelCards.FileName)); // as a kill within stage 2 leaves it

        Assert.Contains("another EncoderSteps (2, now 3)", Refused(_tiny with { EncoderSteps = 3 }, without: "score"));
        Assert.Contains("another Seed (0, now 7)", Refused(_tiny with { Seed = 7 }));
        Assert.Contains("another LearningRate", Refused(_tiny with { LearningRate = 0.01 }));
        Assert.Contains("another Steps (2, now 3)", Refused(_tiny with { Steps = 3 }));
        Assert.Equal(whole.Card.Sha256, Train(_tiny, folder).Card.Sha256);

        string Refused(FlowUpscalerOptions options, string? without = null)
        {
            var other = _folder.File($"{Guid.NewGuid():N}");
            foreach (var stage in new[] { "encoder", "score" }.Where(stage => stage != without))
            {
                Directory.CreateDirectory(Path.Join(other, stage));
                foreach (var file in Directory.GetFiles(Path.Join(folder, stage)))
                    File.Copy(file, Path.Join(other, stage, Path.GetFileName(file)));
            }
            var error = Assert.Throws<PssrException>(() => Train(options, other));
            Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
            return error.Message;
        }
    }

    /// <summary>Where stage 1's state lies depends on whether a stage 2 follows.</summary>
    [Theory]
    [InlineData(0, 1, 3)]
    [InlineData(1, 0, 3)]
    [InlineData(1, 0, 4)]
    public void What_stage_1_has_done_is_not_begun_anew_elsewhere(long before, long after, int stopped)
    {
        var (folder, options) = (_folder.File("m"), _tiny with { QualitySteps = before });
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, folder, new StopAfter(stopped, stop), stop.Token));

        var error = Assert.Throws<PssrException>(() => Train(options with { QualitySteps = after }, folder));

        Assert.Equal((PssrErrorKind.Option, nameof(options.QualitySteps)), (error.Kind, error.Target));
        Assert.Contains($"'{folder}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"'{Path.Combine(folder, FlowUpscalerTrainer.ScoreFolder)}'", error.Message, StringComparison.Ordinal);
        Assert.Equal(before == 0 ? 2 : 1, (int)Train(options, folder).Card.Training!["steps"]!);
    }

    [Fact]
    public void A_stage_that_saw_the_pictures_which_are_held_out_now_is_refused()
    {
        var folder = _folder.File("m");
        Train(_tiny, folder);
        var score = Path.Join(folder, FlowUpscalerTrainer.ScoreFolder);

        var error = Assert.Throws<PssrException>(() => FinishedStage.Score(_tiny with { ValidationCount = 1 }, score));

        Assert.Contains("another ValidationCount", error.Message, StringComparison.Ordinal);
        Assert.NotNull(FinishedStage.Score(_tiny with { ValidationCount = 1, ValidationFolder = folder }, score)); // of the other folder
    }

    [Fact]
    public void The_card_of_an_earlier_stage_has_the_command_that_makes_that_stage()
    {
        var whole = Train(_tiny, _folder.File("m"));

        var score = ModelCards.Read(Path.Combine(whole.Folder, FlowUpscalerTrainer.ScoreFolder));

        Assert.Contains("--quality-steps 1", (string?)whole.Card.Training!["command"]);
        Assert.DoesNotContain("--quality-steps", (string?)score.Training!["command"]);
        Assert.Equal(0, score.Sampling!.MeanSteps);
    }

    [Fact]
    public void Two_processes_do_not_train_in_one_folder()
    {
        var folder = Directory.CreateDirectory(_folder.File("m")).FullName;
        using (TrainingFolder.Claim(folder))
            Assert.Contains("Another process trains in", Assert.Throws<PssrException>(() => Train(_tiny, folder)).Message);

        Assert.Equal(1, (int)Train(_tiny, folder).Card.Training!["steps"]!);
        Assert.Empty(Directory.GetFiles(folder, "*.lock"));
    }

    /// <summary>A program that runs can't be opened to be written to.</summary>
    [Fact]
    public void Another_trouble_with_the_claim_is_no_other_process()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere a program that runs is held in another way.");
        var folder = Directory.CreateDirectory(_folder.File("m")).FullName;
        File.Copy("/bin/sleep", Path.Combine(folder, "training.lock"));
        using var running = Process.Start(Path.Combine(folder, "training.lock"), "600");

        try
        {
            var message = Assert.Throws<PssrException>(() => Train(_tiny, folder)).Message;

            Assert.StartsWith($"Nothing can be trained in '{folder}': ", message, StringComparison.Ordinal);
            Assert.DoesNotContain("Another process trains", message, StringComparison.Ordinal);
        }
        finally
        {
            running.Kill();
            running.WaitForExit();
        }
    }

    [Fact]
    public void No_other_training_begins_in_a_folder_while_an_earlier_stage_trains_below_it()
    {
        var (folder, flow) = (_folder.File("m"), Train(_tiny with { QualitySteps = 0 }, _folder.File("flow")));
        var refused = new List<string>();
        using var one = new OneThread();

        var stop = TestContext.Current.CancellationToken;
        FlowUpscalerTrainer.Train(_tiny, folder, new EachStage(() => refused.Add(Assert.Throws<PssrException>(
            () => FlowUpscalerTrainer.Train(_tiny with { Flow = flow.Folder, MeasureSigma = false }, folder, null, stop)).Message)), stop);

        Assert.Equal(3, refused.Count);
        Assert.All(refused, message => Assert.StartsWith($"Another process trains in '{folder}'", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Where_nothing_can_be_written_is_told_before_anything_trains()
    {
        var file = _folder.Write("file", "x"u8);

        var error = Assert.Throws<PssrException>(() => Train(_tiny, file));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
        Assert.Contains($"Nothing can be trained in '{file}'", error.Message, StringComparison.Ordinal);
    }

    private sealed class EachStage(Action begun) : IProgress<TrainingProgress>
    {
        private readonly HashSet<string> _seen = [];

        public void Report(TrainingProgress value)
        {
            if (_seen.Add(value.Stage))
                begun();
        }
    }

    private sealed class StopAfter(int updates, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private int _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen == updates)
                stop.Cancel();
        }
    }

    private static InstalledModel Train(FlowUpscalerOptions options, string folder)
    {
        using var one = new OneThread();
        return FlowUpscalerTrainer.Train(options, folder, null, TestContext.Current.CancellationToken);
    }
}
