using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Networks.Rrdb;

/// <summary>A block of the encoder: from [N,F,h,w] of the body's type to the same.</summary>
internal abstract class EncoderStep(string name) : NamedModule(name)
{
    public abstract Tensor forward(Tensor x);
}

/// <summary>Three dense blocks with a residual of 0.2 around them.</summary>
internal sealed class RrdbBlock : EncoderStep
{
    /// <summary>Share of a branch in what it is added to, here and in <see cref="DenseBlock"/>.</summary>
    public const double ResidualScale = 0.2;

    private readonly DenseBlock[] _dense;

    public RrdbBlock(int features, int growth, NetworkPlacement placement) : base(nameof(RrdbBlock))
    {
        _dense = [.. Enumerable.Range(0, 3).Select(_ => new DenseBlock(features, growth, placement))];
        for (var i = 0; i < _dense.Length; i++)
            register_module($"block{i + 1}", _dense[i]);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var h = _dense[0].forward(x);
        h = Layers.Then(h, _dense[1].forward);
        h = Layers.Then(h, _dense[2].forward);
        return x.add(h, Kept.Of(ResidualScale)).MoveToOuterDisposeScope();
    }
}

/// <summary>Five convolutions, each seeing the input and the outputs of all before it.</summary>
internal sealed class DenseBlock : NamedModule
{
    private const int Convolutions = 5;

    private readonly Conv2d[] _convolutions;

    public DenseBlock(int features, int growth, NetworkPlacement placement) : base(nameof(DenseBlock))
    {
        _convolutions = new Conv2d[Convolutions];
        for (var i = 0; i < Convolutions; i++)
        {
            _convolutions[i] = Layers.Convolution(features + (i * growth), i == Convolutions - 1 ? features : growth, placement.BodyType,
                placement.Device);
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
            seen = Layers.Then(seen, v => Layers.Join(v, added));
        }
        return x.add(_convolutions[^1].forward(seen), Kept.Of(RrdbBlock.ResidualScale)).MoveToOuterDisposeScope();
    }
}

/// <summary>Two convolutions with a residual around them.</summary>
internal sealed class PlainBlock : EncoderStep
{
    /// <summary>The branch begins this small, so that a deep stack of them trains at a high rate from the start.</summary>
    private const double BranchScale = 0.1;

    private readonly Conv2d _first, _second;

    public PlainBlock(int features, NetworkPlacement placement) : base(nameof(PlainBlock))
    {
        _first = Layers.Convolution(features, features, placement.BodyType, placement.Device);
        _second = Layers.Scaled(Layers.Convolution(features, features, placement.BodyType, placement.Device), BranchScale);
        register_module("conv1", _first);
        register_module("conv2", _second);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var h = Layers.Then(_first.forward(x), Layers.LeakyRelu);
        return Layers.Add(Layers.Then(h, _second.forward), x).MoveToOuterDisposeScope();
    }
}
