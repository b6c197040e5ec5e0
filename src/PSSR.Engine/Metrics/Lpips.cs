using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks.Features;
using PSSR.Pictures;

namespace PSSR.Metrics;

/// <summary>A perceptual distance, and what each layer adds to it.</summary>
/// <param name="Distance">0 for equal pictures; about 0.1 is hard to see, 0.5 is another picture.</param>
public sealed record LpipsValue(double Distance, IReadOnlyList<double> PerLayer);

/// <summary>What LPIPS is fed of pictures.</summary>
public enum LpipsRange : long
{
    /// <summary>-1 to 1, as its networks were trained.</summary>
    Signed,

    /// <summary>-1 to 509: 8-bit values times two less one, as DPI's released script has it. A distance, but not LPIPS's.</summary>
    Released,
}

/// <summary>
/// LPIPS v0.1 (Zhang, Isola, Efros, Shechtman, Wang 2018, Eq. 1): features of both pictures, normalised along channels, squared difference,
/// weighed per channel by the published linear weights, mean over places, summed over layers.
/// The weights are the user's files: a torchvision backbone and the LPIPS repository's linear weights.
/// </summary>
public sealed class Lpips : IDisposable
{
    /// <summary>Keeps the length of an all-zero feature vector from dividing by zero, as the reference code has it.</summary>
    private const double Tiny = 1e-10;

    /// <summary>Of pictures, in pixels: the deepest layers have nothing to look at in smaller ones.</summary>
    internal const int LeastSide = 32;

    private static readonly float[] Shift = [-0.030f, -0.088f, -0.188f], Spread = [0.458f, 0.448f, 0.450f];

    private readonly Backbone _backbone;
    private readonly FeatureStack _features;
    private readonly Tensor[] _linear;
    private readonly Tensor _shift, _spread;
    private readonly torch.Device _device;

    private sealed record Backbone(string Name, IReadOnlyList<FeatureLayer> Layers, int[] Wanted);

    private static readonly Backbone[] Backbones =
    [
        new("alex", KnownFeatureStacks.AlexNet, [1, 4, 7, 9, 11]),
        new("squeeze", KnownFeatureStacks.SqueezeNet11, [1, 4, 7, 9, 10, 11, 12]),
        new("vgg", KnownFeatureStacks.Vgg16, [3, 8, 15, 22, 29]),
    ];

    private Lpips(Backbone backbone, FeatureStack features, Tensor[] linear, torch.Device device)
    {
        (_backbone, _features, _linear, _device) = (backbone, features, linear, device);
        // They live as long as this, whatever scope it is made in.
        _shift = torch.tensor(Shift, new long[] { 1, 3, 1, 1 }, torch.float32, device).DetachFromDisposeScope();
        _spread = torch.tensor(Spread, new long[] { 1, 3, 1, 1 }, torch.float32, device).DetachFromDisposeScope();
    }

    /// <summary>Names that <see cref="Load(string, string, string, torch.Device?)"/> takes.</summary>
    public static IReadOnlyList<string> Networks { get; } = [.. Backbones.Select(b => b.Name)];

    /// <summary>alex, squeeze or vgg.</summary>
    public string Network => _backbone.Name;

    /// <param name="network">alex, squeeze (SqueezeNet 1.1) or vgg (VGG-16).</param>
    /// <param name="backbonePath">torchvision's weights, whole or only their <c>features.*</c>; .pth or .safetensors.</param>
    /// <param name="linearPath">The LPIPS repository's weights/v0.1/NETWORK.pth.</param>
    /// <exception cref="PssrException">Kind Option: unknown network. Kind Checkpoint: a file can't be read or doesn't fit.</exception>
    public static Lpips Load(string network, string backbonePath, string linearPath, torch.Device? device = null)
    {
        Find(network);
        using var ofBackbone = WeightsFile.Open(backbonePath);
        using var ofLinear = WeightsFile.Open(linearPath);
        return Load(network, ofBackbone, ofLinear, device);
    }

    /// <summary>The same from open files.</summary>
    internal static Lpips Load(string network, WeightsFile ofBackbone, WeightsFile ofLinear, torch.Device? device)
    {
        Backbone backbone = Find(network);
        IReadOnlyDictionary<string, Tensor> features = ofBackbone.ReadAll(ScalarType.Float32),
            linear = ofLinear.ReadAll(ScalarType.Float32);
        try
        {
            return Create(backbone.Name, features, ofBackbone.Path, linear, ofLinear.Path, device ?? torch.CPU);
        }
        finally
        {
            foreach (Tensor weight in features.Values.Concat(linear.Values))
                weight.Dispose();
        }
    }

