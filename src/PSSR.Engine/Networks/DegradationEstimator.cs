using PSSR.Host;
using TorchSharp.Modules;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// Judges from a low-resolution picture how degraded it is: a few convolutions at its own size, where noise and JPEG's squares show, their
/// statistics over the picture, and a linear map. float32 whatever the precision: it runs once a picture.
/// </summary>
internal sealed class DegradationEstimator : NamedModule
{
    private const int Channels = 32;

    /// <summary>What noise and JPEG leave lies between neighbouring pixels, a hundredth of the range or so. Given the picture itself the
    /// network sees its colours and learns nothing in thousands of steps; of the differences from the mean around it learns in
    /// hundreds.</summary>
    private const int Around = 3, Magnified = 16;

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
        return Logits(low).sigmoid().MoveToOuterDisposeScope();
    }

    /// <summary>What it learns by. Most pictures lack any one degradation, so that the median of its strength is 0 whatever the picture
    /// looks like, and L1 would teach just that; cross entropy teaches the mean, and has a slope where the sigmoid has none.</summary>
    /// <param name="low">float32 [N,C,h,w] in [0,1].</param>
    /// <param name="strength">float32 [N,numbers] in [0,1].</param>
    /// <returns>A scalar.</returns>
    public Tensor Loss(Tensor low, Tensor strength)
    {
        using var scope = torch.NewDisposeScope();
        return F.binary_cross_entropy_with_logits(Logits(low), strength).MoveToOuterDisposeScope();
    }

    private Tensor Logits(Tensor low)
    {
        using var scope = torch.NewDisposeScope();
        var h = (low - F.avg_pool2d(low, Around, stride: 1, padding: Around / 2, count_include_pad: false)) * Kept.Of(Magnified);
        foreach (var convolution in _convolutions)
            h = Layers.Then(Layers.Then(h, convolution.forward), Layers.LeakyRelu);
        // The mean tells how strong a trace is, the mean of squares how it is spread: JPEG's are rare and strong, noise's the reverse. As a
        // logarithm, which tells faint from fainter and grows slowly.
        var places = new long[] { 2, 3 };
        var pooled = torch.cat(new[] { h.mean(places), h.Squared().mean(places).Plus(1e-4).log() }, 1);
        return _last.forward(pooled).MoveToOuterDisposeScope();
    }
}
