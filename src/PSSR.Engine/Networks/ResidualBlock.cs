using PSSR.Networks.Kernels;
using PSSR.Networks.Packing;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>What a residual block does to the size of its input.</summary>
internal enum Resizing { None, Half, Double }

/// <summary>
/// Norm, SiLU, convolution twice, with the time embedding between; the input, projected where its width differs, is added
/// (Dhariwal &amp; Nichol 2021, section 3, after BigGAN).
/// </summary>
internal sealed class ResidualBlock : NamedModule, IPackable
{
    private readonly GroupNorm32 _inNorm, _outNorm;
    private readonly Conv2d _inConv, _outConv;
    private readonly DoublingConvolution? _doubling;
    private readonly Linear _embedding;
    private readonly Conv2d? _skip;
    private readonly Resizing _resizing;
    private readonly bool _scaleShift;
    private readonly double _dropout;

    public ResidualBlock(int inChannels, int outChannels, int embeddingWidth, Resizing resizing, GuidedUNetOptions options,
        NetworkPlacement placement)
        : base(nameof(ResidualBlock))
    {
        (_resizing, _scaleShift, _dropout) = (resizing, options.UseScaleShiftNorm, options.Dropout);
        _inNorm = new GroupNorm32(inChannels, placement.Device);
        _inConv = Layers.Convolution(inChannels, outChannels, placement.BodyType, placement.Device);
        _doubling = resizing == Resizing.Double ? new DoublingConvolution(_inConv) : null;
        _embedding = torch.nn.Linear(embeddingWidth, _scaleShift ? 2 * outChannels : outChannels, true, placement.Device, torch.float32);
        _outNorm = new GroupNorm32(outChannels, placement.Device);
        _outConv = Layers.Zeroed(Layers.Convolution(outChannels, outChannels, placement.BodyType, placement.Device));
        register_module("in_layers", new ModuleGroup(("0", _inNorm), ("2", _inConv)));
        register_module("emb_layers", new ModuleGroup(("1", _embedding)));
        register_module("out_layers", new ModuleGroup(("0", _outNorm), ("3", _outConv)));
        if (inChannels != outChannels)
        {
            _skip = Layers.Convolution(inChannels, outChannels, placement.BodyType, placement.Device, kernel: 1);
            register_module("skip_connection", _skip);
        }
    }

    public void Pack() => _doubling?.Pack();

    /// <param name="x">[N,C,H,W] of the body's type.</param>
    /// <param name="embedding">float32 [N,E], or [1,E] for all pictures; SiLU already applied.</param>
    /// <returns>[N,C',H',W'] of the body's type.</returns>
    public Tensor forward(Tensor x, Tensor embedding)
    {
        using var scope = torch.NewDisposeScope();
        var projected = _embedding.forward(embedding).expand(x.shape[0], -1);
        var h = _inNorm.forward(x, silu: true);
        h = _doubling is not null ? Layers.Then(h, _doubling.forward) : Layers.Then(Layers.Then(h, Resize), _inConv.forward);
        if (_scaleShift)
        {
            var halves = projected.chunk(2, 1);
            h = Layers.Then(h, v => _outNorm.forward(v, silu: true, scale: halves[0], shift: halves[1], overwrite: true));
        }
        else
        {
            Layers.Add(h, projected.to(h.dtype).reshape(h.shape[0], -1, 1, 1));
            h = Layers.Then(h, v => _outNorm.forward(v, silu: true, overwrite: true));
        }
        if (training && _dropout > 0)
            h = Layers.Then(h, v => F.dropout(v, _dropout, true));
        h = Layers.Then(h, _outConv.forward);

        var shortcut = Resize(x);
        if (_skip is not null)
            shortcut = _skip.forward(shortcut);
        return Layers.Add(h, shortcut).MoveToOuterDisposeScope();
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _doubling?.Dispose();
        base.Dispose(disposing);
    }

    private Tensor Resize(Tensor x) => _resizing switch
    {
        Resizing.Half => KernelEvents.Of("resize", () => F.avg_pool2d(x, 2, 2)),
        Resizing.Double => Layers.NearestDouble(x),
        _ => x.alias(),
    };
}
