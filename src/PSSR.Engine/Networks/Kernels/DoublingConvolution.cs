using TorchSharp.Modules;

namespace PSSR.Networks.Kernels;

/// <summary>What can be prepared for many evaluations, as long as no weight changes.</summary>
internal interface IPackable
{
    void Pack();
}

/// <summary>
/// Nearest-neighbour doubling and a 3×3 convolution of it. Of a window's nine pixels some are copies of one another, so that each of the
/// four pixels that one becomes is a sum over 2×2 pixels of the small picture with weights of its own, each the sum of up to four of the
/// nine: once these are packed, four ninths of the products are left, and the doubled picture isn't made. Sums are rounded otherwise.
/// </summary>
/// <param name="convolution">3×3, stride 1, padded by 1; remains its owner's.</param>
internal sealed class DoublingConvolution(Conv2d convolution) : IDisposable
{
    private static readonly long[] Stride = [1, 1], Padding = [1, 1];

    private Tensor? _weight, _bias;

    /// <summary>Sums up the weights; where they change afterwards, a gradient or another packing must come between.</summary>
    public void Pack()
    {
        using var frozen = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        Dispose();
        var weight = convolution.weight.to(torch.float32);
        Tensor[] phases = [.. from a in (int[])[0, 1] from b in (int[])[0, 1] select Folded(Folded(weight, 2, a), 3, b)];
        var laid = Accelerated.ConvolutionLayout(torch.cat(phases, 0).to(convolution.weight.dtype));
        (_weight, _bias) = (laid.DetachFromDisposeScope(), convolution.bias!.repeat(phases.Length).DetachFromDisposeScope());
    }

    /// <param name="x">[N,C,H,W]; gives [N,C',2H,2W], in the layout of the convolution's own result.</param>
    public Tensor forward(Tensor x)
    {
        if (torch.is_grad_enabled())
            Dispose(); // weights are about to change
        return _weight is null ? Layers.Then(Layers.NearestDouble(x), convolution.forward) : Phased(x);
    }

    public void Dispose()
    {
        _weight?.Dispose();
        _bias?.Dispose();
        (_weight, _bias) = (null, null);
    }

    /// <summary>The three weights along a dimension as those of two neighbours in the small picture. Of a pair of copies the first sees one
    /// pixel before it and twice its own, the second twice its own and one after.</summary>
    private static Tensor Folded(Tensor weight, int dimension, int phase) => torch.cat(
        phase == 0 ? [Sum(weight, dimension, 0, 1), Sum(weight, dimension, 1, 2)]
            : [Sum(weight, dimension, 0, 2), Sum(weight, dimension, 2, 1)], dimension);

    private static Tensor Sum(Tensor weight, int dimension, int start, int length) =>
        weight.narrow(dimension, start, length).sum(dimension, keepdim: true);

    /// <summary>All four by one convolution of one row and column more than x has: at place (i, j) it sees the pixels before it and at it,
    /// which the second of a pair has one place further on.</summary>
    private Tensor Phased(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        var (height, width, channels) = (x.shape[2], x.shape[3], _bias!.shape[0] / 4);
        var phases = torch.nn.functional.conv2d(x, _weight!, _bias, Stride, Padding);
        return KernelEvents.Of("resize", () =>
        {
            var doubled = ActivationLayout.Of(phases) is { ChannelsLast: true }
                ? phases.new_empty([x.shape[0], 2 * height, 2 * width, channels]).permute(0, 3, 1, 2)
                : phases.new_empty([x.shape[0], channels, 2 * height, 2 * width]);
            for (var phase = 0; phase < 4; phase++)
            {
                var (a, b) = (phase / 2, phase % 2);
                doubled.slice(2, a, 2 * height, 2).slice(3, b, 2 * width, 2)
                    .copy_(phases.narrow(1, phase * channels, channels).narrow(2, a, height).narrow(3, b, width));
            }
            return doubled;
        }).MoveToOuterDisposeScope();
    }
}
