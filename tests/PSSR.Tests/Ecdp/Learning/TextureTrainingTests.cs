using System.Text.Json.Nodes;
using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Networks;
using PSSR.Networks.Features;
using PSSR.Pictures;
using PSSR.Tests.Training;
using PSSR.Training;
using PSSR.Training.Scenes;

namespace PSSR.Tests.Ecdp.Learning;

[Collection(GlobalRandomCollection.Name)]
public sealed class TextureTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Quarters_of_a_crop_learn_to_find_each_other()
    {
        using var scope = torch.NewDisposeScope();
        torch.manual_seed(2);
        using var network = new FeatureStack("textures", KnownFeatureStacks.Textures);
        using var heads = new TextureHeads();
        using var adam = torch.optim.Adam(new ModuleGroup(("a", network), ("b", heads)).parameters(), lr: 1e-3);
        var views = TextureViews.Of(Crops(6), 1, 0);
        var before = TextureTraining.Loss(network, heads, views).ToDouble();

        for (var step = 0; step < 25; step++)
        {
            using var inner = torch.NewDisposeScope();
            adam.zero_grad();
            TextureTraining.Loss(network, heads, views).backward();
            adam.step();
        }

        var after = TextureTraining.Loss(network, heads, views).ToDouble();
        Assert.True(after < before / 2, $"{before:f3} became {after:f3}");
    }

    [Fact]
    public void Views_are_the_quarters_of_the_crops_with_what_they_lost()
    {
        using var scope = torch.NewDisposeScope();
        var crops = Crops(5);

        var views = TextureViews.Of(crops, 3, 7);

        Assert.Equal([20, 3, 32, 32], views.Pictures.shape);
        Assert.Equal([20, 2], views.Lost.shape);
        Assert.True(views.Pictures.min().ToDouble() >= 0 && views.Pictures.max().ToDouble() <= 1);
        Assert.True(views.Pictures.Equals(TextureViews.Of(crops, 3, 7).Pictures));
        Assert.False(views.Pictures.Equals(TextureViews.Of(crops, 3, 8).Pictures));
        // Where nothing is lost, a view is its quarter in other colours: an affine function of it, pixel by pixel.
        var kept = Enumerable.Range(0, 20).First(i => views.Lost[i].abs().sum().ToDouble() == 0
            && views.Pictures[i].min().ToDouble() > 0 && views.Pictures[i].max().ToDouble() < 1);
        var quarter = crops[kept / 4].narrow(1, kept / 2 % 2 * 32, 32).narrow(2, kept % 2 * 32, 32).reshape(3, -1);
        var known = torch.cat([quarter, torch.ones(1, quarter.shape[1])], 0).t();
        var picture = views.Pictures[kept].reshape(3, -1).t();
        var fitted = torch.linalg.lstsq(known, picture).Solution;
        Assert.True((known.matmul(fitted) - picture).abs().max().ToDouble() < 1e-4);
    }

    [Fact]
    public void Stage_2_takes_the_textures_that_it_learnt_before_and_those_of_another_training_alike()
    {
        using var one = new OneThread();
        var options = Tiny();

        var whole = FlowUpscalerTrainer.Train(options, _folder.File("whole"), null, Stop);

        var learnt = ModelCards.Read(_folder.File("whole/features"));
        Assert.Equal(("features", "textures"), (learnt.Kind, learnt.Architecture));
        Assert.Equal(2, (int)learnt.Training!["steps"]!);
        Assert.Contains("--quality-feature-steps 2", (string?)whole.Card.Training!["command"]);

        var named = options with
        {
            QualityFeatures = _folder.File("whole/features"), QualityFeatureSteps = OwnFeatures.UsualSteps,
            Flow = _folder.File("whole/score"),
        };
        var second = FlowUpscalerTrainer.Train(named, _folder.File("second"), null, Stop);
        Assert.Equal(whole.Card.Sha256, second.Card.Sha256);
        Assert.False(Directory.Exists(_folder.File("second/features")));
        var card = _folder.File("whole/features/card.json");
        var text = File.ReadAllText(card);
        var spread = JsonNode.Parse(text)!;
        spread["options"]!["std"] = new JsonArray(0.5, 0.5, 0.5);
        File.WriteAllText(card, spread.ToJsonString());
        Assert.Contains("its card asks for pictures as they are, values 0 to 1 less 0 0 0 over 0.5 0.5 0.5",
            Assert.Throws<PssrException>(() => FlowUpscalerTrainer.Train(named, _folder.File("third"), null, Stop)).Message,
            StringComparison.Ordinal);
        File.WriteAllText(card, text);

        // As a kill within stage 2 leaves it.
        File.Delete(_folder.File("whole/card.json"));
        Assert.Equal(whole.Card.Sha256, FlowUpscalerTrainer.Train(options, _folder.File("whole"), null, Stop).Card.Sha256);
        File.Delete(_folder.File("whole/card.json"));
        var refused = Assert.Throws<PssrException>(
            () => FlowUpscalerTrainer.Train(options with { QualityFeatureSteps = 3 }, _folder.File("whole"), null, Stop));
        Assert.Contains("another QualityFeatureSteps (2, now 3)", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Textures_whose_learning_was_stopped_go_on_to_the_same_bits()
    {
        using var one = new OneThread();
        var options = Tiny() with { QualityFeatureSteps = 3 };
        var whole = FlowUpscalerTrainer.Train(options, _folder.File("whole"), null, Stop);

        using (var stop = CancellationTokenSource.CreateLinkedTokenSource(Stop))
        {
            Assert.Throws<OperationCanceledException>(
                () => FlowUpscalerTrainer.Train(options, _folder.File("stopped"), new StopAtTextures(stop), stop.Token));
        }
        Assert.True(File.Exists(_folder.File("stopped/features/training-state.safetensors")));
        var second = FlowUpscalerTrainer.Train(options, _folder.File("stopped"), null, Stop);

        Assert.Equal(ModelCards.Read(_folder.File("whole/features")).Sha256, ModelCards.Read(_folder.File("stopped/features")).Sha256);
        Assert.Equal(whole.Card.Sha256, second.Card.Sha256);
    }

    [Fact]
    public void Textures_of_another_training_need_crops_as_large_as_they_look_at()
    {
        using (var network = new ModuleGroup(("features", new FeatureStack("textures", KnownFeatureStacks.Textures))))
            ModelWriter.Write(Directory.CreateDirectory(_folder.File("t")).FullName, new TrainedModel("t", "textures",
                new FeatureInput().ToJson(), []) { OwnPictures = false }, network, new Dictionary<string, Tensor>());
        var options = Tiny() with { QualityFeatures = _folder.File("t"), QualityFeatureSteps = OwnFeatures.UsualSteps };

        QualityTraining.RequireFeatures(options with { CropSize = 32 });
        var refused = Assert.Throws<PssrException>(() => QualityTraining.RequireFeatures(options with { CropSize = 28 }));
        Assert.Equal(nameof(options.CropSize), refused.Target);
    }

    [Fact]
    public void How_degraded_textures_count_is_asked_of_features_that_tell_them()
    {
        using (var network = new ModuleGroup(("features", new FeatureStack("squeezenet1_1", KnownFeatureStacks.SqueezeNet11))))
            ModelWriter.Write(Directory.CreateDirectory(_folder.File("s")).FullName, new TrainedModel("s", "squeezenet1_1",
                new FeatureInput().ToJson(), []) { OwnPictures = false }, network, new Dictionary<string, Tensor>());
        var options = Tiny() with { QualityFeatures = _folder.File("s"), QualityFeatureSteps = OwnFeatures.UsualSteps };

        QualityTraining.RequireFeatures(options);
        var refused = Assert.Throws<PssrException>(() => QualityTraining.RequireFeatures(options with { QualityTextureExponent = 0.5 }));
        Assert.Equal(nameof(options.QualityTextureExponent), refused.Target);
    }

    private sealed class StopAtTextures(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Stage.Contains("textures", StringComparison.Ordinal))
                stop.Cancel();
        }
    }

    private FlowUpscalerOptions Tiny()
    {
        var pictures = Directory.CreateDirectory(_folder.File("pictures")).FullName;
        var values = new byte[100 * 96 * 3];
        new Random(1).NextBytes(values);
        ImageCodec.Write(Path.Combine(pictures, "a.png"), new RasterImage(100, 96, 3, values), ImageFormat.Png);
        return new()
        {
            Name = "tiny", ImageFolder = pictures, EncoderSteps = 1, Steps = 1, BatchSize = 1, CropSize = 64, WarmupSteps = 1,
            ValidateEvery = 0, QualitySteps = 1, QualityBatchSize = 1, QualityScoreWeight = 0, QualityFeatures = "textures",
            QualityFeatureSteps = 2, QualitySampler = QualitySampler.DpmSolver, QualitySamplingSteps = 1,
            Network = new EcdpOptions
            {
                Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder,
                Patch = 2, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
            },
        };
    }

    /// <summary>Of made pictures, float32 [count,3,64,64].</summary>
    private static Tensor Crops(int count) => torch.cat([.. Enumerable.Range(0, count).Select(number =>
    {
        var made = new SceneImages(11, 64).Read(number);
        return torch.tensor(made.Planes).reshape(1, 3, made.Height, made.Width).narrow(2, 0, 64).narrow(3, 0, 64).contiguous();
    })], 0);
}
