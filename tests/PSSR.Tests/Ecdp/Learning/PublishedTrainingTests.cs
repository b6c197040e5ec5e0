using System.Text.Json.Nodes;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Pictures;
using PSSR.Tests.Training;
using PSSR.Training;
using PSSR.Training.Crops;

namespace PSSR.Tests.Ecdp.Learning;

/// <summary>What the published trainings need, on networks and pictures of a few pixels.</summary>
[Collection(GlobalRandomCollection.Name)]
public sealed class PublishedTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("pssr-published-").FullName;
    private readonly FlowUpscalerOptions _tiny;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public PublishedTrainingTests()
    {
        var pictures = Directory.CreateDirectory(In("pictures")).FullName;
        for (var i = 0; i < 3; i++)
        {
            var values = new byte[56 * 48 * 3];
            new Random(i).NextBytes(values);
            ImageCodec.Write(Path.Combine(pictures, $"{i}.png"), new RasterImage(56, 48, 3, values), ImageFormat.Png);
        }
        _tiny = new()
        {
            Network = Small(new() { Scale = 2 }), EncoderSteps = 2, Steps = 2, BatchSize = 2, CropSize = 16, WarmupSteps = 0,
            ValidateEvery = 0, ImageFolder = pictures, SyntheticShare = 0,
        };
    }

    public void Dispose() => Directory.Delete(_folder, true);

    [Theory]
    [InlineData("paper-div2k")]
    [InlineData("paper-imagenet")]
    [InlineData("paper-celeba")]
    public void A_published_training_in_miniature_ends_in_a_model_that_tells_what_was_changed(string name)
    {
        var preset = TrainingOptions.OfPreset<FlowUpscalerOptions>(name);
        var options = preset with
        {
            Network = Small(preset.Network), EncoderSteps = 1, EncoderBatchSize = 2, Steps = 1, BatchSize = 2, CropSize = 32,
            QualitySteps = 1, QualityBatchSize = 1, QualityFeatures = OwnFeatures.Encoder, QualityTolerance = 0.5,
            ImageFolder = _tiny.ImageFolder,
            ValidationCount = 1, ValidateEvery = 1,
        };

        var model = FlowUpscalerTrainer.Train(options, In(name), null, Stop);

        var told = model.Card.Training!;
        Assert.Equal(name, (string)told["preset"]!["name"]!);
        Assert.Equal(1, (int)told["preset"]!["changed"]!["Steps"]!);
        Assert.Null(told["preset"]!["changed"]!["GradientValue"]);
        Assert.StartsWith($"pssr build flow --out {name} --preset {name} ", (string)told["command"]!);
        Assert.DoesNotContain("--gradient-value", (string)told["command"]!);
        Assert.Contains("--quality-features encoder", (string)told["command"]!);
        Assert.StartsWith("2 of 3 pictures", (string)told["data"]!);
        Assert.True(File.Exists(Path.Combine(model.Folder, TrainingWatch.LogFile)));
        Assert.True(ModelTester.Test(model).Passed);
    }

    [Fact]
    public void Presets_are_the_papers_networks_and_the_authors_settings()
    {
        long Parameters(string name)
        {
            using var network = new EcdpNetwork(Of(name).Network, NetworkPlacement.ShapesOnly);
            return (long)Math.Round(network.parameters().Sum(p => p.numel()) / 1000.0);
        }
        Assert.Equal([42_588, 37_552, 40_014], new[] { "paper-div2k", "paper-imagenet", "paper-celeba" }.Select(Parameters));
        Assert.All(["paper-div2k", "paper-imagenet", "paper-celeba"], name => Assert.Null(Of(name).Sampling));
        foreach (var name in FlowUpscalerOptions.Presets.Keys)
            Of(name).Validate();
        var div2k = Of("Paper-DIV2K");
        Assert.Equal((16, 160, 1e-4, 500, 10.0, 0.0, 0.999), (div2k.BatchSize, div2k.CropSize, div2k.LearningRate, div2k.WarmupSteps,
            div2k.GradientValue, div2k.GradientNorm, div2k.AverageDecay));
        Assert.Equal((0.0, 1.0, 1e-3, 1e-5, 12, 0.9), (div2k.QualityScoreWeight, div2k.QualityTemperature, div2k.QualityTolerance,
            div2k.QualityLearningRate, div2k.QualityBatchSize, div2k.QualityAverageDecay));
        Assert.Equal([0.6, 0.8], div2k.HalveAt!);
        Assert.Equal((0.2, FlowMean.Bicubic), (div2k.Network.Sigma, div2k.Network.Mean));
        Assert.Equal(new FlowUpscalerOptions().ToJson().ToJsonString(), Of("embedded").ToJson().ToJsonString());
        Assert.Contains("paper-celeba", Assert.Throws<PssrException>(() => Of("paper")).Message);

        static FlowUpscalerOptions Of(string name) => TrainingOptions.OfPreset<FlowUpscalerOptions>(name);
    }

    [Fact]
    public void A_preset_wants_its_features_named_before_anything_trains()
    {
        var options = TrainingOptions.OfPreset<FlowUpscalerOptions>("paper-div2k") with { ImageFolder = _tiny.ImageFolder };

        Assert.Contains("vgg19", Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(options, In("none"), null, Stop)).Message);
        Assert.False(Directory.Exists(In("none")));
    }

    [Fact]
    public void Dense_blocks_begin_with_a_tenth_of_their_weights_and_the_rest_as_usual()
    {
        var still = _tiny with { EncoderSteps = 1, EncoderLearningRate = 1e-12, EncoderAverageDecay = 0 };
        var (whole, tenth) = (Encoder(still, "whole"), Encoder(still with { EncoderInitialScale = 0.1 }, "tenth"));

        Assert.All(whole.Keys, key => Assert.Equal(0,
            Distance(tenth[key], whole[key] * (key.StartsWith("rrdb.blocks.", StringComparison.Ordinal) ? 0.1 : 1)), 1e-7));
        var plain = _tiny with { EncoderInitialScale = 0.1, Network = _tiny.Network with { Block = EncoderBlock.Plain } };
        Assert.Contains("EncoderInitialScale", Assert.Throws<PssrException>(plain.Validate).Message);
    }

    [Fact]
    public void Stage_0_can_draw_from_its_last_block_alone()
    {
        var options = _tiny with { Network = _tiny.Network with { Blocks = 2, Selection = [0, 1] } };
        var (all, last) = (Encoder(options, "all"), Encoder(options with { EncoderLastBlock = true }, "last"));

        Assert.Equal((16, 8), (all["final.1.weight"].shape[1], last["final.1.weight"].shape[1]));
        Assert.Contains("EncoderLastBlock", Assert.Throws<PssrException>(
            (options with { EncoderLastBlock = true, Network = options.Network with { Mean = FlowMean.Encoder } }).Validate).Message);
    }

    [Fact]
    public void The_encoder_follows_its_own_rate_in_stage_1()
    {
        using var one = new OneThread();
        var options = _tiny with { TrainEncoder = true, AverageDecay = 0 };
        var (still, moved) = (Trained(options with { FeatureLearningRate = 1e-12 }, "still"), Trained(options, "moved"));
        var frozen = Trained(options with { TrainEncoder = false }, "frozen");

        Assert.All(still.Keys.Where(IsEncoder), key => Assert.Equal(0, Distance(still[key], frozen[key]), 1e-6));
        Assert.Contains(moved.Keys.Where(IsEncoder), key => Distance(moved[key], frozen[key]) > 1e-4);
        Assert.All(still.Keys.Where(key => !IsEncoder(key)), key => Assert.Equal(0, Distance(still[key], frozen[key]), 1e-2));

        static bool IsEncoder(string key) => key.StartsWith("lr_feats", StringComparison.Ordinal);
    }

    [Fact]
    public void Summed_losses_are_the_mean_ones_times_a_pictures_numbers()
    {
        using var one = new OneThread();
        var (means, sums) = (new Losses(), new Losses());
        var still = _tiny with { EncoderLearningRate = 1e-12, LearningRate = 1e-12 };
        FlowUpscalerTrainer.Train(still, In("means"), means, Stop);
        FlowUpscalerTrainer.Train(still with { SummedLoss = true }, In("sums"), sums, Stop);

        Assert.Equal(4, means.All.Count);
        Assert.All(means.All.Zip(sums.All), pair => Assert.Equal(1, pair.Second / (pair.First * 3 * 16 * 16), 1e-4));
    }

    [Fact]
    public void Stage_2_weighs_its_two_losses()
    {
        using var one = new OneThread();
        var flow = FlowUpscalerTrainer.Train(_tiny, In("flow"), null, Stop);
        double First(double score, double quality)
        {
            var losses = new Losses();
            FlowUpscalerTrainer.Train(_tiny with
            {
                Flow = flow.Folder, QualitySteps = 1, QualityBatchSize = 1, QualityTolerance = 0.1, QualityScoreWeight = score,
                QualityWeight = quality,
            }, In($"q{score}-{quality}"), losses, Stop);
            return losses.All[0];
        }

        var (alone, both) = (First(0, 1), First(1, 1));
        Assert.Equal(2 * alone, First(0, 2), 1e-6);
        Assert.True(both > alone);
        Assert.Equal(both + both - alone, First(2, 1), 1e-5);
    }

    [Fact]
    public void Stage_2_can_sample_with_noise_at_each_step_and_goes_on_where_it_was_stopped()
    {
        using var one = new OneThread();
        var flow = FlowUpscalerTrainer.Train(_tiny, In("flow"), null, Stop);
        var options = _tiny with
        {
            Flow = flow.Folder, QualitySteps = 3, QualityBatchSize = 1, QualitySampler = QualitySampler.Ddpm, QualitySamplingSteps = 3,
            QualityAverageDecay = 0.5, QualityWarmupSteps = 1,
        };
        var whole = FlowUpscalerTrainer.Train(options, In("whole"), null, Stop);
        using (var stop = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, In("parts"), new StopAtOnce(stop), stop.Token));
        }

        Assert.Equal(whole.Card.Sha256, FlowUpscalerTrainer.Train(options, In("parts"), null, Stop).Card.Sha256);
        Assert.NotEqual(whole.Card.Sha256, FlowUpscalerTrainer.Train(options with { QualitySampler = QualitySampler.ProbabilityFlow,
            QualityTolerance = 0.1 }, In("flowing"), null, Stop).Card.Sha256);
    }

    [Fact]
    public void Stage_2_can_draw_for_a_critic_which_is_no_part_of_the_model_and_goes_on_where_it_was_stopped()
    {
        using var one = new OneThread();
        var flow = FlowUpscalerTrainer.Train(_tiny, In("flow"), null, Stop);
        var options = _tiny with
        {
            Flow = flow.Folder, QualitySteps = 3, QualityBatchSize = 1, QualitySampler = QualitySampler.DpmSolver,
            QualitySamplingSteps = 2, QualityCriticWeight = 0.5, QualityFeatures = OwnFeatures.Critic, NoiseContrast = 0.04,
            QualityAverageDecay = 0.5, QualityWarmupSteps = 1, QualityScoreWeight = 0,
        };
        var whole = FlowUpscalerTrainer.Train(options, In("whole"), null, Stop);
        using (var stop = new CancellationTokenSource())
        {
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, In("parts"), new StopAtOnce(stop), stop.Token));
        }

        Assert.Equal(whole.Card.Sha256, FlowUpscalerTrainer.Train(options, In("parts"), null, Stop).Card.Sha256);
        Assert.Equal(flow.Card.Parameters, whole.Card.Parameters);
        Assert.Equal((0.04, 3), (whole.Card.Sampling!.NoiseContrast, whole.Card.Sampling.MeanSteps));
        Assert.NotEqual(flow.Card.Sha256, whole.Card.Sha256);
        Assert.NotEqual(whole.Card.Sha256,
            FlowUpscalerTrainer.Train(options with { NoiseContrast = null }, In("even"), null, Stop).Card.Sha256);
    }

    [Fact]
    public void Sigma_is_measured_as_the_root_mean_square_of_what_the_mean_misses()
    {
        var options = _tiny with
        {
            MeasureSigma = true, Pairs = PairKind.Released, Softness = 0, QualitySteps = 1, QualityTolerance = 0.5, QualityBatchSize = 1,
        };
        var model = FlowUpscalerTrainer.Train(options, In("measured"), null, Stop);

        // Of bytes drawn uniformly: a standard deviation of 1/√12 of the range, most of which no enlargement knows.
        var sigma = EcdpOptions.FromJson(model.Card.Options).Sigma;
        Assert.InRange(sigma, 0.22, 0.33);
        Assert.Equal(sigma, Math.Round(sigma, 3));
        var score = ModelCards.Read(Path.Combine(model.Folder, FlowUpscalerTrainer.ScoreFolder));
        Assert.Equal(sigma, EcdpOptions.FromJson(score.Options).Sigma);
    }

    [Fact]
    public void A_constant_lambda_is_on_the_card_and_changes_the_picture_and_no_weight()
    {
        using var one = new OneThread();
        var usual = FlowUpscalerTrainer.Train(_tiny, In("usual"), null, Stop);
        var options = _tiny with { Network = _tiny.Network with { HybridLambda = 0.5 } };
        var constant = FlowUpscalerTrainer.Train(options, In("constant"), null, Stop);

        Assert.Equal(usual.Card.Sha256, constant.Card.Sha256);
        Assert.Equal(0.5, (double)constant.Card.Options["hybrid_lambda"]!);
        Assert.Contains("--hybrid-lambda 0.5", (string)constant.Card.Training!["command"]!);
        Assert.Null(usual.Card.Options["hybrid_lambda"]);
        Assert.Contains("hybrid_lambda must be 0 to 1",
            Assert.Throws<PssrException>(() => EcdpOptions.FromJson(new JsonObject { ["hybrid_lambda"] = 1.5 })).Message);
    }

    [Fact]
    public void Pictures_of_a_folder_apart_are_looked_at_and_change_nothing()
    {
        using var one = new OneThread();
        var unseen = FlowUpscalerTrainer.Train(_tiny, In("unseen"), null, Stop);
        var seen = FlowUpscalerTrainer.Train(_tiny with { ValidateEvery = 1, ValidationFolder = _tiny.ImageFolder, ValidationCount = 2 },
            In("seen"), null, Stop);

        Assert.Equal(unseen.Card.Sha256, seen.Card.Sha256);
        var values = JsonNode.Parse(File.ReadLines(Path.Combine(seen.Folder, TrainingWatch.LogFile)).First())!;
        Assert.InRange((double)values["psnrBicubic"]!, 5, 15); // of noise, which synthetic pictures aren't
    }

    [Theory]
    [InlineData(nameof(FlowUpscalerOptions.HalveAt), "halves nothing")]
    [InlineData(nameof(FlowUpscalerOptions.Decay), "doesn't say when")]
    [InlineData(nameof(FlowUpscalerOptions.FeatureLearningRate), "without TrainEncoder")]
    [InlineData(nameof(FlowUpscalerOptions.Crops), "nothing around a crop")]
    [InlineData(nameof(FlowUpscalerOptions.Pairs), "the folder's pictures alone")]
    [InlineData(nameof(FlowUpscalerOptions.MeasureSigma), "has its sigma")]
    [InlineData(nameof(FlowUpscalerOptions.QualityCriticWeight), "goes with QualitySampler DpmSolver")]
    [InlineData(nameof(FlowUpscalerOptions.QualityCriticExponent), "there is no critic")]
    [InlineData(nameof(FlowUpscalerOptions.Degradation), "the critic counts for nothing")]
    [InlineData(nameof(FlowUpscalerOptions.QualityPixelWeight), "goes with QualitySampler DpmSolver")]
    [InlineData(nameof(FlowUpscalerOptions.QualityPatternWeight), "goes with QualitySampler DpmSolver")]
    [InlineData(nameof(FlowUpscalerOptions.NoiseContrast), "says nothing of sampling")]
    [InlineData(nameof(FlowUpscalerOptions.QualityFeatures), "without a QualityCriticWeight")]
    public void Options_that_do_not_go_together_are_named(string option, string said)
    {
        var options = option switch
        {
            nameof(FlowUpscalerOptions.HalveAt) => _tiny with { HalveAt = [0.5] },
            nameof(FlowUpscalerOptions.Decay) => _tiny with { Decay = RateDecay.Halving },
            nameof(FlowUpscalerOptions.FeatureLearningRate) => _tiny with { FeatureLearningRate = 1e-5 },
            nameof(FlowUpscalerOptions.Crops) => _tiny with { Crops = CropKind.Square },
            nameof(FlowUpscalerOptions.QualityCriticWeight) => _tiny with { QualityCriticWeight = 1 },
            nameof(FlowUpscalerOptions.QualityCriticExponent) => _tiny with { QualityCriticExponent = 0.5 },
            nameof(FlowUpscalerOptions.Degradation) => _tiny with
            {
                QualityCriticExponent = 0.5, QualityCriticWeight = 1, QualitySampler = QualitySampler.DpmSolver, Degradation = "Bicubic",
            },
            nameof(FlowUpscalerOptions.QualityPixelWeight) => _tiny with { QualityPixelWeight = 2 },
            nameof(FlowUpscalerOptions.QualityPatternWeight) => _tiny with { QualityPatternWeight = 20 },
            nameof(FlowUpscalerOptions.NoiseContrast) => _tiny with { NoiseContrast = 0.04, SamplingSteps = 0 },
            nameof(FlowUpscalerOptions.QualityFeatures) => _tiny with
            {
                QualityFeatures = OwnFeatures.Critic, QualitySampler = QualitySampler.DpmSolver,
            },
            nameof(FlowUpscalerOptions.Pairs) => _tiny with { Pairs = PairKind.Released, SyntheticShare = 0.5 },
            _ => _tiny with { MeasureSigma = true, Flow = "x", QualitySteps = 1 },
        };

        Assert.Contains(said, Assert.Throws<PssrException>(options.Validate).Message, StringComparison.Ordinal);
    }

    /// <summary>The same kind of network with a few weights.</summary>
    private static EcdpOptions Small(EcdpOptions network) => network with
    {
        Blocks = 1, Selection = [0], Features = 8, Growth = 4, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
    };

    private IReadOnlyDictionary<string, Tensor> Encoder(FlowUpscalerOptions options, string name)
    {
        FlowUpscalerTrainer.Train(options with { Steps = 1 }, In(name), null, Stop);
        return SafeTensors.Load(Path.Combine(In(name), FlowUpscalerTrainer.EncoderFolder, "weights.safetensors"), ScalarType.Float32);
    }

    private IReadOnlyDictionary<string, Tensor> Trained(FlowUpscalerOptions options, string name) =>
        SafeTensors.Load(FlowUpscalerTrainer.Train(options, In(name), null, Stop).WeightsPath, ScalarType.Float32);

    private static double Distance(Tensor a, Tensor b) => (a - b).abs().max().ToDouble();

    private string In(string name) => Path.Combine(_folder, name);

    private sealed class Losses : IProgress<TrainingProgress>
    {
        private string _stage = "";
        private double _sum;

        public List<double> All { get; } = [];

        /// <summary>What is reported is the mean of a stage's steps so far.</summary>
        public void Report(TrainingProgress value)
        {
            if (value.Stage != _stage)
                (_stage, _sum) = (value.Stage, 0);
            All.Add((value.Loss * value.Step) - _sum);
            _sum += All[^1];
        }
    }

    private sealed class StopAtOnce(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => stop.Cancel();
    }
}
