using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Families;
using PSSR.Networks;
using PSSR.Networks.Kernels;
using PSSR.Networks.Rrdb;

namespace PSSR.Tests.Networks;

public sealed class EcdpNetworkTests
{
    private static readonly EcdpOptions Tiny = new()
    {
        Blocks = 2, Selection = [0, 1], Features = 8, Growth = 4, TimeChannels = 16, Base = 16, LevelChannels = [16, 32],
        LevelBlocks = [1, 2],
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
    public void A_patched_network_still_gives_two_pictures_of_the_inputs_size()
    {
        using var network = new EcdpNetwork(Tiny with { Patch = 4 });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var features = network.Encoder.forward(torch.rand(new long[] { 1, 3, 4, 4 }));
        var t = torch.tensor(new[] { 150f });

        Assert.Equal([1, 6, 16, 20], network.UNet.forward(torch.randn(new long[] { 1, 3, 16, 20 }), t, features).shape);
        Assert.Throws<PssrException>(() => network.UNet.forward(torch.randn(new long[] { 1, 3, 16, 18 }), t, features));
    }

    [Theory]
    [InlineData(1, 16, 20)]
    [InlineData(1, 7, 13)]
    [InlineData(1, 2, 3)]
    [InlineData(4, 16, 20)]
    [InlineData(4, 40, 28)]
    public void Features_projected_beforehand_count_as_at_every_evaluation(int patch, int height, int width)
    {
        using var network = new EcdpNetwork(Tiny with { Patch = patch });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var features = network.Encoder.forward(torch.rand(new long[] { 1, 3, 4, 5 }));
        var (x, t) = (torch.randn(new long[] { 1, 3, height, width }), torch.tensor(new[] { 150f }));

        var projected = network.UNet.Project(features, height, width);

        Assert.True(network.UNet.forward(x, t, features).equal(network.UNet.forward(x, t, projected)).all().ToBoolean());
        Assert.All(projected, block => Assert.True(block.shape[2] * block.shape[3] <= 4 * 5));
        Assert.True(sizeof(float) * projected.Sum(block => block.numel())
            <= 1.5 * network.Options.ProjectedBytesPerPixel * Math.Max(height * width, 16 * 20));
    }

    [Fact]
    public void An_untrained_residual_head_draws_the_bicubic_picture()
    {
        using var bicubic = new EcdpNetwork(Tiny);
        using var encoder = new EcdpNetwork(Tiny with { Mean = FlowMean.Encoder, HeadResidual = true });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var low = torch.rand(new long[] { 2, 3, 5, 4 });

        var (mean, drawn) = (bicubic.Mean(low, bicubic.Encoder.forward(low)), encoder.Mean(low, encoder.Encoder.forward(low)));

        Assert.Equal([2, 3, 20, 16], mean.shape);
        Assert.Equal(0, (mean - drawn).abs().max().ToDouble());
    }

    [Fact]
    public void The_mean_of_an_encoder_is_the_picture_of_the_same_rrdbnet()
    {
        var options = Tiny with { Mean = FlowMean.Encoder };
        using var network = new EcdpNetwork(options);
        using var rrdb = new RrdbNet(options.Rrdb);
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        StateDict.LoadInto(rrdb, network.state_dict().Where(w => w.Key.StartsWith("lr_")).ToDictionary(
            w => w.Key.Replace("lr_feats.", "rrdb.", StringComparison.Ordinal).Replace("lr_head.", "final.", StringComparison.Ordinal),
            w => w.Value), "memory");
        var low = torch.rand(new long[] { 1, 3, 6, 6 });

        Assert.Equal(0, (network.Mean(low, network.Encoder.forward(low)) - rrdb.forward(low)).abs().max().ToDouble());
    }

    [Theory]
    [InlineData(FlowMean.Bicubic, 1)]
    [InlineData(FlowMean.Encoder, 4)]
    public void A_layout_is_found_again_in_its_weights(FlowMean mean, int patch)
    {
        var options = Tiny with { Mean = mean, Patch = patch };
        using var network = new EcdpNetwork(options, NetworkPlacement.ShapesOnly);

        var told = new EcdpFamily()
            .ReadOptions(new WeightShapes(network.state_dict().ToDictionary(w => w.Key, w => w.Value.shape), "memory"));

        Assert.Equal(mean == FlowMean.Encoder ? "encoder" : null, (string?)told["mean"]);
        Assert.Equal(patch, (int?)told["patch"] ?? 1);
    }

    [Theory]
    [InlineData(new[] { 80, 128 }, "208")]
    [InlineData(new[] { 96, 112 }, "208")]
    public void A_decoder_whose_joined_channels_dont_split_into_groups_is_refused_before_it_is_built(int[] levels, string named) =>
        Assert.Contains(named,
            Assert.Throws<PssrException>(
                () => new EcdpNetwork(Tiny with { Base = levels[0], LevelChannels = levels, LevelBlocks = [1, 1] })).Message);

    [Fact]
    public void Options_survive_a_card()
    {
        var options = Tiny with { Mean = FlowMean.Encoder, Patch = 4, Sigma = 0.1, HeadResidual = true };
        Assert.Equivalent(options, EcdpOptions.FromJson(options.ToJson()), strict: true);
    }

    /// <summary>Half precision is for GPUs, and its types can be tried here.</summary>
    [Theory]
    [InlineData(Precision.BFloat16, FlowMean.Bicubic, 1)]
    [InlineData(Precision.Float16, FlowMean.Bicubic, 1)]
    [InlineData(Precision.Float16, FlowMean.Encoder, 4)]
    public void A_body_of_sixteen_bits_stays_near_float32(Precision precision, FlowMean mean, int patch)
    {
        var layout = Tiny with { Mean = mean, HeadResidual = true, Patch = patch };
        using var exact = new EcdpNetwork(layout);
        using var coarse = new EcdpNetwork(layout, NetworkPlacement.Cpu with { Precision = precision });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        StateDict.LoadInto(coarse, exact.state_dict(), "memory");
        Tensor x = torch.randn(new long[] { 1, 3, 16, 16 }), t = torch.tensor(new[] { 150f }), lr = torch.rand(new long[] { 1, 3, 4, 4 });

        coarse.PackForInference();

        Tensor a = exact.UNet.forward(x, t, exact.Encoder.forward(lr)), b = coarse.UNet.forward(x, t, coarse.Encoder.forward(lr));
        var (meanA, meanB) = (exact.Mean(lr, exact.Encoder.forward(lr)), coarse.Mean(lr, coarse.Encoder.forward(lr)));

        Assert.InRange((a - b).abs().max().ToDouble(), 1e-6, 0.1);
        Assert.InRange((meanA - meanB).abs().max().ToDouble(), 0, 0.1);
    }

    /// <summary>An adaptive solver takes the rounding of a packed last convolution for error: 44 evaluations became 56.</summary>
    [Theory]
    [InlineData(1, false)]
    [InlineData(4, true)]
    public void Answers_on_single_pixels_stay_float32_when_a_network_is_packed(int patch, bool rounded)
    {
        using var network = new EcdpNetwork(Tiny with { Patch = patch }, NetworkPlacement.Cpu with { Precision = Precision.BFloat16 });
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        Accelerated.PackForInference(network);

        var features = network.Encoder.forward(torch.rand(new long[] { 1, 3, 4, 4 }));
        var heads = network.UNet.forward(torch.randn(new long[] { 1, 3, 16, 16 }), torch.tensor(new[] { 150f }), features);

        Assert.Equal(rounded, heads.equal(heads.to(torch.bfloat16).to(torch.float32)).all().ToBoolean());
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
        using var both = new RrdbEncoder(Tiny, NetworkPlacement.Cpu);
        using var last = new RrdbEncoder(Tiny with { Selection = [1] }, NetworkPlacement.Cpu);
        StateDict.LoadInto(last, both.state_dict(), "memory");
        var lr = torch.rand(new long[] { 1, 3, 5, 6 });

        Assert.Equal(0, (both.forward(lr).narrow(1, 8, 8) - last.forward(lr)).abs().max().ToDouble());
    }

    [Theory]
    [InlineData(EncoderBlock.Dense), InlineData(EncoderBlock.Plain)]
    public void Feature_depends_on_no_pixel_farther_away_than_the_encoders_reach(EncoderBlock block)
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var options = new RrdbOptions { Block = block, Blocks = 2, Selection = [0], Features = 4, Growth = 2 };
        using var encoder = new RrdbEncoder(options, NetworkPlacement.Cpu);
        foreach (var (name, weight) in encoder.named_parameters())
            weight.copy_(name.EndsWith("bias", StringComparison.Ordinal) ? weight * 0 : weight.abs() + 0.1);
        var side = options.EncoderReach + 5;
        var point = torch.zeros(1, 3, side, side);
        point.narrow(2, 2, 1).narrow(3, 2, 1).fill_(1);

        var seen = encoder.forward(point).amax([0, 1, 2]).data<float>().ToArray();

        Assert.All(seen[..(3 + options.EncoderReach)], value => Assert.True(value > 0));
        Assert.All(seen[(3 + options.EncoderReach)..], value => Assert.Equal(0, value));
    }

