using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>
/// The encoder with a head that doubles the size by nearest neighbour and convolves: how ECDP pre-trains its encoder, with an L1 loss. It upscales
/// by itself, without diffusion.
/// </summary>
public sealed class RrdbNet : torch.nn.Module
{
    private readonly RrdbEncoder _encoder;
    private readonly Conv2d[] _doubling;
    private readonly Conv2d _smooth, _last;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public RrdbNet(RrdbOptions options, Device? device = null) : base(nameof(RrdbNet))
    {
        var place = device ?? torch.CPU;
        (Options, Device) = (options, place);
        _encoder = new RrdbEncoder(options, place);
        register_module("rrdb", _encoder);

        // Numbers in state-dict names count the resizing and the activation around each convolution.
        var parts = new List<(string, torch.nn.Module)>();
        _doubling = new Conv2d[options.Doublings];
        for (var i = 0; i < _doubling.Length; i++)
        {
            _doubling[i] = Layers.Convolution(i == 0 ? options.FeatureChannels : options.Features, options.Features, torch.float32, place);
            parts.Add(($"{(3 * i) + 1}", _doubling[i]));
        }
        _smooth = Layers.Convolution(_doubling.Length == 0 ? options.FeatureChannels : options.Features, options.Features, torch.float32, place);
        _last = Layers.Convolution(options.Features, options.InputChannels, torch.float32, place);
        parts.Add(($"{3 * _doubling.Length}", _smooth));
        parts.Add(($"{(3 * _doubling.Length) + 2}", _last));
        register_module("final", new ModuleGroup([.. parts]));
        eval();
    }

    public RrdbOptions Options { get; }

    public Device Device { get; }

    /// <param name="x">The low-resolution picture, float32 [N,C,h,w] in [0,1].</param>
    /// <returns>float32 [N,C,h·2^n,w·2^n], n = <see cref="RrdbOptions.Doublings"/>; about [0,1], not clamped.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return Upscale(_encoder.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The encoder's features of a picture, as ECDP sees them.</summary>
    /// <inheritdoc cref="RrdbEncoder.forward"/>
    public Tensor Encode(Tensor x) => _encoder.forward(x);

    private Tensor Upscale(Tensor features)
    {
        var h = features;
        foreach (var convolution in _doubling)
        {
            h = Layers.Then(h, Layers.NearestDouble);
            h = Layers.Then(h, convolution.forward);
            h = Layers.Then(h, Layers.LeakyRelu);
        }
        h = Layers.Then(h, _smooth.forward);
        h = Layers.Then(h, Layers.LeakyRelu);
        return Layers.Then(h, _last.forward);
    }
}
