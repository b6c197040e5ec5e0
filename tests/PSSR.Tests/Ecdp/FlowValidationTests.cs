using PSSR.Ecdp;
using PSSR.Metrics;
using PSSR.Networks;
using PSSR.Networks.Rrdb;
using PSSR.Tests.Metrics;
using PSSR.Tests.Training;

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
