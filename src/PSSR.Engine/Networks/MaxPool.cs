using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>Max-pooling from strided slices: the tensor API that all providers share has none.</summary>
internal static class MaxPool
{
    /// <summary>Maximum over square windows of the last two dimensions, without padding.</summary>
    /// <param name="x">[N,C,H,W], each side at least one window.</param>
    /// <param name="ceiling">
    /// Count a last, partial window too, as torch's ceil_mode does; without it what doesn't fill a window is left out.
    /// </param>
    public static Tensor Apply(Tensor x, int window, int stride, bool ceiling)
    {
        using var scope = torch.NewDisposeScope();
        return Along(Along(x, 2, window, stride, ceiling), 3, window, stride, ceiling).MoveToOuterDisposeScope();
    }

    private static Tensor Along(Tensor x, int dim, int window, int stride, bool ceiling)
    {
        long size = x.shape[dim];
        long rest = size - window, count = rest / stride + 1;
        if (ceiling && rest % stride != 0)
        {
            // The partial window sees nothing beyond the border.
            long missing = count * stride + window - size;
            x = F.pad(x, dim == 3 ? [0, missing, 0, 0] : [0, 0, 0, missing], PaddingModes.Constant, double.NegativeInfinity);
            count++;
        }

        Tensor largest = x.slice(dim, 0, (count - 1) * stride + 1, stride);
        for (int k = 1; k < window; k++)
            largest = torch.maximum(largest, x.slice(dim, k, k + (count - 1) * stride + 1, stride));
        return largest;
    }
}
