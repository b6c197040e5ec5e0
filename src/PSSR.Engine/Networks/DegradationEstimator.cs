using PSSR.Host;
using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>
/// Judges from a low-resolution picture how degraded it is: a few convolutions at its own size, where noise and JPEG's squares show, their
/// mean over the picture, and a linear map. float32 whatever the precision: it runs once a picture.
/// </summary>
internal sealed class DegradationEstimator : NamedModule
{
    private const int Channels = 32;

    private readonly Conv2d[] _convolutions;
    private readonly Linear _last;

    /// <param name="inputChannels">Of a picture.</param>
    /// <param name="numbers">That it gives.</param>
    public DegradationEstimator(int inputChannels, int numbers, Device device) : base(nameof(DegradationEstimator))
    {
        Conv2d Convolution(int from, int stride) => Layers.Convolution(from, Channels, torch.float32, device, stride: stride);
        _convolutions = [Convolution(inputChannels, 1), Convolution(Channels, 2), Convolution(Channels, 2), Convolution(Channels, 2)];
        _last = torch.nn.Linear(2 * Channels, numbers, true, device, torch.float32);
        register_module("convs", ModuleGroup.Numbered(_convolutions));
        register_module("out", _last);
    }

    /// <param name="low">float32 [N,C,h,w] in [0,1].</param>
    /// <returns>float32 [N,numbers] in (0,1).</returns>
    public Tensor forward(Tensor low)
    {
        using var scope = torch.NewDisposeScope();
        var h = low.alias();
        foreach (var convolution in _convolutions)
            h = Layers.Then(Layers.Then(h, convolution.forward), Layers.LeakyRelu);
        // The mean tells how strong a trace is, the mean of squares how it is spread: JPEG's are rare and strong, noise's the reverse.
        var places = new long[] { 2, 3 };
        var pooled = torch.cat(new[] { h.mean(places), h.Squared().mean(places).Plus(1e-6).sqrt() }, 1);
        return _last.forward(pooled).sigmoid().MoveToOuterDisposeScope();
    }
}
