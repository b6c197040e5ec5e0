using TorchSharp.Modules;

namespace PSSR.Networks.Rrdb;

/// <summary>
/// Residual-in-residual dense blocks over the low-resolution picture (ESRGAN, Wang et al. 2018, section 3.1), with the outputs of chosen
/// blocks as features. float32 whatever the precision: it runs once a picture.
/// </summary>
public sealed class RrdbEncoder : NamedModule
{
    private readonly RrdbOptions _options;
    private readonly Conv2d _first;
    private readonly RrdbBlock[] _blocks;

    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public RrdbEncoder(RrdbOptions options, Device device) : base(nameof(RrdbEncoder))
    {
        options.Validate();
        _options = options;
        _first = Layers.Convolution(options.InputChannels, options.Features, torch.float32, device);
        _blocks = [.. Enumerable.Range(0, options.Blocks).Select(_ => new RrdbBlock(options.Features, options.Growth, device))];
        register_module("conv_first", _first);
        register_module("blocks", ModuleGroup.Numbered(_blocks));
    }

    /// <param name="x">The low-resolution picture, float32 [N,C,h,w] in [0,1].</param>
    /// <returns>float32 [N,<see cref="RrdbOptions.FeatureChannels"/>,h,w].</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x)
    {
        if (x.shape.Length != 4 || x.shape[1] != _options.InputChannels)
            throw new PssrException(PssrErrorKind.Option,
                $"The encoder takes [N, {_options.InputChannels}, h, w], not [{string.Join(", ", x.shape)}].");
        using var scope = torch.NewDisposeScope();
        var h = _first.forward(x);
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
        return torch.cat(chosen, 1).MoveToOuterDisposeScope();
    }
}

/// <summary>Three dense blocks with a residual of 0.2 around them.</summary>
internal sealed class RrdbBlock : NamedModule
{
    /// <summary>Share of a branch in what it is added to, here and in <see cref="DenseBlock"/>.</summary>
    public const double ResidualScale = 0.2;

    private readonly DenseBlock[] _dense;

    public RrdbBlock(int features, int growth, Device device) : base(nameof(RrdbBlock))
    {
        _dense = [.. Enumerable.Range(0, 3).Select(_ => new DenseBlock(features, growth, device))];
        for (var i = 0; i < _dense.Length; i++)
            register_module($"block{i + 1}", _dense[i]);
    }

    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var h = _dense[0].forward(x);
        h = Layers.Then(h, _dense[1].forward);
        h = Layers.Then(h, _dense[2].forward);
        return x.add(h, ResidualScale).MoveToOuterDisposeScope();
    }
}

/// <summary>Five convolutions, each seeing the input and the outputs of all before it.</summary>
internal sealed class DenseBlock : NamedModule
{
    private const int Convolutions = 5;

    private readonly Conv2d[] _convolutions;

    public DenseBlock(int features, int growth, Device device) : base(nameof(DenseBlock))
    {
        _convolutions = new Conv2d[Convolutions];
        for (var i = 0; i < Convolutions; i++)
        {
            _convolutions[i] =
                Layers.Convolution(features + (i * growth), i == Convolutions - 1 ? features : growth, torch.float32, device);
            register_module($"conv{i + 1}", _convolutions[i]);
        }
    }

    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var seen = x.alias();
        foreach (var convolution in _convolutions[..^1])
        {
            using var added = Layers.Then(convolution.forward(seen), Layers.LeakyRelu);
            seen = Layers.Then(seen, v => torch.cat(new[] { v, added }, 1));
        }
        return x.add(_convolutions[^1].forward(seen), RrdbBlock.ResidualScale).MoveToOuterDisposeScope();
    }
}
