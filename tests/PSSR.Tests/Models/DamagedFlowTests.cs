using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Tests.Ecdp;
using PSSR.Tiles;

namespace PSSR.Tests.Models;

/// <summary>A flow of which some part gives no numbers, though all of its weights are finite.</summary>
public sealed class DamagedFlowTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("lr_head.1.weight")]
    [InlineData("lr_degradation.out.weight")]
    [InlineData("lr_feats.conv_first.weight")]
    [InlineData("diffusion.network.in_conv.network.weight")]
    public void A_test_tries_every_part(string weight)
    {
        var tested = ModelTester.Test(Damaged(weight));

        var last = tested.Checks[^1];
        Assert.Equal(("evaluation", false), (last.Name, last.Passed));
        Assert.Contains("NaN", last.Detail, StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_one_passes() => Assert.True(ModelTester.Test(Damaged(null)).Passed);

    [Fact]
    public void A_judgement_that_is_no_number_is_the_models_fault_and_said_so()
    {
        using var method = new EcdpUpscaler(ModelLoader.LoadFlow(Damaged("lr_degradation.out.weight"), NetworkPlacement.Cpu),
            new FlowOptions { Solver = FlowSolver.DpmSolver, Steps = 1 });
        using var low = torch.full([1, 3, 8, 8], 0.25f);

        var error = Assert.Throws<PssrException>(() => method.Upscale(new UpscaleRequest(low, 32, 32, 1, 0), new EvaluationMonitor()));

        Assert.StartsWith("Model 'golden-flow' can't be used: how degraded it judges", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false, "take fp32, or where that is no help another model.")]
    [InlineData(true, "take another model.")]
    public void No_remedy_is_told_that_was_taken_already(bool isFull, string remedy) =>
        Assert.EndsWith($"(NaN or infinite): {remedy}", ModelTester.NotFinite("m made of 'a.png'", null, isFull).Message,
            StringComparison.Ordinal);

    private InstalledModel Damaged(string? weight) => TestFlow.Install(_folder, card =>
    {
        var layout = EcdpOptions.FromJson(card.Options) with { Mean = FlowMean.Encoder, HeadResidual = true, ConditionPlanes = 3 };
        using var network = InitialWeights.Drawn(7, () => new EcdpNetwork(layout));
        var weights = network.state_dict();
        if (weight is not null)
        {
            using var noGradient = torch.no_grad();
            using var signs = torch.arange(weights[weight].numel()).remainder(2).mul(-2).add(1).to(torch.float32);
            weights[weight].copy_(signs.mul(3e38f).reshape(weights[weight].shape));
        }
        SafeTensors.Save(_folder.File("weights.safetensors"), weights);
        return card with
        {
            Options = layout.ToJson(), Weights = "weights.safetensors", Sha256 = ModelCards.Sha256(_folder.File("weights.safetensors")),
        };
    });
}
