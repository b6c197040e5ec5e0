using TorchSharp.Modules;

namespace PSSR.Networks.Kernels;

/// <summary>
/// A network's last convolution: float32 for a gradient and in its weights, whatever the body's type. Packed it is computed in the body's
/// type, as all before it was: what it gives is rounded to eight bits, which of a difference that is small beside the picture is less than
/// a tenth of a level of 255, and it takes a third of the time. For outputs that are small, and for these alone.
/// </summary>
/// <param name="convolution">3×3, stride 1, padded by 1; remains its owner's.</param>
internal sealed class OutputConvolution(Conv2d convolution, ScalarType bodyType) : IDisposable
{
    private static readonly long[] Stride = [1, 1], Padding = [1, 1];

    private Tensor? _weight, _bias;

    /// <inheritdoc cref="DoublingConvolution.Pack"/>
    public void Pack()
    {
        Dispose();
        if (bodyType == torch.float32)
            return;
        using var frozen = torch.no_grad();
        using var scope = torch.NewDisposeScope();
        _weight = Accelerated.ConvolutionLayout(convolution.weight.to(bodyType)).DetachFromDisposeScope();
        _bias = convolution.bias!.to(bodyType).DetachFromDisposeScope();
    }

    /// <param name="x">[N,C,H,W] of the body's type; is disposed.</param>
    /// <param name="norm">What comes between, in the type that is convolved; null: nothing.</param>
    /// <returns>float32 [N,C',H,W].</returns>
    public Tensor forward(Tensor x, Func<Tensor, Tensor>? norm = null)
    {
        if (torch.is_grad_enabled())
            Dispose(); // weights are about to change
        var h = _weight is null ? Layers.Then(x, v => v.to(torch.float32)) : x;
        if (norm is not null)
            h = Layers.Then(h, norm);
        if (_weight is null)
            return Layers.Then(h, convolution.forward);
        h = Layers.Then(h, v => torch.nn.functional.conv2d(v, _weight, _bias, Stride, Padding));
        return Layers.Then(h, v => v.to(torch.float32));
    }

    public void Dispose()
    {
        _weight?.Dispose();
        _bias?.Dispose();
        (_weight, _bias) = (null, null);
    }
}
