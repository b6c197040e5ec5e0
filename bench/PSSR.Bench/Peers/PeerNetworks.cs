using PSSR.Networks;
using PSSR.Networks.Kernels;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Bench.Peers;

/// <summary>
/// What most one-pass networks for ×4 are: 3×3 convolutions at the small size, of which the last makes sixteen pixels of each. The weights
/// are random, as only time is asked for. Laid out and activated as fast as libtorch can, so that the comparison doesn't flatter PSSR.
/// </summary>
internal sealed class PeerNetwork : NamedModule
{
    public const int Scale = 4;

    private const int ImageChannels = 3;

    private readonly ScalarType _type;
    private readonly bool _addsPicture;
    private readonly List<Conv2d> _convolutions = [];
    private readonly List<PReLU> _slopes = [];

    private PeerNetwork(int inputs, int width, int inner, bool compact, Precision precision) : base(nameof(PeerNetwork))
    {
        (_type, _addsPicture) = (new NetworkPlacement(CPU, precision).BodyType, compact);
        Inputs = inputs;
        int[] channels = [inputs, .. Enumerable.Repeat(width, inner + 1), ImageChannels * Scale * Scale];
        for (var i = 0; i + 1 < channels.Length; i++)
        {
            _convolutions.Add(Layers.Convolution(channels[i], channels[i + 1], _type, CPU));
            register_module($"convolution{i}", _convolutions[i]);
            if (!compact || i + 2 == channels.Length)
                continue;
            _slopes.Add(nn.PReLU(channels[i + 1], device: CPU, dtype: _type));
            register_module($"slopes{i}", _slopes[i]);
        }
        eval();
        Accelerated.LayWeightsForConvolution(this);
    }

    /// <summary>Channels of what it takes.</summary>
    public int Inputs { get; }

    /// <summary>As the compact networks are laid out that others offer for fast work: PReLU, the picture added at the end.</summary>
    public static PeerNetwork Compact(Precision precision) => new(ImageChannels, 64, 16, compact: true, precision);

    /// <summary>Of SRMD's size (Zhang, Zuo, Zhang 2018), whose input holds the degradation's 15 planes beside the picture.</summary>
    public static PeerNetwork SrmdSized(Precision precision) => new(ImageChannels + 15, 128, 10, compact: false, precision);

    /// <param name="low">float32 [1,<see cref="Inputs"/>,h,w].</param>
    /// <returns>float32 [1,3,4h,4w], as PSSR's own method gives it.</returns>
    public Tensor forward(Tensor low)
    {
        using var scope = NewDisposeScope();
        var given = Accelerated.ConvolutionLayout(low);
        var h = given.to(_type);
        for (var i = 0; i < _convolutions.Count; i++)
        {
            h = Layers.Then(h, _convolutions[i].forward);
            if (i + 1 < _convolutions.Count)
                h = Layers.Then(h, v => Activate(v, i));
        }
        h = Layers.Then(Layers.Then(h, v => F.pixel_shuffle(v, Scale)), v => v.to(float32));
        if (_addsPicture)
            Layers.Add(h, F.interpolate(given, [low.shape[2] * Scale, low.shape[3] * Scale], null, InterpolationMode.Nearest));
        return h.MoveToOuterDisposeScope();
    }

    /// <summary>PReLU is the one that libtorch has no way to do in place; composed of calls that are, it would take three passes for
    /// one.</summary>
    private Tensor Activate(Tensor x, int layer) => _slopes.Count > 0 ? _slopes[layer].forward(x) : x.alias().relu_();
}