    /// <summary>From weights in memory, which are copied.</summary>
    internal static Lpips Create(
        string network, IReadOnlyDictionary<string, Tensor> backboneWeights, string backbonePath,
        IReadOnlyDictionary<string, Tensor> linearWeights, string linearPath,
        torch.Device device)
    {
        Backbone backbone = Find(network);
        const string Prefix = "features.";
        var features = InitialWeights.Overwritten(() => new FeatureStack(network, backbone.Layers));
        StateDict.LoadInto(
            features,
            backboneWeights.Where(w => w.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .ToDictionary(w => w.Key[Prefix.Length..], w => w.Value),
            backbonePath);
        features.eval();
        features.to(device);
        var linear = new Tensor[backbone.Wanted.Length];
        for (int k = 0; k < linear.Length; k++)
        {
            string name = $"lin{k}.model.1.weight";
            if (!linearWeights.TryGetValue(name, out Tensor? weight) || weight.shape is not [1, _, 1, 1])
                throw new PssrException(PssrErrorKind.Checkpoint,
                    $"'{linearPath}' lacks '{name}' [1,C,1,1], which LPIPS v0.1 for {network} has.", linearPath);
            linear[k] = weight.to(device).clone().DetachFromDisposeScope();
        }

        return new Lpips(backbone, features, linear, device);
    }

    /// <summary>Distance of two pictures.</summary>
    /// <param name="a">float32 [1,3,H,W] in [-1,1], on any device; 32×32 at least.</param>
    /// <param name="b">The same shape.</param>
    /// <exception cref="PssrException">Kind Option: shapes differ or are too small.</exception>
    public LpipsValue Compute(Tensor a, Tensor b)
    {
        if (!a.shape.SequenceEqual(b.shape) || a.shape is not [1, 3, >= LeastSide, >= LeastSide])
        {
            throw new PssrException(PssrErrorKind.Option,
                "LPIPS compares two pictures [1,3,H,W] of one size, 32×32 at least; "
                + $"these are [{string.Join(",", a.shape)}] and [{string.Join(",", b.shape)}].");
        }

        using var noGradient = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        var perLayer = new double[_linear.Length];
        Tensor pair = (torch.cat(new[] { a.to(_device), b.to(_device) }, 0) - _shift) / _spread;
        _features.Visit(pair, _backbone.Wanted, (k, features) => perLayer[k] = Distance(features, _linear[k]));
        return new LpipsValue(perLayer.Sum(), perLayer);
    }

    /// <summary>Distance of two pictures as they stand in files; what is transparent is laid on white.</summary>
    /// <exception cref="PssrException">Kind Option: sizes differ or are too small.</exception>
    public LpipsValue Compute(RasterImage a, RasterImage b, LpipsRange range = LpipsRange.Signed)
    {
        using var scope = torch.NewDisposeScope();
        return Compute(FromRaster(a, range), FromRaster(b, range));
    }

    private static Backbone Find(string network) => Array.Find(Backbones, b => b.Name == network)
        ?? throw new PssrException(PssrErrorKind.Option, $"LPIPS has no network '{network}'. Known: {string.Join(", ", Networks)}.",
            network);

    private static Tensor FromRaster(RasterImage image, LpipsRange range)
    {
        Tensor unit = ImageTensor.OnWhite(image);
        return ImageTensor.ToSigned(range == LpipsRange.Released ? unit * Kept.Of(byte.MaxValue) : unit);
    }

    public void Dispose()
    {
        _features.Dispose();
        foreach (Tensor weight in _linear)
            weight.Dispose();
        _shift.Dispose();
        _spread.Dispose();
    }

    private static double Distance(Tensor features, Tensor linear)
    {
        using var scope = torch.NewDisposeScope();
        Tensor unit = features / features.Squared().sum(1, true).sqrt().Plus(Tiny);
        Tensor difference = (unit.narrow(0, 0, 1) - unit.narrow(0, 1, 1)).Squared();
        return (difference * linear).sum(1, true).to(torch.float64).mean().Value();
    }
}
