using PSSR.Networks.Packing;
using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>Halves the size by a strided convolution.</summary>
internal sealed class Downsample : NamedModule
{
    private readonly Conv2d _convolution;

    public Downsample(int channels, NetworkPlacement placement) : base(nameof(Downsample))
    {
        _convolution = Layers.Convolution(channels, channels, placement.BodyType, placement.Device, stride: 2);
        register_module("op", _convolution);
    }

    /// <param name="x">[N,C,H,W]; gives [N,C,H/2,W/2].</param>
    public Tensor forward(Tensor x) => _convolution.forward(x);
}

/// <summary>Doubles the size by nearest neighbour, then convolves.</summary>
internal sealed class Upsample : NamedModule, IPackable
{
    private readonly DoublingConvolution _doubling;

    public Upsample(int channels, NetworkPlacement placement) : base(nameof(Upsample))
    {
        var convolution = Layers.Convolution(channels, channels, placement.BodyType, placement.Device);
        _doubling = new DoublingConvolution(convolution);
        register_module("conv", convolution);
    }

    public void Pack() => _doubling.Pack();

    /// <param name="x">[N,C,H,W]; gives [N,C,2H,2W].</param>
    public Tensor forward(Tensor x) => _doubling.forward(x);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _doubling.Dispose();
        base.Dispose(disposing);
    }
}
