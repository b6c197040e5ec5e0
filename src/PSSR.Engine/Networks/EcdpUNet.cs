using PSSR.Host;
using PSSR.Networks.Kernels;
using PSSR.Networks.Packing;
using PSSR.Networks.Rrdb;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// ECDP's U-Net (Yuan, Yuan 2024, section 4.1): no attention, low-resolution features added in every block, two heads ε̂ and ẑ0.
/// Sides need not be even: the decoder cuts what the doubling gives too much.
/// </summary>
public sealed class EcdpUNet : NamedModule, IPackable
{
    internal const int LastGroups = 16;

    private readonly EcdpOptions _options;
    private readonly NetworkPlacement _placement;
    private readonly Linear _timeIn, _timeOut;
    private readonly Conv2d _first;
    private readonly OutputConvolution _last;
    private readonly List<torch.nn.Module> _encoder = [], _decoder = [];
    private readonly EcdpResidualBlock[] _middle;
    private readonly GroupNorm32 _lastNorm;
    private readonly (EcdpResidualBlock Block, int Level)[] _blocks;

    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public EcdpUNet(EcdpOptions options, NetworkPlacement placement) : base(nameof(EcdpUNet))
    {
        options.Validate();
        (_options, _placement) = (options, placement);
        var (type, device, width, levels) = (placement.BodyType, placement.Device, 4 * options.TimeChannels, options.LevelChannels);
        _timeIn = torch.nn.Linear(options.TimeChannels, width, true, device, torch.float32);
        _timeOut = torch.nn.Linear(width, width, true, device, torch.float32);
        _first =
            Layers.Scaled(Layers.Convolution(options.InputChannels * options.Patch * options.Patch, options.Base, torch.float32, device));

        EcdpResidualBlock Residual(int from, int to) => new(from, to, width, options.FeatureChannels, placement);
        SizeStep Resize(string name, string place, int over, int stride) =>
            new(name, place, Layers.Scaled(Layers.Convolution(over, over, type, device, stride: stride)));

        var channels = options.Base;
        var skips = new Stack<int>([channels]);
        for (var level = 0; level < levels.Count; level++)
        {
            for (var block = 0; block < options.LevelBlocks[level]; block++, skips.Push(channels))
            {
                _encoder.Add(Residual(channels, levels[level]));
                channels = levels[level];
            }
            if (level == levels.Count - 1)
                break;
            _encoder.Add(Resize("downconv", "", channels, stride: 2));
            skips.Push(channels);
        }

        _middle = [Residual(channels, channels), Residual(channels, channels)];

        for (var level = levels.Count - 1; level >= 0; level--)
        {
            for (var block = 0; block <= options.LevelBlocks[level]; block++)
            {
                _decoder.Add(Residual(channels + skips.Pop(), levels[level]));
                channels = levels[level];
            }
            if (level > 0)
                _decoder.Add(Resize("upconv", "1", channels, stride: 1));
        }

        _blocks = [.. InOrder()];
        _lastNorm = new GroupNorm32(channels, device, LastGroups);
        var last = Layers.Scaled(
            Layers.Convolution(channels, 2 * options.InputChannels * options.Patch * options.Patch, torch.float32, device));
        _last = new OutputConvolution(last, type);
        register_module("time_in", new ModuleGroup(("0", _timeIn), ("2", _timeOut)));
        register_module("in_conv", new ModuleGroup(("network", _first)));
        register_module("downs", ModuleGroup.Numbered(_encoder));
        register_module("mid", ModuleGroup.Numbered(_middle));
        register_module("ups", ModuleGroup.Numbered(_decoder));
        register_module("out_conv", new ModuleGroup(("0", _lastNorm), ("2", new ModuleGroup(("network", last)))));
        eval();
    }

    void IPackable.Pack()
    {
        // On single pixels, as published, it is a small part, and an adaptive solver takes its rounding for error: a quarter more steps.
        if (_options.Patch > 1)
            _last.Pack();
    }

    /// <summary>
    /// What the blocks add of a picture's features, which is the same at every evaluation: projected, in the blocks' order. Resizing and a
    /// 1×1 convolution may change places (the resizing's weights sum to 1): whichever makes less of them goes first, and what makes more is
    /// left to the evaluation.
    /// </summary>
    /// <param name="features">Of <see cref="RrdbEncoder"/>, float32 or of the body's type, [N,F,h,w].</param>
    /// <param name="height">Of the states that will be evaluated, as width.</param>
    /// <returns>[N,C',h',w'] of the body's type for each block, no larger than the features and no larger than the block.</returns>
    /// <exception cref="PssrException">Kind Option: features of another network.</exception>
    public Tensor[] Project(Tensor features, long height, long width)
    {
        if (features.shape.Length != 4 || features.shape[1] != _options.FeatureChannels)
            throw new PssrException(PssrErrorKind.Option,
                $"The network takes features [N, {_options.FeatureChannels}, h, w], not [{string.Join(", ", features.shape)}].");
        using var scope = torch.NewDisposeScope();
        SignalStack.Ensure();
        var (rows, columns) = (height / _options.Patch, width / _options.Patch);
        var atLevel = new Tensor[_options.LevelChannels.Count];
        for (var level = 0; level < atLevel.Length; level++, rows = (rows + 1) / 2, columns = (columns + 1) / 2)
            atLevel[level] = (rows * columns < features.shape[2] * features.shape[3]
                ? Resized(features.to(torch.float32), rows, columns) : features).to(_placement.BodyType);
        return Array.ConvertAll(_blocks, block => block.Block.Project(atLevel[block.Level]).MoveToOuterDisposeScope());
    }

