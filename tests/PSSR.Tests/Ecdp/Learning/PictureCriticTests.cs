using PSSR.Ecdp;
using PSSR.Ecdp.Learning;
using PSSR.Networks;
using PSSR.Tests.Training;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Tests.Ecdp.Learning;

[Collection(GlobalRandomCollection.Name)]
public sealed class PictureCriticTests
{
    private static readonly EcdpOptions Layout = new()
    {
        Scale = 2, Blocks = 1, Selection = [0], Features = 8, Growth = 4, HeadResidual = true, Mean = FlowMean.Encoder, Sigma = 0.1,
        Patch = 2, TimeChannels = 8, Base = 16, LevelChannels = [16], LevelBlocks = [1],
    };

    [Fact]
    public void The_loss_compares_patches_of_the_same_place()
    {
        using var scope = torch.NewDisposeScope();
        // Of one place both verdicts lie 10 higher, which must make no difference.
        var real = torch.tensor(new[] { 1f, 3, 11, 13 }).reshape(2, 1, 1, 2);
        var drawn = torch.tensor(new[] { 0f, -2, 10, 8 }).reshape(2, 1, 1, 2);

        // -log sigmoid of the leads 1, 5, 1 and 5.
        Assert.Equal((Soft(-1) + Soft(-5)) / 2, PictureCritic.Behind(real, drawn).ToDouble(), 1e-6);
        Assert.Equal((Soft(1) + Soft(5)) / 2, PictureCritic.Behind(drawn, real).ToDouble(), 1e-6);

        static double Soft(double x) => Math.Log(1 + Math.Exp(x));
    }

    [Fact]
    public void It_learns_to_tell_noise_from_what_is_smooth()
    {
        torch.manual_seed(2);
        using var scope = torch.NewDisposeScope();
        using var critic = new PictureCritic(3, NetworkPlacement.Cpu);
        using var adam = torch.optim.Adam(critic.parameters(), 1e-3);
        var beside = torch.full([4, 3, 16, 16], 0.5f);
        var first = 0.0;
        var last = 0.0;
        for (var i = 0; i < 12; i++)
        {
            using var inner = torch.NewDisposeScope();
            var (noisy, smooth) = (torch.rand(4, 3, 16, 16), torch.rand(4, 3, 1, 1).expand(4, 3, 16, 16));
            var loss = PictureCritic.Behind(critic.forward(noisy, beside).Verdict, critic.forward(smooth, beside).Verdict);
            adam.zero_grad();
            loss.backward();
            adam.step();
            (first, last) = (i == 0 ? loss.ToDouble() : first, loss.ToDouble());
        }

        Assert.InRange(last, 0, 0.7 * first);
    }

    [Fact]
    public void Half_of_the_pictures_are_drawn_from_all_of_the_noise_a_quarter_from_none_and_the_others_from_less()
    {
        using var scope = torch.NewDisposeScope();
        var options = new FlowUpscalerOptions { QualityBatchSize = 400 };

        var shares = QualityTraining.Shares(options, 3).data<float>().ToArray();

        Assert.InRange(shares.Count(s => s == 1), 160, 240);
        Assert.InRange(shares.Count(s => s == 0), 70, 130);
        Assert.All(shares, s => Assert.InRange(s, 0, 1));
        Assert.Equal(shares, QualityTraining.Shares(options, 3).data<float>().ToArray());
        Assert.NotEqual(shares, QualityTraining.Shares(options, 4).data<float>().ToArray());
    }

    [Fact]
    public void Neither_the_flow_nor_the_critic_learns_from_the_others_loss()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var network = new EcdpNetwork(Layout, NetworkPlacement.Cpu);
        using var critic = new PictureCritic(3, NetworkPlacement.Cpu);
        var (low, high) = (torch.rand(2, 3, 8, 8), torch.rand(2, 3, 16, 16));
        var pair = new QualityPair(low, high, torch.randn(2, 3, 16, 16)) { Nudge = torch.randn(2, 3, 16, 16) * 0.02 };
        var options = new FlowUpscalerOptions
        {
            Network = Layout, QualityCriticWeight = 0.3, QualityPixelWeight = 2, QualityPatternWeight = 15, QualityWeight = 0.7,
            QualitySamplingSteps = 2, QualitySampler = QualitySampler.DpmSolver,
        };
        List<Tensor> ofFlow = [.. network.UNet.parameters()], ofCritic = [.. critic.parameters()];

