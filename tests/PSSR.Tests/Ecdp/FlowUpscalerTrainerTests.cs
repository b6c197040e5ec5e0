using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Networks.Rrdb;
using PSSR.Pictures;
using PSSR.Pictures.Degrading;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Training;
using PSSR.Tiles;
using PSSR.Training;

namespace PSSR.Tests.Ecdp;

[Collection(GlobalRandomCollection.Name)]
public sealed class FlowUpscalerTrainerTests : IDisposable
{
    private readonly FlowUpscalerOptions _tiny = new()
    {
        Name = "tiny",
        Network = new EcdpOptions
        {
            Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder,
            Sigma = 0.1, Patch = 2,
            TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
        },
        EncoderSteps = 4,
        Steps = 6,
        BatchSize = 2,
        CropSize = 16,
        WarmupSteps = 2,
        ValidateEvery = 0,
        Seed = 4,
    };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-flow-").FullName;

    public FlowUpscalerTrainerTests()
    {
        // Made pictures of the usual size would take longer than the trainings.
        var pictures = Directory.CreateDirectory(In("pictures")).FullName;
        for (var i = 0; i < 3; i++)
        {
            var values = new byte[56 * 48 * 3];
            new Random(i).NextBytes(values);
            ImageCodec.Write(Path.Combine(pictures, $"{i}.png"), new RasterImage(56, 48, 3, values), ImageFormat.Png);
        }
        _tiny = _tiny with { ImageFolder = pictures };
    }

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("a\u202eb")]
    public void A_name_that_no_card_can_have_is_refused_before_anything_trains(string name) =>
        Assert.Equal("Name", Assert.Throws<PssrException>((_tiny with { Name = name }).Validate).Target);

    [Fact]
    public void Batches_of_any_stage_that_no_array_holds_are_told_before_anything_trains()
    {
        var options = _tiny with { CropSize = 1024, QualitySteps = 1 };
        options.Validate();

        Assert.StartsWith("Training a flow upscaler: BatchSize is 2048, and so many crops of ",
            Assert.Throws<PssrException>((options with { BatchSize = 2048 }).Validate).Message, StringComparison.Ordinal);
        Assert.Contains(": EncoderBatchSize is 2048",
            Assert.Throws<PssrException>((options with { EncoderBatchSize = 2048 }).Validate).Message, StringComparison.Ordinal);
        Assert.Contains(": QualityBatchSize is 2048",
            Assert.Throws<PssrException>((options with { QualityBatchSize = 2048 }).Validate).Message, StringComparison.Ordinal);
        (options with { QualityBatchSize = 2048, QualitySteps = 0 }).Validate();
        Assert.Contains("192 crops that textures are found in",
            Assert.Throws<PssrException>((options with { CropSize = 2048, QualityFeatures = "textures" }).Validate).Message,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(nameof(FlowUpscalerOptions.QualityFeatures))]
    [InlineData(nameof(FlowUpscalerOptions.Start))]
    public void What_a_later_stage_needs_is_looked_for_before_the_first_trains(string option)
    {
        var options = _tiny with { QualitySteps = 1 };
        options = option == nameof(FlowUpscalerOptions.Start)
            ? options with { Start = "no-such-model" } : options with { QualityFeatures = "no-such-model" };

        var error = Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(options, In("m"), null, Stop));

        Assert.Contains("no-such-model", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("m")));
    }

    [Fact]
    public void Writes_a_model_that_loads_with_its_encoder_inside()
    {
        var model = FlowUpscalerTrainer.Train(_tiny, In("m"), null, Stop);
        var card = ModelCards.Read(model.Folder);

        Assert.Equal(("tiny", "flow", "ecdp-unet", "both"), (card.Name, card.Kind, card.Architecture, card.Prediction));
        Assert.Equal(ModelCards.Sha256(model.WeightsPath), card.Sha256);
        Assert.Equal(new SamplingCard("dpm-solver", 3, 0.95, 3, MeanSteps: 0), card.Sampling);
        Assert.Equal(6, (int)card.Training!["steps"]!);
        Assert.Equal(4, (int)card.Training["encoder"]!["steps"]!);
        using var network = new EcdpNetwork(EcdpOptions.FromJson(card.Options));
        var weights = SafeTensors.Load(model.WeightsPath, ScalarType.Float32);
        StateDict.LoadInto(network, weights, model.WeightsPath);
        var encoder = SafeTensors.Load(Path.Combine(model.Folder, FlowUpscalerTrainer.EncoderFolder, "weights.safetensors"));
        Assert.Equal(0,
            (weights["lr_head.5.weight"].sum() - encoder["final.5.weight"].to(torch.float16).to(torch.float32).sum()).ToDouble());
    }

    [Fact]
    public void The_stage_is_named()
    {
        var stages = new Stages();

        var options = _tiny with { QualitySteps = 1, QualityBatchSize = 1, QualityTolerance = 0.5 };
        FlowUpscalerTrainer.Train(options, In("staged"), stages, Stop);

        Assert.Equal(["stage 0, the encoder", "stage 1, score matching", "stage 2, image quality"], stages.Seen.Distinct());
    }

    private sealed class Stages : IProgress<TrainingProgress>
    {
        public List<string> Seen { get; } = [];

        public void Report(TrainingProgress value) => Seen.Add(value.Stage);
    }

    [Fact]
    public void A_training_stopped_in_either_stage_ends_in_the_same_model()
    {
        using var one = new OneThread();
        var whole = FlowUpscalerTrainer.Train(_tiny, In("whole"), null, Stop);
        var parts = In("parts");
        for (var updates = 3; updates < 8; updates += 2)
        {
            using var stop = new CancellationTokenSource();
            Assert.Throws<OperationCanceledException>(() => FlowUpscalerTrainer.Train(_tiny, parts, new StopAfter(3, stop), stop.Token));
        }
        var half = FlowUpscalerTrainer.Snapshot(_tiny, parts, In("half"));
        foreach (var taken in new[] { Path.Combine(parts, FlowUpscalerTrainer.EncoderFolder), $"{parts}/" })
            Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Snapshot(_tiny, parts, taken));
        var resumed = FlowUpscalerTrainer.Train(_tiny, parts, null, Stop);

        Assert.NotEqual(whole.Card.Sha256, half.Card.Sha256);
        Assert.Equal(whole.Card.Sha256, resumed.Card.Sha256);
    }

    [Fact]
    public void Looking_at_held_out_pictures_changes_nothing_and_leaves_a_log()
    {
        using var one = new OneThread();
        var blind = FlowUpscalerTrainer.Train(_tiny, In("blind"), null, Stop);
        var watched = FlowUpscalerTrainer.Train(_tiny with { ValidateEvery = 3 }, In("watched"), null, Stop);

        Assert.Equal(blind.Card.Sha256, watched.Card.Sha256);
        Assert.Equal(2, File.ReadAllLines(Path.Combine(watched.Folder, TrainingWatch.LogFile)).Length);
        Assert.True(File.Exists(Path.Combine(watched.Folder, TrainingWatch.SheetFile)));
        Assert.True(File.Exists(Path.Combine(watched.Folder, FlowUpscalerTrainer.EncoderFolder, TrainingWatch.LogFile)));
    }

    [Fact]
    public void A_finished_encoder_is_taken_as_it_is_and_another_layout_refused()
    {
        using var one = new OneThread();
        var first = FlowUpscalerTrainer.Train(_tiny, In("first"), null, Stop);
        var encoder = Path.Combine(first.Folder, FlowUpscalerTrainer.EncoderFolder);

        Assert.Equal(first.Card.Sha256, FlowUpscalerTrainer.Train(_tiny with { Encoder = encoder }, In("second"), null, Stop).Card.Sha256);
        var wider = _tiny with { Encoder = encoder, Network = _tiny.Network with { Features = 12 } };
        Assert.Contains("another layout",
            Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(wider, In("third"), null, Stop)).Message);
    }

    [Fact]
    public void A_start_gives_the_weights_that_fit()
    {
        var first = FlowUpscalerTrainer.Train(_tiny, In("first"), null, Stop);
        var still = _tiny with { Start = first.Folder, EncoderSteps = 1, Steps = 1, EncoderLearningRate = 1e-12, LearningRate = 1e-12 };
        var second = FlowUpscalerTrainer.Train(still, In("second"), null, Stop);

        var (a, b) = (SafeTensors.Load(first.WeightsPath, ScalarType.Float32), SafeTensors.Load(second.WeightsPath, ScalarType.Float32));
        Assert.All(a.Keys, name => Assert.InRange((a[name] - b[name]).abs().max().ToDouble(), 0, 1e-3));
        Assert.Matches(@"^(\d+) of \1 weights of the encoder, (\d+) of \2 of the U-Net$", (string?)second.Card.Training!["startTaken"]);
    }

    [Fact]
    public void A_start_of_which_nothing_fits_is_refused_before_anything_trains()
    {
        using var elsewhere = new TemporaryFolder();
        var prior = TestPrior.Install(elsewhere);

        var error = Assert.Throws<PssrException>(
            () => FlowUpscalerTrainer.Train(_tiny with { Start = prior.Folder }, In("m"), null, Stop));

        Assert.Equal((PssrErrorKind.Option, nameof(_tiny.Start)), (error.Kind, error.Target));
        foreach (var named in new[] { prior.Folder, "'guided-unet'", "'rrdbnet'", "'ecdp-unet'" })
            Assert.Contains(named, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("m")));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void The_card_is_written_although_pictures_and_start_are_gone_by_then(int qualitySteps)
    {
        var start = FlowUpscalerTrainer.Train(_tiny, In("start"), null, Stop);
        var options = _tiny with { Start = start.Folder, QualitySteps = qualitySteps, QualityBatchSize = 1, QualityTolerance = 0.5 };

        var model = FlowUpscalerTrainer.Train(options, In("m"), new AtTheEnd(qualitySteps > 0 ? 3 : 2, () =>
        {
            Directory.Move(start.Folder, In("elsewhere"));
            Directory.Move(options.ImageFolder!, In("away"));
        }), Stop);

        Assert.StartsWith("3 pictures of 'pictures'", (string?)model.Card.Training!["data"], StringComparison.Ordinal);
        Assert.Equal(6, (int)model.Card.Training["start"]!["steps"]!);
    }

    /// <summary>Does something after the last step of the stage of this number.</summary>
    private sealed class AtTheEnd(int stage, Action act) : IProgress<TrainingProgress>
    {
        private int _done;

        public void Report(TrainingProgress value)
        {
            if (value.Step == value.Steps && ++_done == stage)
                act();
        }
    }

    [Theory]
    [InlineData(true, "isn't the file that the card was written for")]
    [InlineData(false, "holds NaN or infinities")]
    public void A_damaged_start_is_refused(bool foreign, string told)
    {
        var start = FlowUpscalerTrainer.Train(_tiny, In("start"), null, Stop);
        SafeTensors.Save(start.WeightsPath, SafeTensors.Load(start.WeightsPath).ToDictionary(w => w.Key, w => w.Value / 0));
        if (!foreign)
            ModelCards.Write(start.Folder, start.Card with { Sha256 = ModelCards.Sha256(start.WeightsPath) });

        var error = Assert.Throws<PssrException>(
            () => FlowUpscalerTrainer.Train(_tiny with { Start = start.Folder }, In("m"), null, Stop));

        Assert.Contains(told, error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(In("m")));
    }

    [Fact]
    public void Stage_2_moves_the_unet_alone_and_ends_in_the_same_model_when_stopped()
    {
        using var one = new OneThread();
        var options = _tiny with { QualitySteps = 4, QualityTolerance = 0.05, QualityBatchSize = 1 };
        var whole = FlowUpscalerTrainer.Train(options, In("whole"), null, Stop);
        var parts = In("parts");
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, parts, new StopAfter(_tiny.EncoderSteps + _tiny.Steps + 2, stop), stop.Token));
        var half = FlowUpscalerTrainer.Snapshot(options, parts, In("half"));
        Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Snapshot(options, parts, whole.Folder));
        var resumed = FlowUpscalerTrainer.Train(options, parts, null, Stop);

        Assert.Equal(whole.Card.Sha256, resumed.Card.Sha256);
        Assert.NotEqual(whole.Card.Sha256, half.Card.Sha256);
        var score = ModelCards.Read(Path.Combine(whole.Folder, FlowUpscalerTrainer.ScoreFolder));
        Assert.Equal(4, (int)whole.Card.Training!["steps"]!);
        Assert.Equal(6, (int)whole.Card.Training["score"]!["steps"]!);
        var (before, after) = (SafeTensors.Load(Path.Combine(whole.Folder, FlowUpscalerTrainer.ScoreFolder, score.Weights)),
            SafeTensors.Load(whole.WeightsPath));
        Assert.All(before.Keys.Where(name => name.StartsWith("lr_", StringComparison.Ordinal)),
            name => Assert.True(Same(before[name], after[name])));
        Assert.Contains(before.Keys, name => !Same(before[name], after[name]));
    }

    [Fact]
    public void Stage_2_begins_from_a_flow_and_follows_the_features_it_is_given()
    {
        var flow = FlowUpscalerTrainer.Train(_tiny, In("flow"), null, Stop);
        var options = _tiny
            with { CropSize = 40, Flow = flow.Folder, QualitySteps = 2, QualityTolerance = 0.05, QualityBatchSize = 1,
                QualityWeight = 100 };
        var own = FlowUpscalerTrainer.Train(options, In("own"), null, Stop);
        var given = FlowUpscalerTrainer.Train(options with { QualityFeatures = Features() }, In("given"), null, Stop);

        Assert.False(Directory.Exists(Path.Combine(own.Folder, FlowUpscalerTrainer.EncoderFolder)));
        Assert.NotEqual(own.Card.Sha256, given.Card.Sha256);
        Assert.Contains("kind is 'flow'", Assert.Throws<PssrException>(
            () => FlowUpscalerTrainer.Train(options with { QualityFeatures = flow.Folder }, In("none"), null, Stop)).Message);
    }

    [Fact]
    public void Stage_2_goes_on_with_the_features_that_it_began_with_alone()
    {
        var flow = FlowUpscalerTrainer.Train(_tiny, In("flow"), null, Stop);
        var options = _tiny with
        {
            CropSize = 40, Flow = flow.Folder, QualitySteps = 2, QualityTolerance = 0.5, QualityBatchSize = 1, QualityFeatures = Features(),
        };
        using (var stop = new CancellationTokenSource())
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, In("m"), new StopAfter(1, stop), stop.Token));
        Features(seed: 2);

        var error = Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(options, In("m"), null, Stop));
        Assert.Contains($"with other weights of '{options.QualityFeatures}'", error.Message, StringComparison.Ordinal);

        Features();
        Assert.Equal(2, (int)FlowUpscalerTrainer.Train(options, In("m"), null, Stop).Card.Training!["steps"]!);
    }

    [Fact]
    public void Softness_blurs_half_of_the_pictures_before_they_are_shrunk()
    {
        using var scope = torch.NewDisposeScope();
        var source = new SyntheticImages(3, 64);
        var (low, high, _) = new PairDataset(source, 3, 32, 4).Batch(5, 16);
        var (softLow, softHigh, _) = new PairDataset(source, 3, 32, 4, 1.2).Batch(5, 16);
        bool[] changed = [.. Enumerable.Range(0, 16).Select(i => !Same(high.narrow(0, i, 1), softHigh.narrow(0, i, 1)))];

        Assert.InRange(changed.Count(c => c), 3, 13);
        for (var i = 0; i < changed.Length; i++)
        {
            Assert.True(changed[i] || Same(low.narrow(0, i, 1), softLow.narrow(0, i, 1)));
            Assert.InRange(Roughness(softHigh.narrow(0, i, 1)), 0, Roughness(high.narrow(0, i, 1)) + 1e-9);
        }

        static double Roughness(Tensor x) => (x.narrow(3, 1, 31) - x.narrow(3, 0, 31)).square().mean().ToDouble();
    }

    [Fact]
    public void Pairs_are_what_shrinking_the_whole_picture_gives()
    {
        using var scope = torch.NewDisposeScope();
        var (low, high, strength) = new PairDataset(new SyntheticImages(3, 64), 3, 32, 4).Batch(5, 2);

        Assert.Equal([2, 3, 8, 8], low.shape);
        Assert.Equal([2, 3, 32, 32], high.shape);
        Assert.Equal(0, strength.abs().max().ToDouble());
        Assert.Equal(0, (low * 255 - (low * 255).round()).abs().max().ToDouble(), 4);
        var inner = Resampling.ResizeEightBit(high, 8, 8, ResamplingKernel.MatlabBicubic);
        // Away from the borders, where the crop's own reflection shows, the two are one.
        Assert.Equal(0, (low - inner).narrow(2, 2, 4).narrow(3, 2, 4).abs().max().ToDouble());
    }

    [Fact]
    public void Degraded_pairs_say_how_strongly_and_the_clean_ones_are_the_plain_shrinking()
    {
        using var scope = torch.NewDisposeScope();
        var pairs = new PairDataset(new SyntheticImages(3, 80), 3, 32, 4, degradation: KnownDegradations.Blind(4));
        var (low, high, strength) = pairs.Batch(5, 32);
        var again = new PairDataset(new SyntheticImages(3, 80), 3, 32, 4, degradation: KnownDegradations.Blind(4)).Batch(5, 32);
        bool[] clean = [.. Enumerable.Range(0, 32).Select(i => strength.narrow(0, i, 1).abs().max().ToDouble() == 0)];

        Assert.True(Same(low, again.Low) && Same(strength, again.Strength));
        Assert.InRange(clean.Count(c => c), 4, 20);
        for (var i = 0; i < clean.Length; i++)
        {
            var inner = Resampling.ResizeEightBit(high.narrow(0, i, 1), 8, 8, ResamplingKernel.MatlabBicubic);
            var off = (low.narrow(0, i, 1) - inner).narrow(2, 2, 4).narrow(3, 2, 4).abs().max().ToDouble();
            Assert.True(!clean[i] || off == 0, $"{i}: {off}");
        }
    }

    [Fact]
    public void Flow_that_is_told_how_degraded_pictures_are_takes_noise_away_as_it_is_asked_to()
    {
        var options = _tiny with
        {
            Network = _tiny.Network with { Block = EncoderBlock.Plain, ConditionPlanes = 3, HeadFeatures = 4 },
            Degradation = "blind", Precision = "bf16", SyntheticShare = 0, EncoderSteps = 12, EncoderLearningRate = 0.01,
        };
        var model = FlowUpscalerTrainer.Train(options, In("told"), null, Stop);
        using var scope = torch.NewDisposeScope();
        var low = torch.rand(1, 3, 12, 14);
        var asked = new[] { null, 0, 0.5, (double?)1 }.Select(clean =>
        {
            using var method =
                new EcdpUpscaler(ModelLoader.LoadFlow(model, NetworkPlacement.Cpu), new FlowOptions { Steps = 1, Clean = clean });
            return method.Upscale(new UpscaleRequest(low, 28, 24, 1, 0), new EvaluationMonitor());
        }).ToArray();

        Assert.Equal([0.0, 0.0, 0.0], Decided(asked[1]));
        Assert.Equal([0.5, 0.5], Decided(asked[2])[1..]);
        Assert.Equal(Decided(asked[0])[0], Decided(asked[3])[0]); // blur stays an estimate
        Assert.All(Decided(asked[0]), value => Assert.InRange(value, 0, 1));
        Assert.False(Same(asked[1].Image, asked[3].Image));
        using (var method = new EcdpUpscaler(ModelLoader.LoadFlow(model, NetworkPlacement.Cpu), new FlowOptions { Steps = 1 }))
        {
            var tables = Decided(method.Upscale(new UpscaleRequest(low, 28, 24, 1, 0) { JpegQuality = 30 }, new EvaluationMonitor()));
            Assert.Equal([.. Decided(asked[0])[..2], 1.0], tables); // the file's tables tell of more than the picture shows
        }
        Assert.Contains("--degradation blind", (string?)model.Card.Training!["command"]);

        static double[] Decided(UpscaleOutcome outcome) =>
            [.. new[] { "blur", "noise", "jpeg" }.Select(name => (double)outcome.Decisions[name])];
    }

    [Fact]
    public void Flow_that_is_not_told_takes_no_Clean_and_a_card_of_two_planes_is_refused()
    {
        using var flow = TestFlow.Load();
        Assert.Contains($"Clean: model '{flow.Card.Name}' isn't told",
            Assert.Throws<PssrException>(() => new FlowOptions { Clean = 0.5 }.Resolved(flow.Card)).Message);

        var layout = _tiny.Network with { ConditionPlanes = 2 };
        var error = Assert.Throws<PssrException>(
            () => NetworkFamilies.Find("ecdp-unet").Build(layout.ToJson(), NetworkPlacement.ShapesOnly));
        Assert.Equal((PssrErrorKind.Checkpoint, "condition_planes is 2; it must be 0 or 3."), (error.Kind, error.Message));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void A_training_that_fails_before_its_first_step_leaves_no_folder_of_any_stage(int qualitySteps)
    {
        var pictures = Directory.CreateDirectory(In("small")).FullName;
        ImageCodec.Write(Path.Combine(pictures, "a.png"), new RasterImage(4, 4, 3, new byte[48]), ImageFormat.Png);
        var options = _tiny with { ImageFolder = pictures, QualitySteps = qualitySteps };

        Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(options, In("new"), null, Stop));

        Assert.False(Directory.Exists(In("new")));
    }

    [Fact]
    public void Impossible_options_are_named()
    {
        foreach (var (options, named) in new[]
        {
            (_tiny with { CropSize = 15 }, "CropSize is 15"), (_tiny with { Degradation = "severe" }, "Degradation is severe"),
            (_tiny with { Network = _tiny.Network with { ConditionPlanes = 2 } }, "condition_planes is 2"),
            (_tiny with { Network = _tiny.Network with { Blocks = 3, Selection = [0, 1] } }, "rrdb_block_selection ends with 1"),
            (_tiny with { Steps = 0 }, "Steps is 0"),
            (_tiny with { TimePower = 0 }, "TimePower is 0"),
            (_tiny with { EncoderSteps = 0 }, "EncoderSteps is 0"), (_tiny with { AverageDecay = 1 }, "AverageDecay is 1"),
            (_tiny with { QualitySteps = -1 }, "QualitySteps is -1"), (_tiny with { QualityTolerance = 0 }, "QualityTolerance is 0"),
            (_tiny with { Softness = 3 }, "Softness is 3"), (_tiny with { Flow = "x" }, "nothing to do without QualitySteps"),
        })
        {
            var error = Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(options, In("none"), null, Stop));
            Assert.Equal(PssrErrorKind.Option, error.Kind);
            Assert.Contains(named, error.Message);
        }
    }

    /// <summary>A model of the kind "features" with fresh weights: SqueezeNet's layout, the smallest that there is.</summary>
    private string Features(int seed = 1)
    {
        var folder = Directory.CreateDirectory(In("features")).FullName;
        var path = Path.Combine(folder, "weights.safetensors");
        torch.manual_seed(seed);
        using (var network = new FeatureStack("squeezenet1_1", KnownFeatureStacks.SqueezeNet11))
            SafeTensors.Save(path, network.state_dict().ToDictionary(w => "features." + w.Key, w => w.Value));
        ModelCards.Write(folder, new ModelCard
        {
            Name = "fresh", Kind = "features", Architecture = "squeezenet1_1", Prediction = "features", ValueRange = [0, 1],
            Weights = "weights.safetensors", Sha256 = ModelCards.Sha256(path),
        });
        return folder;
    }

    private static bool Same(Tensor a, Tensor b) => (a - b).abs().max().ToDouble() == 0;

    private string In(string name) => Path.Combine(_folder, name);

    private sealed class StopAfter(long updates, CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        private long _seen;

        public void Report(TrainingProgress value)
        {
            if (++_seen == updates)
                stop.Cancel();
        }
    }
}
