using TorchSharp.Modules;

namespace PSSR.Networks.Packing;

/// <summary>
/// A network's last convolution: float32 for a gradient and in its weights, whatever the body's type. Packed it is computed in the body's
/// type, as all before it was: what it gives is rounded to eight bits, which of a difference that is small beside the picture is less than
/// a tenth of a level of 255, and it takes a third of the time. For outputs that are small, and for these alone.
/// </summary>
/// <param name="convolution">3×3, stride 1, padded by 1; remains its owner's.</param>
internal sealed class OutputConvolution(Conv2d convolution, ScalarType bodyType) : PackedConvolution(convolution)
{
    /// <param name="x">[N,C,H,W] of the body's type; is disposed.</param>
    /// <param name="norm">What comes between, in the type that is convolved; null: nothing.</param>
    /// <returns>float32 [N,C',H,W].</returns>
    public Tensor forward(Tensor x, Func<Tensor, Tensor>? norm = null)
    {
        var packed = IsPacked();
        var h = packed ? x : Layers.Then(x, v => v.to(torch.float32));
        if (norm is not null)
            h = Layers.Then(h, norm);
        return packed ? Layers.Then(Layers.Then(h, Convolved), v => v.to(torch.float32)) : Layers.Then(h, Plain);
    }

    protected override (Tensor Weight, Tensor Bias)? Packed(Tensor weight, Tensor bias) =>
        bodyType == torch.float32 ? null : (weight.to(bodyType), bias.to(bodyType));
}
