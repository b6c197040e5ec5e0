using PSSR.Ecdp;
using PSSR.Metrics;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Tests.Metrics;
using PSSR.Tests.Training;
using PSSR.Training;

namespace PSSR.Tests.Ecdp;

[Collection(GlobalRandomCollection.Name)]
public sealed class FlowValidationTests
{
    private static readonly FlowUpscalerOptions Tiny = new()
    {
        Network = new EcdpOptions { Scale = 4, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Patch = 2 },
    };

    [Fact]
    public void Lpips_stands_beside_psnr_where_it_was_asked_for_and_nowhere_else()
    {
        using var network = new RrdbNet(Tiny.Network.Rrdb);
        using var noGradient = torch.no_grad();
        using var plain = new FlowValidation(Tiny);
        using var measured = new FlowValidation(Tiny, new ValidationLpips(RandomLpips.Create()));
        using var scope = torch.NewDisposeScope();

        var (without, with) = (plain.LookAt(network).Values, measured.LookAt(network).Values);

        Assert.Equal(["psnrMean", "psnrBicubic"], without.Keys);
        Assert.Equal(["psnrMean", "lpipsMean", "psnrBicubic", "lpipsBicubic"], with.Keys);
        Assert.Equal(without["psnrMean"], with["psnrMean"]);
        Assert.True(with["lpipsBicubic"] > 0);
    }

    /// <summary>A crop of one pixel of the U-Net is 96 pixels wide here, and 384 with what surrounds it in the small picture.</summary>
    [Theory]
    [InlineData(48, 2, null)]
    [InlineData(64, 4, 300)]
    public void A_large_scale_has_pictures_to_validate_with(int scale, int patch, int? given)
    {
        var options = Tiny with { Network = Tiny.Network with { Scale = scale, Patch = patch } };

        using var validation = new FlowValidation(options, held: given is { } side ? new SyntheticImages(1, side) : null);
    }

    [Fact]
    public void Made_pictures_to_train_on_are_as_large_as_a_large_scale_needs()
    {
        using var folder = new TemporaryFolder();
        var options = Tiny with
        {
            Network = Tiny.Network with { Scale = 64, Patch = 1, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1] },
            CropSize = 64, EncoderSteps = 1, Steps = 1, BatchSize = 1, WarmupSteps = 0, ValidateEvery = 0,
        };

        var card = FlowUpscalerTrainer.Train(options, folder.File("m"), null, TestContext.Current.CancellationToken).Card;

        Assert.Equal("synthetic dead leaves, seed 0, 320x320", (string?)card.Training!["data"]);
    }

    [Fact]
    public void Lpips_that_is_not_imported_or_cannot_look_at_the_pictures_is_found_out_before_a_training_begins()
    {
        Assert.Contains("ValidationLpips", Assert.Throws<PssrException>((Tiny with { ValidationLpips = "resnet" }).Validate).Message);
        using var lpips = new ValidationLpips(RandomLpips.Create());
        lpips.RequireSide(32);
        Assert.Contains("31", Assert.Throws<PssrException>(() => lpips.RequireSide(31)).Message);
    }

    [Fact]
    public void An_option_of_looking_is_none_of_the_training() =>
        Assert.Equal(Tiny.ToJson().ToJsonString(), (Tiny with { ValidationLpips = "alex" }).ToJson().ToJsonString());
}
