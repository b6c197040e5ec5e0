using PSSR.Networks.Kernels;
using TorchSharp.Modules;

namespace PSSR.Networks.Packing;

/// <summary>
/// Nearest-neighbour doubling and a 3×3 convolution of it. Of a window's nine pixels some are copies of one another, so that each of the
/// four pixels that one becomes is a sum over 2×2 pixels of the small picture with weights of its own, each the sum of up to four of the
/// nine: once these are packed, four ninths of the products are left, and the doubled picture isn't made. Sums are rounded otherwise.
/// </summary>
/// <param name="convolution">3×3, stride 1, padded by 1; remains its owner's.</param>
internal sealed class DoublingConvolution(Conv2d convolution) : PackedConvolution(convolution)
{
    /// <param name="x">[N,C,H,W]; gives [N,C',2H,2W], in the layout of the convolution's own result.</param>
    public Tensor forward(Tensor x) => IsPacked() ? Phased(x) : Layers.Then(Layers.NearestDouble(x), Plain);

    /// <summary>A sum for each of the four pixels, one after the other along the channels.</summary>
    protected override (Tensor Weight, Tensor Bias)? Packed(Tensor weight, Tensor bias)
    {
        var exact = weight.to(torch.float32);
        Tensor[] phases = [.. from a in (int[])[0, 1] from b in (int[])[0, 1] select Folded(Folded(exact, 2, a), 3, b)];
        return (torch.cat(phases, 0).to(weight.dtype), bias.repeat(phases.Length));
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
        var phases = Convolved(x);
        var (height, width, channels) = (x.shape[2], x.shape[3], phases.shape[1] / 4);
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
