using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// Multi-head self-attention over all places of a feature map, added to its input (Dhariwal &amp; Nichol 2021, section 3; attention after Vaswani
/// et al. 2017, Eq. 1).
/// </summary>
internal sealed class AttentionBlock : NamedModule
{
    /// <summary>Most attention weights held at a time, in elements (64 MiB in float32): large maps are done by heads and rows.</summary>
    private const long WeightBudget = 1 << 24;

    private readonly int _heads;
    private readonly bool _newOrder;
    private readonly GroupNorm32 _norm;
    private readonly PointwiseConvolution _qkv, _projection;

    /// <exception cref="PssrException">Kind Checkpoint: the channels can't be split into the options' heads.</exception>
    public AttentionBlock(int channels, int heads, GuidedUNetOptions options, NetworkPlacement placement) : base(nameof(AttentionBlock))
    {
        _heads = options.NumHeadChannels == -1 ? heads : channels / options.NumHeadChannels;
        if (_heads < 1 || channels % _heads != 0 || (options.NumHeadChannels != -1 && channels % options.NumHeadChannels != 0))
            throw GuidedUNetOptions.Invalid($"attention over {channels} channels can't be split evenly into heads; mind num_heads and num_head_channels");
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
        // q, k, v: [N·heads, C/heads, H·W]. In the old order a head holds its own q, k, v in turn.
        Tensor[] parts = _newOrder
            ? [.. qkv.chunk(3, 1).Select(part => part.reshape(n * _heads, headWidth, height * width))]
            : qkv.reshape(n * _heads, 3 * headWidth, height * width).chunk(3, 1);
        qkv.Dispose();

        // Both q and k by the fourth root, not q alone by the square root: products stay small in half precision.
        var scale = Math.Pow(headWidth, -0.25);
        var attended = Attend(parts[0].mul(scale), parts[1].mul(scale), parts[2].contiguous(), WeightBudget);
        var h = Layers.Then(attended.reshape(n, channels, height, width), _projection.forward);
        h.add_(x);
        return h.MoveToOuterDisposeScope();
    }

    /// <summary>softmax(qᵀk)·v for each head, all [M, c, L], by as many heads and rows of q at a time as the budget allows.</summary>
    internal static Tensor Attend(Tensor q, Tensor k, Tensor v, long budget)
    {
        var (heads, places) = (q.shape[0], q.shape[2]);
        var headsAtOnce = Math.Clamp(budget / (places * places), 1, heads);
        var rowsAtOnce = Math.Clamp(budget / places, 1, places);
        var byHeads = new List<Tensor>();
        for (long head = 0; head < heads; head += headsAtOnce)
        {
            var count = Math.Min(headsAtOnce, heads - head);
            var (someQ, someK, someV) = (q.narrow(0, head, count), k.narrow(0, head, count), v.narrow(0, head, count));
            var byRows = new List<Tensor>();
            for (long row = 0; row < places; row += rowsAtOnce)
                byRows.Add(AttendRows(someQ.narrow(2, row, Math.Min(rowsAtOnce, places - row)), someK, someV));
            byHeads.Add(byRows.Count == 1 ? byRows[0] : torch.cat(byRows, 2));
        }
        return byHeads.Count == 1 ? byHeads[0] : torch.cat(byHeads, 0);
    }

    private static Tensor AttendRows(Tensor q, Tensor k, Tensor v)
    {
        using var scope = torch.NewDisposeScope();
        var weights = Layers.Then(q.transpose(1, 2).bmm(k), scores => scores.to(torch.float32).softmax(-1)).to(v.dtype); // [M, rows, L]
        return v.bmm(weights.transpose(1, 2)).MoveToOuterDisposeScope();
    }
}

/// <summary>A 1×1 convolution whose weights have the shape [out, in, 1] that checkpoints store for it.</summary>
internal sealed class PointwiseConvolution : NamedModule
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public PointwiseConvolution(int inChannels, int outChannels, NetworkPlacement placement) : base(nameof(PointwiseConvolution))
    {
        var bound = 1 / Math.Sqrt(inChannels); // PyTorch's initial range for a layer of this fan-in
        weight = new Parameter(torch.empty(new long[] { outChannels, inChannels, 1 }, placement.BodyType, placement.Device).uniform_(-bound, bound));
        bias = new Parameter(torch.empty(new long[] { outChannels }, placement.BodyType, placement.Device).uniform_(-bound, bound));
        register_parameter(nameof(weight), weight);
        register_parameter(nameof(bias), bias);
    }

    public void SetToZero()
    {
        using var noGradient = torch.no_grad();
        weight.zero_();
        bias.zero_();
    }

    /// <param name="x">[N,C,H,W]; gives [N,C',H,W].</param>
    public Tensor forward(Tensor x)
    {
        using var square = weight.unsqueeze(-1);
        return F.conv2d(x, square, bias);
    }
}
