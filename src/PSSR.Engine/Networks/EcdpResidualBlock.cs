using TorchSharp.Modules;

namespace PSSR.Networks;

/// <summary>
/// Norm, SiLU, convolution twice (after BigGAN, as ECDP's U-Net has it); between them the time embedding and the low-resolution features
/// are added, each through a linear map of its own. The features' is the same at every evaluation, and so is made beforehand.
/// </summary>
internal sealed class EcdpResidualBlock : NamedModule
{
    // The branch begins almost as nothing, so that a fresh network is close to the identity; the shortcut begins small for the same reason.
    private const double BranchScale = 1e-3, ShortcutScale = 0.1;

    private readonly GroupNorm32 _norm1, _norm2;
    private readonly Conv2d _conv1, _conv2, _features;
    private readonly Conv2d? _skip;
    private readonly Linear _time;

    public EcdpResidualBlock(int inChannels, int outChannels, int timeWidth, int featureChannels, NetworkPlacement placement)
        : base(nameof(EcdpResidualBlock))
    {
        var (type, device) = (placement.BodyType, placement.Device);
        _time = torch.nn.Linear(timeWidth, outChannels, true, device, torch.float32);
        _features = Layers.Scaled(Layers.Convolution(featureChannels, outChannels, type, device, kernel: 1));
        _norm1 = new GroupNorm32(inChannels, device, GroupsOf(inChannels));
        _conv1 = Layers.Scaled(Layers.Convolution(inChannels, outChannels, type, device));
        _norm2 = new GroupNorm32(outChannels, device, GroupsOf(outChannels));
        _conv2 = Layers.Scaled(Layers.Convolution(outChannels, outChannels, type, device), BranchScale);
        register_module("time_in", _time);
        register_module("extra_in", new ModuleGroup(("network", _features)));
        register_module("norm1", _norm1);
        register_module("conv1", new ModuleGroup(("network", _conv1)));
        register_module("norm2", _norm2);
        register_module("conv2", new ModuleGroup(("network", _conv2)));
        if (inChannels == outChannels)
            return;
        _skip = Layers.Scaled(Layers.Convolution(inChannels, outChannels, type, device, kernel: 1), ShortcutScale);
        register_module("skip", new ModuleGroup(("network", _skip)));
    }

    /// <summary>A quarter of the channels, at most 32.</summary>
    public static int GroupsOf(int channels) => Math.Min(channels / 4, 32);

    /// <param name="x">[N,C,H,W] of the body's type; not changed.</param>
    /// <param name="time">float32 [N,T], SiLU already applied.</param>
    /// <param name="features">Of <see cref="Project"/>.</param>
    /// <returns>[N,C',H,W] of the body's type.</returns>
    public Tensor forward(Tensor x, Tensor time, Tensor features)
    {
        using var scope = torch.NewDisposeScope();
        var h = Layers.Then(_norm1.forward(x, silu: true), _conv1.forward);
        Layers.Add(h, _time.forward(time).unsqueeze(2).unsqueeze(3).to(h.dtype));
        Layers.Add(h, EcdpUNet.Resized(features, h.shape[2], h.shape[3]));
        h = Layers.Then(h, v => _norm2.forward(v, silu: true, overwrite: true));
        h = Layers.Then(h, _conv2.forward);
        return Layers.Add(h, _skip is null ? x : _skip.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The features as this block adds them, of the body's type and of the size that they have.</summary>
    /// <param name="features">[N,F,h,w] of the body's type.</param>
    public Tensor Project(Tensor features) => _features.forward(features);
}
