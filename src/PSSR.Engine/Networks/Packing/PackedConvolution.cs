using PSSR.Networks.Kernels;
using TorchSharp.Modules;

namespace PSSR.Networks.Packing;

/// <summary>What can be prepared for many evaluations, as long as no weight changes.</summary>
internal interface IPackable
{
    void Pack();
}

/// <summary>A convolution that may have been given weights of another form for many evaluations. They are dropped where a gradient is
/// wanted, as the convolution's own are about to change then.</summary>
/// <param name="convolution">3×3, stride 1, padded by 1; remains its owner's.</param>
internal abstract class PackedConvolution(Conv2d convolution) : IDisposable
{
    private static readonly long[] Stride = [1, 1], Padding = [1, 1];

    private Tensor? _weight, _bias;

    /// <summary>Makes the other form; where the weights change afterwards, a gradient or another packing must come between.</summary>
    public void Pack()
    {
        Dispose();
        using var frozen = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        if (Packed(convolution.weight, convolution.bias!) is not var (weight, bias))
            return;
        (_weight, _bias) = (Accelerated.ConvolutionLayout(weight).DetachFromDisposeScope(), bias.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        _weight?.Dispose();
        _bias?.Dispose();
        (_weight, _bias) = (null, null);
    }

    /// <summary>New tensors; null: there is nothing to gain.</summary>
    protected abstract (Tensor Weight, Tensor Bias)? Packed(Tensor weight, Tensor bias);

    /// <summary>Whether the other form is to be used now.</summary>
    protected bool IsPacked()
    {
        if (torch.is_grad_enabled())
            Dispose();
        return _weight is not null;
    }

    /// <summary>By its own weights.</summary>
    protected Tensor Plain(Tensor x) => convolution.forward(x);

    /// <summary>By the other form, where <see cref="IsPacked"/>.</summary>
    protected Tensor Convolved(Tensor x) => torch.nn.functional.conv2d(x, _weight!, _bias, Stride, Padding);
}
