using PSSR.Models;
using PSSR.Networks;

namespace PSSR.Tests.Networks;

public sealed class GuidedUNetTests
{
    private static readonly GuidedUNetOptions Tiny = new()
    {
        ImageSize = 32, NumChannels = 32, NumResBlocks = 1, ChannelMult = "1,2", AttentionResolutions = "16", NumHeadChannels = 16,
        ResblockUpdown = true,
    };

    /// <summary>The public FFHQ prior that DPI uses; its layout and size are stated in methods.md, its names are
    /// guided-diffusion's.</summary>
    [Fact]
    public void FFHQ_layout_has_its_parameters_under_the_authors_names()
    {
        var options = new GuidedUNetOptions
        {
            ImageSize = 256, NumChannels = 128, NumResBlocks = 1, ChannelMult = "1,1,2,2,4,4", LearnSigma = true,
            AttentionResolutions = "16",
            NumHeads = 4, NumHeadChannels = 64, UseScaleShiftNorm = true, ResblockUpdown = true,
        };
        using var network = new GuidedUNet(options);
        var shapes = network.state_dict().ToDictionary(p => p.Key, p => string.Join("×", p.Value.shape));

        Assert.Equal(93.56, Math.Round(network.parameters().Sum(p => p.numel()) / 1e6, 2));
        Assert.Equal("512×128", shapes["time_embed.0.weight"]);
        Assert.Equal("128×3×3×3", shapes["input_blocks.0.0.weight"]);
        Assert.Equal("256×512", shapes["input_blocks.1.0.emb_layers.1.weight"]);
        Assert.Equal("128×128×3×3", shapes["input_blocks.2.0.in_layers.2.weight"]); // a residual block that halves, not an op
        Assert.Equal("1536×512×1", shapes["middle_block.1.qkv.weight"]);
        Assert.Equal("512×1024×1×1", shapes["output_blocks.0.0.skip_connection.weight"]);
        Assert.Equal("6×128×3×3", shapes["out.2.weight"]);
    }

    [Theory]
    [InlineData(1, 2, 2)]
    [InlineData(2, 10, 34)]
    [InlineData(1, 64, 48)]
    public void Takes_any_size_that_it_can_halve(int batch, int height, int width)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var network = new GuidedUNet(Tiny with { LearnSigma = true });

        var y = network.forward(torch.zeros(batch, 3, height, width), torch.zeros(batch));

