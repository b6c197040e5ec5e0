using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Training;

namespace PSSR.Tests.Training;

public sealed class ModelWriterTests : IDisposable
{
    private static readonly EcdpOptions Options = new()
    {
        Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder, Sigma = 0.1,
        Patch = 2, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
    };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    private InstalledModel Write(EcdpNetwork network, IReadOnlyDictionary<string, Tensor> averaged, bool ownPictures = false)
    {
        var model = new TrainedModel("mine", "ecdp-unet", Options.ToJson(), new JsonObject { ["steps"] = 3 }) { OwnPictures = ownPictures };
        return ModelWriter.Write(_folder.Path, model, network, averaged);
    }

    [Fact]
    public void Trained_weights_are_averaged_the_others_the_networks_and_tables_exact()
    {
        using var network = new EcdpNetwork(Options);
        using var scope = torch.NewDisposeScope();
        var own = network.state_dict();
        const string Kept = "lr_feats.conv_first.weight", Table = "diffusion.alpha_bars";
        const string Trained = "diffusion.network.in_conv.network.weight";
        var averaged = torch.full_like(own[Trained], 0.25);

        var written = SafeTensors.Load(Write(network, new Dictionary<string, Tensor> { [Trained] = averaged }).WeightsPath);

        Assert.Equal(own.Keys.Order(StringComparer.Ordinal), written.Keys.Order(StringComparer.Ordinal));
        Assert.True(written[Trained].equal(averaged.to(torch.float16)).all().ToBoolean());
        Assert.True(written[Kept].equal(own[Kept].to(torch.float16)).all().ToBoolean());
        Assert.True(written[Table].equal(own[Table]).all().ToBoolean());
        Assert.Equal((torch.float16, torch.float16, torch.float32), (written[Trained].dtype, written[Kept].dtype, written[Table].dtype));
    }

    [Fact]
    public void A_weight_beyond_half_precision_is_kept_in_full_and_one_that_is_no_number_makes_no_model()
    {
        using var network = new EcdpNetwork(Options);
        using var scope = torch.NewDisposeScope();
        const string Trained = "diffusion.network.in_conv.network.weight";
        var large = torch.full_like(network.state_dict()[Trained], 70_000);

        var written = SafeTensors.Load(Write(network, new Dictionary<string, Tensor> { [Trained] = large }).WeightsPath);
        File.Delete(_folder.File(ModelCards.FileName));
        var error = Assert.Throws<PssrException>(
            () => Write(network, new Dictionary<string, Tensor> { [Trained] = large * float.PositiveInfinity }));

        Assert.True(written[Trained].equal(large).all().ToBoolean());
        Assert.Equal(torch.float16, written["lr_feats.conv_first.weight"].dtype);
        Assert.Contains($"its weight '{Trained}' holds NaN or infinities", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File(ModelCards.FileName)));
    }

    [Fact]
    public void The_card_says_what_the_architecture_and_the_file_are()
    {
        using var network = new EcdpNetwork(Options);

        Write(network, new Dictionary<string, Tensor>());
        var card = ModelCards.Read(_folder.Path);

        Assert.Equal(("mine", "flow", "ecdp-unet", "both"), (card.Name, card.Kind, card.Architecture, card.Prediction));
        Assert.Equal([0, 1], card.ValueRange);
        Assert.Equal((ModelCards.Sha256(_folder.File(card.Weights)), "MIT", 3), (card.Sha256, card.License, (int)card.Training!["steps"]!));
        Assert.Equal(network.parameters().Sum(p => p.numel()), card.Parameters);
        Assert.Equal("unknown", Write(network, new Dictionary<string, Tensor>(), ownPictures: true).Card.License);
    }

    /// <summary>As when it ended between a look at its state and the reading.</summary>
    [Fact]
    public void A_snapshot_of_a_training_whose_state_is_gone_is_refused_and_writes_nothing()
    {
        using var network = new EcdpNetwork(Options);
        var (state, taken) = (_folder.File(TrainingFolder.StateFile), _folder.File("taken"));
        using var training = new ModelTraining(network, new() { Steps = 9, LearningRate = 1e-3 }, state, "{}");
        var model = new TrainedModel("mine", "ecdp-unet", Options.ToJson(), []) { OwnPictures = false };

        var error = Assert.Throws<PssrException>(() => training.Snapshot(model, _folder.Path, taken));

        Assert.Equal((PssrErrorKind.Checkpoint, $"No training goes on in '{_folder.Path}': '{state}' is not there."),
            (error.Kind, error.Message));
        Assert.False(Directory.Exists(taken));
    }

    [Fact]
    public void A_folder_that_takes_no_weights_gets_no_card()
    {
        using var network = new EcdpNetwork(Options);
        Directory.CreateDirectory(_folder.File("weights.safetensors"));

        var error = Assert.Throws<PssrException>(() => Write(network, new Dictionary<string, Tensor>()));

        Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
        Assert.Equal([_folder.File("weights.safetensors")], Directory.GetFileSystemEntries(_folder.Path));
    }
}
