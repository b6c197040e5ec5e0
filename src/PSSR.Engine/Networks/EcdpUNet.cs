using PSSR.Host;
using PSSR.Networks.Kernels;
using PSSR.Networks.Rrdb;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// ECDP's U-Net (Yuan, Yuan 2024, section 4.1): no attention, low-resolution features added in every block, two heads ε̂ and ẑ0.
/// Sides need not be even: the decoder cuts what the doubling gives too much.
/// </summary>
public sealed class EcdpUNet : NamedModule
{
    internal const int LastGroups = 16;

    private readonly EcdpOptions _options;
    private readonly NetworkPlacement _placement;
    private readonly Linear _timeIn, _timeOut;
    private readonly Conv2d _first, _last;
    private readonly List<torch.nn.Module> _encoder = [], _decoder = [];
    private readonly EcdpResidualBlock[] _middle;
    private readonly GroupNorm32 _lastNorm;

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

        _lastNorm = new GroupNorm32(channels, device, LastGroups);
        _last = Layers.Scaled(
            Layers.Convolution(channels, 2 * options.InputChannels * options.Patch * options.Patch, torch.float32, device));
        register_module("time_in", new ModuleGroup(("0", _timeIn), ("2", _timeOut)));
        register_module("in_conv", new ModuleGroup(("network", _first)));
        register_module("downs", ModuleGroup.Numbered(_encoder));
        register_module("mid", ModuleGroup.Numbered(_middle));
        register_module("ups", ModuleGroup.Numbered(_decoder));
        register_module("out_conv", new ModuleGroup(("0", _lastNorm), ("2", new ModuleGroup(("network", _last)))));
        eval();
    }

    /// <summary>One evaluation.</summary>
    /// <param name="x">z_t, float32 [N,C,H,W]; sides are multiples of <see cref="EcdpOptions.Patch"/>.</param>
    /// <param name="t">float32 [N]: 300 times the continuous time.</param>
    /// <param name="features">Of <see cref="RrdbEncoder"/>, float32 [N,F,h,w].</param>
    /// <returns>float32 [N,2C,H,W]: ε̂, then ẑ0.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x, Tensor t, Tensor features)
    {
        RequireShapes(x.shape, t.shape, features.shape);
        using var scope = torch.NewDisposeScope();
        var time = TimestepEmbedding.CreateSinesFirst(t, _options.TimeChannels);
        time = _timeOut.forward(_timeIn.forward(time).silu()).silu();

        var whole = _options.Patch == 1 ? x : F.pixel_unshuffle(x, _options.Patch);
        SignalStack.Ensure();
        var input = torch.is_grad_enabled() ? whole : Accelerated.ConvolutionLayout(whole);
        var h = Layers.Then(_first.forward(input), v => v.to(_placement.BodyType));
        var skips = new Stack<Tensor>([h]);
        foreach (var layer in _encoder)
            skips.Push(h = Step(layer, h, time, features));

        foreach (var block in _middle)
            h = block.forward(h, time, features);
        foreach (var layer in _decoder)
        {
            if (layer is EcdpResidualBlock)
            {
                using var skip = skips.Pop();
                h = Layers.Then(h, v => torch.cat(new[] { v.narrow(2, 0, skip.shape[2]).narrow(3, 0, skip.shape[3]), skip }, 1));
            }
            h = Layers.Then(h, v => Step(layer, v, time, features));
        }

        h = Layers.Then(h, v => v.to(torch.float32));
        var heads = Layers.Then(_lastNorm.forward(h, silu: true), _last.forward);
        return (_options.Patch == 1 ? heads : F.pixel_shuffle(heads, _options.Patch)).MoveToOuterDisposeScope();
    }

    private static Tensor Step(torch.nn.Module layer, Tensor x, Tensor time, Tensor features) =>
        layer is EcdpResidualBlock block ? block.forward(x, time, features) : ((SizeStep)layer).forward(x);

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
    private sealed class SizeStep : NamedModule
    {
        private readonly Conv2d _convolution;
        private readonly bool _doubles;

        /// <param name="place">Number of the convolution below its name; empty where it has none.</param>
        public SizeStep(string name, string place, Conv2d convolution) : base(nameof(SizeStep))
        {
            (_convolution, _doubles) = (convolution, place.Length > 0);
            var named = new ModuleGroup(("network", convolution));
            register_module(name, _doubles ? new ModuleGroup((place, named)) : named);
        }

        public Tensor forward(Tensor x) => _doubles ? Layers.Then(Layers.NearestDouble(x), _convolution.forward) : _convolution.forward(x);
    }
}
