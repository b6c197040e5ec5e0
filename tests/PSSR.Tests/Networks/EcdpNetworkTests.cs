using System.Text.Json.Nodes;
using PSSR.Checkpoints;
using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class EcdpNetworkTests
{
    private static readonly EcdpOptions Tiny = new()
    {
        Blocks = 2, Selection = [0, 1], Features = 8, Growth = 4, TimeChannels = 16, Base = 16, LevelChannels = [16, 32], LevelBlocks = [1, 2],
    };

    [Theory]
    [InlineData(16, 16)]
    [InlineData(7, 13)]
    public void Gives_two_pictures_of_the_inputs_size(int height, int width)
    {
        using var network = new EcdpNetwork(Tiny);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();

        var features = network.Encoder.forward(torch.rand(new long[] { 1, 3, 4, 4 }));
        var heads = network.UNet.forward(torch.randn(new long[] { 1, 3, height, width }), torch.tensor(new[] { 150f }), features);

        Assert.Equal([1, 6, height, width], heads.shape);
        Assert.True(heads.isfinite().all().ToDouble() == 1);
    }

    [Fact]
    public void Bfloat16_body_stays_near_float32()
    {
        using var exact = new EcdpNetwork(Tiny);
        using var coarse = new EcdpNetwork(Tiny, NetworkPlacement.Cpu with { Precision = Precision.BFloat16 });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        StateDict.LoadInto(coarse, exact.state_dict(), "memory");
        Tensor x = torch.randn(new long[] { 1, 3, 16, 16 }), t = torch.tensor(new[] { 150f }), lr = torch.rand(new long[] { 1, 3, 4, 4 });

        Tensor a = exact.UNet.forward(x, t, exact.Encoder.forward(lr)), b = coarse.UNet.forward(x, t, coarse.Encoder.forward(lr));

        Assert.InRange((a - b).abs().max().ToDouble(), 1e-6, 0.1);
    }

    [Fact]
    public void Tables_fall_from_one_to_nothing()
    {
        using var network = new EcdpNetwork(Tiny);
        var bars = network.state_dict()["diffusion.alpha_bars"].data<float>().ToArray();

        Assert.Equal(EcdpNetwork.Steps, bars.Length);
        Assert.Equal(bars, bars.OrderDescending());
        Assert.Equal(Math.Exp(-10.05), bars[^1], 1e-9);
    }

    [Fact]
    public void Features_are_those_of_the_selected_blocks()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var both = new RrdbEncoder(Tiny, torch.CPU);
        using var last = new RrdbEncoder(Tiny with { Selection = [1] }, torch.CPU);
        StateDict.LoadInto(last, both.state_dict(), "memory");
        var lr = torch.rand(new long[] { 1, 3, 5, 6 });

        Assert.Equal(0, (both.forward(lr).narrow(1, 8, 8) - last.forward(lr)).abs().max().ToDouble());
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(2, 16)]
    [InlineData(4, 32)]
    public void RrdbNet_doubles_as_often_as_its_scale_says(int scale, int side)
    {
        using var network = new RrdbNet(new RrdbOptions { Scale = scale, Blocks = 1, Selection = [0], Features = 8, Growth = 4 });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();

        Assert.Equal([1, 3, side, side], network.forward(torch.rand(new long[] { 1, 3, 8, 8 })).shape);
    }

    [Theory]
    [InlineData("""{"rrdb_num_blocks": 2, "rrdb_block_selection": [2]}""")]
    [InlineData("""{"rrdb_num_blocks": 2, "rrdb_block_selection": [1, 0]}""")]
    [InlineData("""{"rrdb_channels": 64}""")]
    [InlineData("""{"channels": [16, 32], "num_blocks": [1]}""")]
    [InlineData("""{"time_channels": 15}""")]
    [InlineData("""{"base": 2}""")]
    [InlineData("""{"colour": true}""")]
    [InlineData("""{"base": "wide"}""")]
    public void Impossible_layouts_are_refused(string json) =>
        Assert.Equal(PssrErrorKind.Checkpoint, Assert.Throws<PssrException>(() => EcdpOptions.FromJson(JsonNode.Parse(json)!.AsObject())).Kind);

    [Fact]
    public void Options_survive_a_model_card() =>
        Assert.Equal(Tiny.ToJson().ToJsonString(), EcdpOptions.FromJson(Tiny.ToJson()).ToJson().ToJsonString());
}
