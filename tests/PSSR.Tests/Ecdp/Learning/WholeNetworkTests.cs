using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Tests.Training;
using PSSR.Training;

namespace PSSR.Tests.Ecdp.Learning;

[Collection(GlobalRandomCollection.Name)]
public sealed class WholeNetworkTests : IDisposable
{
    private static readonly FlowUpscalerOptions Options = new()
    {
        Name = "tiny", EncoderSteps = 1, Steps = 1, BatchSize = 1, CropSize = 32, WarmupSteps = 1, ValidateEvery = 0, Softness = 0,
        QualitySteps = 2, QualityBatchSize = 1, QualityScoreWeight = 0, QualityFeatures = "bands", QualityTrainEncoder = true,
        QualitySampler = QualitySampler.DpmSolver, QualitySamplingSteps = 1, QualityLearningRate = 0.01, QualityWarmupSteps = 0,
        Network = new EcdpOptions
        {
            Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder, Sigma = 0.1,
            Patch = 2, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
        },
    };

    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true, new[] { "diffusion", "lr_feats", "lr_head" })]
    [InlineData(false, new[] { "diffusion" })]
    public void Stage_2_moves_the_encoder_and_its_head_where_that_is_asked_for(bool trains, string[] moved)
    {
        FlowUpscalerTrainer.Train(Options with { QualityTrainEncoder = trains }, _folder.File("m"), null, Stop);

        using var scope = torch.NewDisposeScope();
        var before = SafeTensors.Load(_folder.File("m/score/weights.safetensors"));
        var after = SafeTensors.Load(_folder.File("m/weights.safetensors"));
        Assert.Equal(moved, before.Where(weight => !weight.Value.equal(after[weight.Key]).all().ToBoolean())
            .Select(weight => weight.Key.Split('.')[0]).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_share_of_what_was_before_stage_2_is_kept_and_may_be_chosen_late()
    {
        var whole = FlowUpscalerTrainer.Train(Options, _folder.File("whole"), null, Stop);
        using var stop = new CancellationTokenSource();
        Assert.Throws<OperationCanceledException>(
            () => FlowUpscalerTrainer.Train(Options, _folder.File("m"), new StopAt(stop), stop.Token));

        FlowUpscalerTrainer.Train(Options with { QualityKept = 0.75 }, _folder.File("m"), null, Stop);

        using var scope = torch.NewDisposeScope();
        var before = SafeTensors.Load(_folder.File("m/score/weights.safetensors"));
        var after = SafeTensors.Load(Path.Join(whole.Folder, "weights.safetensors"));
        var kept = SafeTensors.Load(_folder.File("m/weights.safetensors"));
        Assert.All(before, weight => Assert.True(kept[weight.Key].to(torch.float32).allclose(
            (weight.Value.to(torch.float32) * 0.75) + (after[weight.Key].to(torch.float32) * 0.25), 2e-3, 1e-4)));
        Assert.Contains(before, weight => !weight.Value.equal(after[weight.Key]).all().ToBoolean());
    }

    [Fact]
    public void What_the_encoder_draws_by_itself_is_paid_for_by_its_pixels_alone()
    {
        torch.manual_seed(3);
        using var scope = torch.NewDisposeScope();
        using var network = new EcdpNetwork(Options.Network, NetworkPlacement.Cpu);
        var (low, high) = (torch.rand(2, 3, 8, 8), torch.rand(2, 3, 16, 16));
        var pair = new QualityPair(low, high, torch.randn(2, 3, 16, 16));
        var options = Options with { QualityPixelWeight = 2, QualityWeight = 0.7 };
        var frozen = new DrawnLoss(options with { QualityTrainEncoder = false }, picture => picture.square(), null).Loss(network, pair);

        var whole = new DrawnLoss(options, picture => picture.square(), null).Loss(network, pair);

        var mean = network.Mean(low, network.Encoder.forward(low));
        Assert.Equal(frozen.ToDouble() + (4 * 2 * (mean - high).abs().mean().ToDouble()), whole.ToDouble(), 1e-5);
        List<Tensor> weights = [.. network.Encoder.parameters(), .. network.Head!.parameters()];
        Assert.All(torch.autograd.grad([whole], weights), gradient => Assert.True(gradient.isfinite().all().ToBoolean()));
    }

    [Fact]
    public void Options_that_leave_nothing_to_train_the_encoder_by_are_told_before_anything_is_trained()
    {
        var refused = new (FlowUpscalerOptions Options, string Told)[]
        {
            (Options with { QualitySampler = QualitySampler.ProbabilityFlow }, "it goes with QualitySampler DpmSolver"),
            (Options with { QualityFeatures = null }, "QualityFeatures is encoder, which QualityTrainEncoder moves"),
            (Options with { Flow = "another", Network = Options.Network with { Blocks = 2 } }, "rrdb_block_selection ends with 0"),
        };

        Assert.All(refused, one =>
            Assert.Contains(one.Told, Assert.Throws<PssrException>(one.Options.Validate).Message, StringComparison.Ordinal));
        Options.Validate();
    }

    private sealed class StopAt(CancellationTokenSource stop) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value)
        {
            if (value.Stage.StartsWith("stage 2", StringComparison.Ordinal))
                stop.Cancel();
        }
    }

    public void Dispose() => _folder.Dispose();
}
