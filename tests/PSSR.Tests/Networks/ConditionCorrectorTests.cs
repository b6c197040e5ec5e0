using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class ConditionCorrectorTests
{
    private static readonly GuidedUNetOptions Tiny = new()
    {
        ImageSize = 16, NumChannels = 32, NumResBlocks = 1, ChannelMult = "1,1", AttentionResolutions = "8", NumHeadChannels = 16,
        ResblockUpdown = true,
    };

    [Fact]
    public void Fresh_corrector_gives_the_original_condition_back()
    {
        using var network = new ConditionCorrector(Tiny);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var original = torch.randn(new long[] { 1, 3, 16, 16 });

        var result = network.forward(torch.randn(new long[] { 1, 3, 16, 16 }), torch.tensor(new[] { 7f }), original);

        Assert.Equal(0, (result - original).abs().max().ToDouble());
    }

    [Fact]
    public void Has_the_names_of_its_unet()
    {
        using var network = new ConditionCorrector(Tiny);
        using var unet = new GuidedUNet(Tiny);

        Assert.Equal(unet.state_dict().Keys, network.state_dict().Keys);
    }

    [Fact]
    public void Learned_variance_is_refused() =>
        Assert.Contains("learn_sigma", Assert.Throws<PssrException>(() => new ConditionCorrector(Tiny with { LearnSigma = true })).Message,
            StringComparison.Ordinal);

    [Fact]
    public void Conditions_of_two_sizes_are_refused()
    {
        using var network = new ConditionCorrector(Tiny);
        using var scope = torch.NewDisposeScope();
        var error = Assert.Throws<PssrException>(
            () => network.forward(torch.zeros(new long[] { 1, 3, 16, 16 }), torch.zeros(new long[] { 1 }),
                torch.zeros(new long[] { 1, 3, 8, 8 })));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
    }
}
