using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Networks;
using PSSR.Tests.DiffSr;
using PSSR.Tests.Dpi;

namespace PSSR.Tests.Models;

public sealed class ModelLoaderTests
{
    [Fact]
    public void Gives_the_network_with_its_weights_and_its_schedule()
    {
        using var model = TestPrior.Load();

        Assert.Equal(1000, model.Schedule.Steps);
        Assert.False(model.Network.training);
        Assert.True(model.Network.parameters().Last().abs().sum().ToDouble() > 0); // a fresh network ends in zeros
    }

    [Fact]
    public void Casts_the_body_once_and_keeps_norms_and_ends_in_float32()
    {
        using var folder = new TemporaryFolder();

        using var model = ModelLoader.LoadPrior(TestPrior.Install(folder), new NetworkPlacement(torch.CPU, Precision.BFloat16));

        var types = model.Network.named_parameters().ToDictionary(p => p.name, p => p.parameter.dtype);
        Assert.Equal(torch.bfloat16, types["input_blocks.1.0.in_layers.2.weight"]);
        Assert.Equal(torch.bfloat16, types["middle_block.1.qkv.weight"]);
        Assert.All(
            new[] { "input_blocks.1.0.in_layers.0.weight", "time_embed.0.weight", "input_blocks.0.0.weight", "out.2.weight" },
            name => Assert.Equal(torch.float32, types[name]));
    }

    [Fact]
    public void Refuses_cards_of_other_things_and_says_what_is_wrong()
    {
        foreach (var (change, named) in new (Func<ModelCard, ModelCard>, string)[]
        {
            (card => card with { Architecture = "ecdp-unet" }, "ecdp-unet"),
            (card => card with { Prediction = "x0" }, "x0"),
            (card => card with { ValueRange = [0, 1] }, "[0, 1]"),
            (card => card with { Schedule = null }, "schedule"),
            (card => card with { Sha256 = new string('0', 64) }, "SHA-256"),
            (card => card with { Options = [] }, "does not fit"),
            (card => card with { Options = new JsonObject { ["num_channels"] = 33 } }, "groups"),
        })
        {
            var error = Assert.Throws<PssrException>(() => TestPrior.Load(change));
            Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
            Assert.Contains(named, error.Message);
        }
    }

    [Fact]
    public void A_corrector_comes_with_its_weights_ready_for_inference()
    {
        using var corrector = TestCorrector.Load();

        Assert.False(corrector.Network.training);
        Assert.True(corrector.Network.parameters().Last().abs().sum().ToDouble() > 0);
    }

    [Fact]
    public void Refuses_cards_that_are_no_correctors()
    {
        foreach (var (change, named) in new (Func<ModelCard, ModelCard>, string)[]
        {
            (card => card with { Architecture = "guided-unet" }, "condition-corrector"),
            (card => card with { ValueRange = [0, 1] }, "[0, 1]"),
            (card => card with { Sha256 = new string('0', 64) }, "SHA-256"),
            (card => card with { Options = new JsonObject { ["learn_sigma"] = true } }, "learn_sigma"),
        })
        {
            var error = Assert.Throws<PssrException>(() => TestCorrector.Load(change));
            Assert.Equal(PssrErrorKind.Checkpoint, error.Kind);
            Assert.Contains(named, error.Message);
        }
    }
}
