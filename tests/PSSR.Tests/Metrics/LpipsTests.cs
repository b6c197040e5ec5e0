using PSSR.Metrics;
using PSSR.Networks.Features;

namespace PSSR.Tests.Metrics;

public sealed class LpipsTests : IDisposable
{
    private readonly DisposeScope _scope = torch.NewDisposeScope();
    private readonly Dictionary<string, Tensor> _backbone, _linear;

    public LpipsTests()
    {
        torch.manual_seed(1);
        using var network = new FeatureStack("alex", KnownFeatureStacks.AlexNet);
        _backbone = network.state_dict().ToDictionary(w => $"features.{w.Key}", w => w.Value.detach().clone());
        _linear = new[] { 64, 192, 384, 256, 256 }.Select((channels, k) => (k, channels))
            .ToDictionary(l => $"lin{l.k}.model.1.weight", l => torch.rand(new long[] { 1, l.channels, 1, 1 }));
    }

    public void Dispose() => _scope.Dispose();

    [Fact]
    public void Equal_pictures_have_distance_0_and_order_does_not_matter()
    {
        using Lpips lpips = Create();
        Tensor a = torch.rand(new long[] { 1, 3, 40, 64 }) * 2 - 1, b = torch.rand(new long[] { 1, 3, 40, 64 }) * 2 - 1;
        Assert.Equal(0, lpips.Compute(a, a).Distance);
        LpipsValue ab = lpips.Compute(a, b), ba = lpips.Compute(b, a);
        Assert.True(ab.Distance > 0);
        Assert.Equal(ab.Distance, ba.Distance, 1e-6);
        Assert.Equal(5, ab.PerLayer.Count);
        Assert.Equal(ab.Distance, ab.PerLayer.Sum(), 1e-12);
    }

    [Fact]
    public void A_classifier_in_the_backbone_file_does_no_harm()
    {
        _backbone["classifier.1.weight"] = torch.ones(4, 4);
        using Lpips lpips = Create();
        Assert.Equal("alex", lpips.Network);
    }

    [Fact]
    public void Files_that_do_not_fit_are_errors_that_name_what_is_missing()
    {
        _linear.Remove("lin3.model.1.weight");
        Assert.Contains("lin3.model.1.weight", Assert.Throws<PssrException>(Create).Message);
        _backbone.Remove("features.8.bias");
        Assert.Contains("8.bias", Assert.Throws<PssrException>(Create).Message);
    }

    [Fact]
    public void Unknown_networks_and_unequal_or_tiny_pictures_are_option_errors()
    {
        using Lpips lpips = Create();
        Assert.Equal(PssrErrorKind.Option, Assert.Throws<PssrException>(() => Lpips.Load("resnet", "a", "b")).Kind);
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => lpips.Compute(torch.zeros(1, 3, 64, 64), torch.zeros(1, 3, 64, 65))).Kind);
        Assert.Equal(PssrErrorKind.Option,
            Assert.Throws<PssrException>(() => lpips.Compute(torch.zeros(1, 3, 8, 64), torch.zeros(1, 3, 8, 64))).Kind);
    }

    private Lpips Create() => Lpips.Create("alex", _backbone, "backbone.pth", _linear, "lin.pth", torch.CPU);
}
