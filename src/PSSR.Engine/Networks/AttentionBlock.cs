using PSSR.Networks.Kernels;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// Multi-head self-attention over all places of a feature map, added to its input (Dhariwal &amp; Nichol 2021, section 3; attention after
/// Vaswani et al. 2017, Eq. 1).
/// </summary>
internal sealed class AttentionBlock : NamedModule
{
    private readonly int _heads;
    private readonly bool _newOrder;
    private readonly GroupNorm32 _norm;
    private readonly PointwiseConvolution _qkv, _projection;

    /// <exception cref="PssrException">Kind Checkpoint: the channels can't be split into the options' heads.</exception>
    public AttentionBlock(int channels, int heads, GuidedUNetOptions options, NetworkPlacement placement) : base(nameof(AttentionBlock))
    {
        _heads = options.NumHeadChannels == -1 ? heads : channels / options.NumHeadChannels;
        if (_heads < 1 || channels % _heads != 0 || (options.NumHeadChannels != -1 && channels % options.NumHeadChannels != 0))
            throw GuidedUNetOptions.Invalid(
                $"attention over {channels} channels can't be split evenly into heads; mind num_heads and num_head_channels");
        _newOrder = options.UseNewAttentionOrder;
        _norm = new GroupNorm32(channels, placement.Device);
        _qkv = new PointwiseConvolution(channels, 3 * channels, placement);
        _projection = new PointwiseConvolution(channels, channels, placement);
        _projection.SetToZero();
        register_module("norm", _norm);
        register_module("qkv", _qkv);
        register_module("proj_out", _projection);
    }

    /// <param name="x">[N,C,H,W] of the body's type; so is the result.</param>
    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var (n, channels, height, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var headWidth = channels / _heads;
        var qkv = Layers.Then(_norm.forward(x, silu: false), _qkv.forward);
        // Pixels as rows: channels-last activations lie so already, and stay so. In the old order a head holds its own q, k, v in turn.
        var rows = Layers.Then(qkv.permute(0, 2, 3, 1), v => v.contiguous());
        var parts = _newOrder ? rows.reshape(n, height * width, 3, _heads, headWidth)
            : rows.reshape(n, height * width, _heads, 3, headWidth);
        qkv.Dispose();
        // each [N, heads, H·W, C/heads]
        Tensor[] qkvByHead = [.. Enumerable.Range(0, 3).Select(part => parts.select(_newOrder ? 2 : 3, part).transpose(1, 2))];

        var attended = KernelEvents.Of("attention",
            () => F.scaled_dot_product_attention(qkvByHead[0], qkvByHead[1], qkvByHead[2])).transpose(1, 2);
        var h = Layers.Then(attended.reshape(n, height, width, channels).permute(0, 3, 1, 2), _projection.forward);
        return Layers.Add(h, x).MoveToOuterDisposeScope();
    }
}

/// <summary>A 1×1 convolution whose weights have the shape [out, in, 1] that checkpoints store for it.</summary>
internal sealed class PointwiseConvolution : NamedModule
{
    private readonly Parameter _weight;
    private readonly Parameter _bias;

    public PointwiseConvolution(int inChannels, int outChannels, NetworkPlacement placement) : base(nameof(PointwiseConvolution))
    {
        var bound = 1 / Math.Sqrt(inChannels); // PyTorch's initial range for a layer of this fan-in
        _weight = new Parameter(
            torch.empty(new long[] { outChannels, inChannels, 1 }, placement.BodyType, placement.Device).uniform_(-bound, bound));
        _bias = new Parameter(torch.empty(new long[] { outChannels }, placement.BodyType, placement.Device).uniform_(-bound, bound));
        register_parameter("weight", _weight);
        register_parameter("bias", _bias);
    }

    public void SetToZero()
    {
        using var noGradient = torch.no_grad();
        _weight.zero_();
        _bias.zero_();
    }

    /// <param name="x">[N,C,H,W]; gives [N,C',H,W].</param>
    public Tensor forward(Tensor x)
    {
        using var square = _weight.unsqueeze(-1);
        return F.conv2d(x, square, _bias);
    }
}
