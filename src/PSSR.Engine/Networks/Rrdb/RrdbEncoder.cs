using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Networks.Rrdb;

/// <summary>
/// Residual blocks over the low-resolution picture, dense ones (ESRGAN, Wang et al. 2018, section 3.1) or plain ones, with the outputs of
/// chosen blocks as features.
/// </summary>
public sealed class RrdbEncoder : NamedModule
{
    private readonly RrdbOptions _options;
    private readonly NetworkPlacement _placement;
    private readonly Conv2d _first;
    private readonly EncoderStep[] _blocks;

    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public RrdbEncoder(RrdbOptions options, NetworkPlacement placement) : base(nameof(RrdbEncoder))
    {
        options.Validate();
        (_options, _placement) = (options, placement);
        _first = Layers.Convolution(options.GivenChannels, options.Features, torch.float32, placement.Device);
        _blocks = [.. Enumerable.Range(0, options.Blocks).Select(Block)];
        register_module("conv_first", _first);
        register_module("blocks", ModuleGroup.Numbered(_blocks));

        EncoderStep Block(int number) => options.Block == EncoderBlock.Dense
            ? new RrdbBlock(options.Features, options.Growth, placement)
            : new PlainBlock(options.Features, placement);
    }

    /// <summary>What the encoder is given of pictures whose degradation is known.</summary>
    /// <param name="low">float32 [N,C,h,w].</param>
    /// <param name="strength">float32 [N,P], for each picture what its planes hold; not looked at where the encoder takes none.</param>
    /// <returns>float32 [N,C+P,h,w], which the caller disposes.</returns>
    public Tensor Given(Tensor low, Tensor strength)
    {
        if (_options.ConditionPlanes == 0)
            return low.alias();
        using var planes = strength.unsqueeze(2).unsqueeze(3).expand(-1, -1, low.shape[2], low.shape[3]);
        return torch.cat(new[] { low, planes }, 1);
    }

    /// <param name="x">The low-resolution picture, float32 [N,C,h,w] in [0,1], and where the encoder takes them the planes that tell how
    /// degraded it is.</param>
    /// <returns>float32 [N,<see cref="RrdbOptions.FeatureChannels"/>,h,w].</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x) => Layers.Then(Encode(x), v => v.to(torch.float32));

    /// <summary>The features as they are computed, of the body's type.</summary>
    /// <inheritdoc cref="forward"/>
    internal Tensor Encode(Tensor x)
    {
        if (x.shape.Length != 4 || x.shape[1] != _options.GivenChannels)
            throw new PssrException(PssrErrorKind.Option,
                $"The encoder takes [N, {_options.GivenChannels}, h, w], not [{string.Join(", ", x.shape)}].");
        using var scope = torch.NewDisposeScope();
        SignalStack.Ensure();
        var h = Layers.Then(_first.forward(x), v => v.to(_placement.BodyType));
        var chosen = new List<Tensor>();
        for (var i = 0; i <= _options.Selection[^1]; i++)
        {
            var next = _blocks[i].forward(h);
            if (chosen.Count == 0 || !ReferenceEquals(chosen[^1], h))
                h.Dispose();
            h = next;
            if (_options.Selection.Contains(i))
                chosen.Add(h);
        }
        return (chosen.Count == 1 ? chosen[0] : torch.cat(chosen, 1)).MoveToOuterDisposeScope();
    }
}
