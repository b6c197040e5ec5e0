using PSSR.Metrics;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Tests.Metrics;

public sealed class LpipsTests : IDisposable
{
    private static CancellationToken Stop => TestContext.Current.CancellationToken;

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

    /// <summary>DPI's released script hands over 0..255 times two less one.</summary>
    [Fact]
    public void The_released_range_is_another_distance_and_says_so()
    {
        using Lpips lpips = Create();
        RasterImage a = Noise(1), b = Noise(2);
        Tensor Released(RasterImage image) => ImageTensor.FromRaster(image).Colour * 255 * 2 - 1;

        var (own, released) = (lpips.Compute(a, b).Distance, lpips.Compute(a, b, LpipsRange.Released).Distance);

        Assert.NotEqual(own, released);
        Assert.Equal(lpips.Compute(Released(a), Released(b)).Distance, released, 1e-6);
        var values = (MetricPreset.PyIqa with { LpipsRange = LpipsRange.Released }).Measure(a, b, 1, lpips, Stop);
        Assert.Equal((released, true), (values[^1].Value, values[^1].LowerIsBetter));
        Assert.False(values[^1].IsComparable(MetricPreset.PyIqa.Measure(a, b, 1, lpips, Stop)[^1]));
    }

    [Fact]
    public void A_trainings_validation_is_the_mean_distance_of_clipped_pictures()
    {
        Tensor truth = torch.rand(new long[] { 2, 3, 40, 40 }) * 2 - 1, picture = torch.rand(new long[] { 2, 3, 40, 40 }) * 3 - 1.5f;
        using var validation = new ValidationLpips(Create());
        using Lpips lpips = Create();

        Tensor clipped = picture.clamp(-1, 1);
        var mean = Enumerable.Range(0, 2).Average(i => lpips.Compute(clipped.narrow(0, i, 1), truth.narrow(0, i, 1)).Distance);
        Assert.Equal(mean, validation.Mean(picture, truth), 1e-9);
        Assert.Null(ValidationLpips.Load(null));
    }

    private static RasterImage Noise(int seed)
    {
        var samples = new byte[40 * 36 * 3];
        new Random(seed).NextBytes(samples);
        return new RasterImage(40, 36, 3, samples);
    }

    private Lpips Create() => Lpips.Create("alex", _backbone, "backbone.pth", _linear, "lin.pth", torch.CPU);
}
