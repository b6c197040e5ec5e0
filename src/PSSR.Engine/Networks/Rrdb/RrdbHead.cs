using PSSR.Host;
using PSSR.Networks.Packing;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks.Rrdb;

/// <summary>RRDBNet's upscaling end (ESRGAN, Wang et al. 2018): doubles the size by nearest neighbour and convolves, from the encoder's
/// features to a picture.</summary>
internal sealed class RrdbHead : NamedModule, IPackable
{
    private readonly RrdbOptions _options;
    private readonly NetworkPlacement _placement;
    private readonly DoublingConvolution[] _doubling;
    private readonly Conv2d _smooth;
    private readonly OutputConvolution _last;

    public RrdbHead(RrdbOptions options, NetworkPlacement placement) : base(nameof(RrdbHead))
    {
        (_options, _placement) = (options, placement);
        var (width, type, device) = (options.HeadWidth, placement.BodyType, placement.Device);
        _doubling = new DoublingConvolution[options.Doublings];
        // Numbers in state-dict names count the resizing and the activation around each convolution.
        for (var i = 0; i < _doubling.Length; i++)
        {
            var convolution = Layers.Convolution(i == 0 ? options.FeatureChannels : width, width, type, device);
            _doubling[i] = new DoublingConvolution(convolution);
            register_module($"{(3 * i) + 1}", convolution);
        }
        _smooth = Layers.Convolution(_doubling.Length == 0 ? options.FeatureChannels : width, width, type, device);
        var last = Layers.Convolution(width, options.InputChannels, torch.float32, device);
        if (options.HeadResidual)
            Layers.Zeroed(last);
        _last = new OutputConvolution(last, type);
        register_module($"{3 * _doubling.Length}", _smooth);
        register_module($"{(3 * _doubling.Length) + 2}", last);
    }

    public void Pack()
    {
        Array.ForEach(_doubling, convolution => convolution.Pack());
        if (_options.HeadResidual)
            _last.Pack(); // else it gives the picture itself
    }

    /// <param name="low">What the features are of: the picture, float32 [N,C,h,w] in [0,1], and perhaps planes, which are not looked
    /// at.</param>
    /// <param name="features">Of <see cref="RrdbEncoder"/>.</param>
    /// <returns>float32 [N,C,h·2^n,w·2^n], n = <see cref="RrdbOptions.Doublings"/>; about [0,1], not clamped.</returns>
    public Tensor forward(Tensor low, Tensor features)
    {
        using var scope = torch.NewDisposeScope();
        var h = features.to(_placement.BodyType).alias();
        foreach (var convolution in _doubling)
        {
            h = Layers.Then(h, convolution.forward);
            h = Layers.Then(h, Layers.LeakyRelu);
        }
        h = Layers.Then(h, _smooth.forward);
        h = _last.forward(Layers.Then(h, Layers.LeakyRelu));
        if (_options.HeadResidual)
            h.add_(F.interpolate(low.narrow(1, 0, _options.InputChannels), size: new long[] { h.shape[2], h.shape[3] },
                mode: InterpolationMode.Bicubic, align_corners: false), Kept.One);
        return h.MoveToOuterDisposeScope();
    }
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Array.ForEach(_doubling, convolution => convolution.Dispose());
            _last.Dispose();
        }
        base.Dispose(disposing);
    }
}
