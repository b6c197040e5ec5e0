using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks.Features;

/// <summary>One layer of a <see cref="FeatureStack"/>.</summary>
public abstract record FeatureLayer
{
    public sealed record Convolution(int Inputs, int Outputs, int Kernel, int Stride = 1, int Padding = 0) : FeatureLayer;

    public sealed record Relu : FeatureLayer;

    /// <param name="Ceiling">Count a last, partial window too.</param>
    public sealed record Pool(int Window, int Stride, bool Ceiling = false) : FeatureLayer;

    /// <summary>SqueezeNet's module: 1×1 convolution to few channels, then 1×1 and 3×3 ones side by side; ReLU after each.</summary>
    public sealed record Fire(int Inputs, int Squeezed, int Expanded) : FeatureLayer;
}

/// <summary>
/// The convolutional part of a classifier, as a chain of layers that can be looked into. Weights are named as torchvision names them below
/// <c>features.</c>: layer number, then <c>weight</c> and <c>bias</c>.
/// </summary>
public sealed class FeatureStack : NamedModule
{
    private readonly Func<Tensor, Tensor>[] _layers;
    private readonly Device? _device;

    public FeatureStack(string name, IReadOnlyList<FeatureLayer> layers, Device? device = null) : base(name)
    {
        _device = device;
        _layers = new Func<Tensor, Tensor>[layers.Count];
        for (int i = 0; i < _layers.Length; i++)
            _layers[i] = Build(layers[i], i);
    }

    /// <summary>Output of the last layer.</summary>
    /// <param name="input">[N,3,H,W], normalised as the network was trained.</param>
    public Tensor forward(Tensor input) => _layers.Aggregate(input, (x, layer) => layer(x));

    /// <summary>Runs up to the last of the wanted layers and shows each wanted layer's output, which is disposed afterwards.</summary>
    /// <param name="input">[N,3,H,W]. Not disposed.</param>
    /// <param name="wanted">Layer numbers, rising.</param>
    /// <param name="show">Gets the index in <paramref name="wanted"/> and the features [N,C,h,w].</param>
    public void Visit(Tensor input, IReadOnlyList<int> wanted, Action<int, Tensor> show)
    {
        Tensor x = input;
        for (int i = 0, next = 0; next < wanted.Count; i++)
        {
            Tensor y = _layers[i](x);
            if (i > 0)
                x.Dispose();
            x = y;
            if (i == wanted[next])
                show(next++, x);
        }

        if (!ReferenceEquals(x, input))
            x.Dispose();
    }

    private Func<Tensor, Tensor> Build(FeatureLayer layer, int number)
    {
        switch (layer)
        {
            case FeatureLayer.Convolution c:
                return Add(number, torch.nn.Conv2d(c.Inputs, c.Outputs, c.Kernel, c.Stride, c.Padding, device: _device)).call;
            case FeatureLayer.Fire f:
                return Add(number, new FireModule(f, _device)).forward;
            case FeatureLayer.Relu:
                return x => x.relu();
            case FeatureLayer.Pool p:
                return x => F.max_pool2d(x, [p.Window, p.Window], [p.Stride, p.Stride], ceil_mode: p.Ceiling);
            default:
                throw new NotSupportedException(layer.ToString());
        }
    }

    private T Add<T>(int number, T module) where T : torch.nn.Module
    {
        register_module(number.ToString(), module);
        return module;
    }

    private sealed class FireModule : NamedModule
    {
        private readonly Conv2d _squeeze, _expand1, _expand3;

        public FireModule(FeatureLayer.Fire fire, Device? device) : base(nameof(FireModule))
        {
            _squeeze = torch.nn.Conv2d(fire.Inputs, fire.Squeezed, 1, device: device);
            _expand1 = torch.nn.Conv2d(fire.Squeezed, fire.Expanded, 1, device: device);
            _expand3 = torch.nn.Conv2d(fire.Squeezed, fire.Expanded, 3, 1, 1, device: device);
            register_module("squeeze", _squeeze);
            register_module("expand1x1", _expand1);
            register_module("expand3x3", _expand3);
        }

        public Tensor forward(Tensor input)
        {
            using var scope = torch.NewDisposeScope();
            Tensor squeezed = _squeeze.call(input).relu();
            return torch.cat([_expand1.call(squeezed).relu(), _expand3.call(squeezed).relu()], 1).MoveToOuterDisposeScope();
        }
    }
}