    [Fact]
    public void Encoder_that_is_told_how_degraded_a_picture_is_looks_at_it_and_the_card_says_so()
    {
        using var scope = torch.NewDisposeScope();
        using var noGradient = torch.no_grad();
        var options = new RrdbOptions
        {
            Scale = 2, Block = EncoderBlock.Plain, Blocks = 1, Selection = [0], Features = 8, ConditionPlanes = 3,
        };
        using var network = new RrdbNet(options);
        var low = torch.rand(2, 3, 6, 7);
        var strength = torch.tensor(new float[] { 0, 0, 0, 0.2f, 0.4f, 0.6f }, [2, 3]);

        var given = network.Given(low, strength);

        Assert.Equal([2, 6, 6, 7], given.shape);
        Assert.Equal([0.4, 0.4], new[] { given[1, 4, 0, 0].ToDouble(), given[1, 4, 5, 6].ToDouble() }.Select(v => Math.Round(v, 6)));
        Assert.NotEqual(network.Encode(given).sum().ToDouble(), network.Encode(network.Given(low, strength * 0)).sum().ToDouble());
        Assert.Equal([2, 3], network.Estimate(low)!.shape);
        Assert.Equal(options.ToJson().ToJsonString(), RrdbOptions.FromJson(options.ToJson()).ToJson().ToJsonString());
        Assert.DoesNotContain(new RrdbOptions().ToJson(), o => o.Key is "rrdb_block" or "condition_planes" or "rrdb_head_features");
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
        Assert.Equal(PssrErrorKind.Checkpoint,
            Assert.Throws<PssrException>(() => EcdpOptions.FromJson(JsonNode.Parse(json)!.AsObject())).Kind);

    [Fact]
    public void Options_survive_a_model_card() =>
        Assert.Equal(Tiny.ToJson().ToJsonString(), EcdpOptions.FromJson(Tiny.ToJson()).ToJson().ToJsonString());

    /// <summary>What the collector throws away after a failed constructor must not end the process: it has no parts yet.</summary>
    [Fact]
    public void A_network_that_cannot_be_built_is_collected_in_peace()
    {
        for (var i = 0; i < 3; i++)
        {
            Assert.Throws<PssrException>(() => new EcdpUNet(Tiny with { Patch = 0 }, NetworkPlacement.Cpu));
            Assert.ThrowsAny<Exception>(() => new RrdbHead(Tiny, null!));
        }

        GC.Collect();
        GC.WaitForPendingFinalizers(); // a finaliser that throws ends the test run
    }
}