        var both = torch.autograd.grad([new DrawnLoss(options, null, critic).Loss(network, pair)], [.. ofFlow, .. ofCritic]);

        var mean = network.Mean(low, network.Encoder.forward(low)).detach();
        var features = network.Encoder.forward(low).detach();
        var flow = new EcdpDenoiser(network, features, new PSSR.Diffusion.EvaluationMonitor());
        var picture = mean + new DpmSolver(2).Sample(flow, pair.Start) * 0.1;
        var beside = F.interpolate(low, [16, 16], mode: InterpolationMode.Bicubic, align_corners: false);
        var (photograph, drawn) = (critic.forward(high, beside), critic.forward(picture, beside));
        var flowAlone = (picture - high).abs().mean() * 2 + DrawnLoss.FixedPattern(picture - high, Layout.Patch) * 15
            + PictureCritic.Behind(drawn.Verdict, photograph.Verdict) * 0.3
            + PictureCritic.Distance(drawn, photograph) * 0.7;
        var steepness = (critic.forward(high + pair.Nudge, beside).Verdict - photograph.Verdict).square().mean();
        var criticAlone = PictureCritic.Behind(photograph.Verdict, critic.forward(picture.detach(), beside).Verdict) + steepness * 100;
        var expected = torch.autograd.grad([flowAlone], ofFlow, retain_graph: true).Concat(torch.autograd.grad([criticAlone], ofCritic));
        Assert.All(both.Zip(expected), pair => Assert.True(pair.First.allclose(pair.Second, 1e-4, 1e-6)));
    }

    [Fact]
    public void A_critic_counts_for_the_flow_as_far_as_each_picture_says_and_learns_from_all()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var network = new EcdpNetwork(Layout, NetworkPlacement.Cpu);
        using var critic = new PictureCritic(3, NetworkPlacement.Cpu);
        var pair = new QualityPair(torch.rand(2, 3, 8, 8), torch.rand(2, 3, 16, 16), torch.randn(2, 3, 16, 16))
        {
            Nudge = torch.randn(2, 3, 16, 16) * 0.02,
        };
        var options = new FlowUpscalerOptions
        {
            Network = Layout, QualityCriticWeight = 0.3, QualitySamplingSteps = 1, QualitySampler = QualitySampler.DpmSolver,
        };
        double Loss(params float[] counts) =>
            new DrawnLoss(options, picture => picture, critic).Loss(network, pair with { Criticized = torch.tensor(counts) }).ToDouble();
        Tensor[] OfCritic(float counts) => [.. torch.autograd.grad(
            [new DrawnLoss(options, picture => picture, critic).Loss(network, pair with { Criticized = torch.full([2], counts) })],
            [.. critic.parameters()])];

        var (none, first, second, both) = (Loss(0, 0), Loss(1, 0), Loss(0, 1), Loss(1, 1));

        Assert.True(none < first && none < second);
        Assert.Equal(both - none, first - none + second - none, 1e-5);
        Assert.Equal(both, new DrawnLoss(options, picture => picture, critic).Loss(network, pair).ToDouble(), 1e-6);
        Assert.All(OfCritic(0).Zip(OfCritic(1)), pair => Assert.True(pair.First.allclose(pair.Second, 1e-5, 1e-7)));
    }

    [Fact]
    public void Features_count_as_far_as_a_picture_shows_its_texture()
    {
        torch.manual_seed(1);
        using var scope = torch.NewDisposeScope();
        using var off = torch.no_grad();
        using var network = new EcdpNetwork(Layout, NetworkPlacement.Cpu);
        var pair = new QualityPair(torch.rand(2, 3, 8, 8), torch.rand(2, 3, 16, 16), torch.randn(2, 3, 16, 16));
        var options = new FlowUpscalerOptions
        {
            Network = Layout, QualityWeight = 0.7, QualitySamplingSteps = 1, QualitySampler = QualitySampler.DpmSolver,
        };
        double Loss(QualityPair of) => new DrawnLoss(options, picture => picture.square(), null).Loss(network, of).ToDouble();

        var (with, without) = (Loss(pair), Loss(pair with { Texture = torch.zeros(2) }));

        Assert.Equal(with, Loss(pair with { Texture = torch.ones(2) }), 1e-6);
        Assert.Equal((with + without) / 2, Loss(pair with { Texture = torch.full([2], 0.5f) }), 1e-6);
        Assert.True(without < with);
    }
}