        Assert.Equal([batch, 6, height, width], y.shape);
    }

    [Theory]
    [InlineData(new long[] { 1, 3, 31, 32 }, new long[] { 1 })]
    [InlineData(new long[] { 1, 4, 32, 32 }, new long[] { 1 })]
    [InlineData(new long[] { 3, 32, 32 }, new long[] { 1 })]
    [InlineData(new long[] { 2, 3, 32, 32 }, new long[] { 3 })]
    public void Wrong_shape_is_a_plain_error_that_names_it(long[] x, long[] t)
    {
        using var scope = torch.NewDisposeScope();
        using var network = new GuidedUNet(Tiny);

        var error = Assert.Throws<PssrException>(() => network.forward(torch.zeros(x), torch.zeros(t)));

        Assert.Equal(PssrErrorKind.Option, error.Kind);
    }

    [Fact]
    public void One_time_for_all_is_that_time_for_each()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        foreach (var options in new[] { Tiny, Tiny with { UseScaleShiftNorm = false } })
        {
            using var network = new GuidedUNet(options);
            foreach (var zeroed in network.parameters().Where(p => p.abs().max().ToDouble() == 0))
                zeroed.copy_(torch.randn(zeroed.shape) * 0.05);
            var x = torch.randn(4, 3, 16, 16);

            var (each, all) =
                (network.forward(x, torch.full(new long[] { 4 }, 300.0)), network.forward(x, torch.full(new long[] { 1 }, 300.0)));

            Assert.InRange((each - all).abs().max().ToDouble(), 0, 1e-4);
            Assert.True(all.abs().max().ToDouble() > 0.1);
        }
    }

    [Fact]
    public void Pictures_of_a_batch_do_not_mix()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var network = Randomised(Tiny);
        var (x, t) = (torch.randn(2, 3, 16, 16), torch.tensor(new[] { 10f, 700.5f }));

        var together = network.forward(x, t);

        for (var i = 0; i < 2; i++)
            Assert.True(network.forward(x.narrow(0, i, 1), t.narrow(0, i, 1)).allclose(together.narrow(0, i, 1), 1e-4, 1e-5));
    }

    [Fact]
    public void Fast_path_of_inference_agrees_with_the_differentiable_one()
    {
        using var scope = torch.NewDisposeScope();
        using var network = Randomised(Tiny);
        var (x, t) = (torch.randn(1, 3, 32, 32), torch.tensor(new[] { 50f }));

        var differentiable = network.forward(x, t).detach();
        using var noGradient = torch.no_grad();

        Assert.True(network.forward(x, t).allclose(differentiable, 1e-4, 1e-5));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Packed_weights_are_the_same_weights(bool resblockUpdown)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var network = Randomised(Tiny with { ResblockUpdown = resblockUpdown });
        var (x, t) = (torch.randn(2, 3, 16, 24), torch.tensor(new[] { 50f, 3f }));
        var plain = network.forward(x, t);

        var before = network.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.clone());
        network.PackForInference();

        Assert.All(network.state_dict(), entry => Assert.True(entry.Value.Equals(before[entry.Key]), entry.Key));
        Assert.True(network.forward(x, t).allclose(plain, 1e-4, 1e-5));
        Assert.True(network.forward(x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2), t).allclose(plain, 1e-4, 1e-5));
    }

    [Fact]
    public void Every_parameter_gets_a_gradient()
    {
        using var scope = torch.NewDisposeScope();
        foreach (var options
            in new[] { Tiny, Tiny with { ResblockUpdown = false, UseScaleShiftNorm = false, UseNewAttentionOrder = true, Dropout = 0.1 } })
        {
            using var network = Randomised(options);
            network.train();
            var loss = network.forward(torch.randn(1, 3, 8, 8), torch.tensor(new[] { 3f })).square().mean();

            var parameters = network.named_parameters().ToList();
            var gradients = torch.autograd.grad([loss], [.. parameters.Select(p => p.parameter)]);

            Assert.All(gradients.Zip(parameters), pair => Assert.True(pair.First.norm().ToDouble() > 0, pair.Second.name));
        }
    }

    /// <summary>Half precision is for GPUs, and its types can be tried here.</summary>
    [Theory]
    [InlineData(Precision.BFloat16)]
    [InlineData(Precision.Float16)]
    public void Sixteen_bits_stay_near_float32(Precision precision)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        using var full = Randomised(Tiny);
        using var half = new GuidedUNet(Tiny, new NetworkPlacement(torch.CPU, precision));
        StateDict.LoadInto(half, full.state_dict(), "in memory");
        half.PackForInference();
        var (x, t) = (torch.randn(1, 3, 32, 32), torch.tensor(new[] { 50f }));

        var (expected, actual) = (full.forward(x, t), half.forward(x, t));

        Assert.Equal(torch.float32, actual.dtype);
        Assert.InRange(((actual - expected).norm() / expected.norm()).ToDouble(), 1e-5, 0.05);
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void Attention_is_the_softmax_of_products_in_either_order_and_layout(bool newOrder, bool channelsLast)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        torch.manual_seed(3);
        const int Channels = 64, Heads = 4, Width = Channels / Heads, Places = 5 * 7;
        var block =
            new AttentionBlock(Channels, Heads, Tiny with { NumHeadChannels = -1, UseNewAttentionOrder = newOrder }, NetworkPlacement.Cpu);
        foreach (var parameter in block.parameters())
            parameter.normal_(0, 0.3);
        var weights = block.state_dict();
        var x = torch.randn(2, Channels, 5, 7);

        var normed = torch.nn.functional.group_norm(x, 32, weights["norm.weight"], weights["norm.bias"]).reshape(2, Channels, Places);
        var qkv = weights["qkv.weight"].squeeze(-1).matmul(normed) + weights["qkv.bias"].unsqueeze(-1); // [N, 3C, L]
        var parts = newOrder ? qkv.reshape(2, 3, Heads, Width, Places).transpose(1, 2) : qkv.reshape(2, Heads, 3, Width, Places);
        var (q, k, v) = (parts.select(2, 0), parts.select(2, 1), parts.select(2, 2)); // [N, heads, C/heads, L]
        var attention = (q.transpose(-1, -2).matmul(k) / Math.Sqrt(Width)).softmax(-1);
        var attended = v.matmul(attention.transpose(-1, -2)).reshape(2, Channels, Places);
        var expected = x + (weights["proj_out.weight"].squeeze(-1).matmul(attended) + weights["proj_out.bias"].unsqueeze(-1))
            .reshape(x.shape);

        var given = channelsLast ? x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2) : x;
        Assert.True(block.forward(given).allclose(expected, 1e-4, 1e-4));
    }

    /// <summary>Fresh networks end in zeros; random weights everywhere make every path count.</summary>
    private static GuidedUNet Randomised(GuidedUNetOptions options)
    {
        torch.manual_seed(1);
        var network = new GuidedUNet(options);
        using var noGradient = torch.no_grad();
        foreach (var parameter in network.parameters())
            parameter.normal_(0, 0.08);
        return network;
    }
}
