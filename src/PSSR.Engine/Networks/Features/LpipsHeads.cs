using TorchSharp.Modules;

namespace PSSR.Networks.Features;

/// <summary>
/// LPIPS's linear weights (Zhang et al. 2018, v0.1): a 1×1 convolution from each layer that it looks at to one channel. Named as in its
/// files: lin0.model.1.weight, where model.0 is a dropout.
/// </summary>
public sealed class LpipsHeads : NamedModule
{
    /// <summary>Channels of the layers that LPIPS looks at, by its names of the backbones.</summary>
    public static IReadOnlyDictionary<string, int[]> Channels { get; } = new Dictionary<string, int[]>
    {
        ["alex"] = [64, 192, 384, 256, 256],
        ["squeeze"] = [64, 128, 256, 384, 384, 512, 512],
        ["vgg"] = [64, 128, 256, 512, 512],
    };

    private readonly Conv2d[] _heads;

    /// <param name="network">alex, squeeze or vgg.</param>
    public LpipsHeads(string network, Device? device = null) : base(nameof(LpipsHeads))
    {
        _heads = [.. Channels[network].Select(channels => torch.nn.Conv2d(channels, 1, 1, bias: false, device: device))];
        for (int k = 0; k < _heads.Length; k++)
            register_module($"lin{k}", new ModuleGroup(("model", new ModuleGroup(("1", _heads[k])))));
    }

    /// <summary>The first head alone: what a test of the weights needs. <c>Metrics.Lpips</c> applies them all.</summary>
    /// <param name="input">[N,C,H,W], C the first layer's channels.</param>
    public Tensor forward(Tensor input) => _heads[0].call(input);
}