    /// <summary>Bilinear, half-pixel centres, no antialias; x itself where it has the size.</summary>
    internal static Tensor Resized(Tensor x, long height, long width) => x.shape[2] == height && x.shape[3] == width ? x
        : KernelEvents.Of("resize",
            () => F.interpolate(x, size: new long[] { height, width }, mode: InterpolationMode.Bilinear, align_corners: false));

    /// <summary>One evaluation, with features of their own.</summary>
    /// <inheritdoc cref="forward(Tensor, Tensor, Tensor[])"/>
    /// <inheritdoc cref="Project"/>
    public Tensor forward(Tensor x, Tensor t, Tensor features)
    {
        RequireShapes(x.shape, t.shape, features.shape);
        using var scope = torch.NewDisposeScope();
        return forward(x, t, Project(features, x.shape[2], x.shape[3])).MoveToOuterDisposeScope();
    }

    /// <summary>One evaluation.</summary>
    /// <param name="x">z_t, float32 [N,C,H,W]; sides are multiples of <see cref="EcdpOptions.Patch"/>.</param>
    /// <param name="t">float32 [N]: 300 times the continuous time.</param>
    /// <param name="projected">Of <see cref="Project"/>, for this size.</param>
    /// <returns>float32 [N,2C,H,W]: ε̂, then ẑ0.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x, Tensor t, Tensor[] projected)
    {
        RequireShapes(x.shape, t.shape, [x.shape[0], _options.FeatureChannels, 1, 1]);
        using var scope = torch.NewDisposeScope();
        var block = 0;
        var time = TimestepEmbedding.CreateSinesFirst(t, _options.TimeChannels);
        time = _timeOut.forward(_timeIn.forward(time).silu()).silu();

        var whole = _options.Patch == 1 ? x : F.pixel_unshuffle(x, _options.Patch);
        SignalStack.Ensure();
        var input = torch.is_grad_enabled() ? whole : Accelerated.ConvolutionLayout(whole);
        var h = Layers.Then(_first.forward(input), v => v.to(_placement.BodyType));
        var skips = new Stack<Tensor>([h]);
        foreach (var layer in _encoder)
            skips.Push(h = Step(layer, h));

        foreach (var layer in _middle)
            h = Step(layer, h);
        foreach (var layer in _decoder)
        {
            if (layer is EcdpResidualBlock)
            {
                using var skip = skips.Pop();
                h = Layers.Then(h, v => Layers.Join(v.narrow(2, 0, skip.shape[2]).narrow(3, 0, skip.shape[3]), skip));
            }
            h = Layers.Then(h, v => Step(layer, v));
        }

        var heads = _last.forward(h, v => _lastNorm.forward(v, silu: true));
        return (_options.Patch == 1 ? heads : F.pixel_shuffle(heads, _options.Patch)).MoveToOuterDisposeScope();

        Tensor Step(torch.nn.Module layer, Tensor v) =>
            layer is EcdpResidualBlock residual ? residual.forward(v, time, projected[block++]) : ((SizeStep)layer).forward(v);
    }

    /// <summary>The residual blocks in the order in which they are evaluated, and the level that each stands at.</summary>
    private IEnumerable<(EcdpResidualBlock Block, int Level)> InOrder()
    {
        var level = 0;
        foreach (var layer in _encoder.Concat(_middle).Concat(_decoder))
        {
            if (layer is EcdpResidualBlock block)
                yield return (block, level);
            else
                level += ((SizeStep)layer).Doubles ? -1 : 1;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _last.Dispose();
        base.Dispose(disposing);
    }

    private void RequireShapes(long[] x, long[] t, long[] features)
    {
        if (x.Length != 4 || x[1] != _options.InputChannels || x[2] < 1 || x[3] < 1 || x[2] % _options.Patch != 0
            || x[3] % _options.Patch != 0 || t.Length != 1 || t[0] != x[0]
            || features.Length != 4 || features[0] != x[0] || features[1] != _options.FeatureChannels)
        {
            throw new PssrException(PssrErrorKind.Option,
                $"The network takes [N, {_options.InputChannels}, H, W], one time a picture and features "
                    + $"[N, {_options.FeatureChannels}, h, w], "
                + $"not [{string.Join(", ", x)}], [{string.Join(", ", t)}] and [{string.Join(", ", features)}].");
        }
    }

    /// <summary>Halves the size by a strided convolution, or doubles it by nearest neighbour and convolves.</summary>
    private sealed class SizeStep : NamedModule, IPackable
    {
        private readonly Conv2d _convolution;
        private readonly DoublingConvolution? _doubling;

        public bool Doubles => _doubling is not null;

        /// <param name="place">Number of the convolution below its name; empty where it has none.</param>
        public SizeStep(string name, string place, Conv2d convolution) : base(nameof(SizeStep))
        {
            (_convolution, _doubling) = (convolution, place.Length > 0 ? new DoublingConvolution(convolution) : null);
            var named = new ModuleGroup(("network", convolution));
            register_module(name, Doubles ? new ModuleGroup((place, named)) : named);
        }

        public void Pack() => _doubling?.Pack();

        public Tensor forward(Tensor x) => _doubling is not null ? _doubling.forward(x) : _convolution.forward(x);

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _doubling?.Dispose();
            base.Dispose(disposing);
        }
    }
}
