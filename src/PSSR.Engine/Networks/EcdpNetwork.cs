using PSSR.Networks.Kernels;
using PSSR.Networks.Rrdb;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Networks;

/// <summary>
/// ECDP whole, as its checkpoints hold it: <c>lr_feats</c>, the encoder; <c>diffusion.network</c>, the U-Net; the 300-entry schedule tables
/// beside it; <c>lr_head</c> where the mean is the encoder's; and <c>lr_degradation</c> where the encoder is told how degraded a picture
/// is.
/// </summary>
public sealed class EcdpNetwork : NamedModule
{
    /// <summary>Entries of the tables; the network's time runs from 0 to this.</summary>
    public const int Steps = 300;

    /// <summary>Of β(t) = 0.1 + 19.9·t.</summary>
    internal const double BetaStart = 0.1, BetaRise = 19.9;

    private readonly DegradationEstimator? _estimator;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public EcdpNetwork(EcdpOptions options, NetworkPlacement? placement = null) : base(nameof(EcdpNetwork))
    {
        var place = placement ?? NetworkPlacement.Cpu;
        (Options, Device, BodyType) = (options, place.Device, place.BodyType);
        UNet = new EcdpUNet(options, place);
        Encoder = new RrdbEncoder(options, place);
        var diffusion = new ModuleGroup(("network", UNet));
        foreach (var (name, values) in Tables)
            diffusion.register_buffer(name, torch.tensor([.. values.Select(v => (float)v)]).to(place.Device));
        register_module("diffusion", diffusion);
        register_module("lr_feats", Encoder);
        if (options.Mean == FlowMean.Encoder)
            register_module("lr_head", Head = new RrdbHead(options, place));
        if (options.ConditionPlanes > 0)
        {
            register_module(
                "lr_degradation", _estimator = new DegradationEstimator(options.InputChannels, options.ConditionPlanes, place.Device));
        }
        eval();
    }

    /// <summary>The tables as the formula has them, of t = 1/300 … 300/300. Checkpoints hold them; nothing computes with them.</summary>
    internal static IReadOnlyList<(string Name, double[] Values)> Tables { get; } = MakeTables();

    public EcdpOptions Options { get; }

    public Device Device { get; }

    /// <summary>What the encoder and the U-Net compute in.</summary>
    internal ScalarType BodyType { get; }

    public EcdpUNet UNet { get; }

    public RrdbEncoder Encoder { get; }

    /// <summary>What draws μ; null: μ is the bicubic picture.</summary>
    internal RrdbHead? Head { get; }

    /// <summary>Prepares for many evaluations: lays weights out and sums them up where that saves products. Their values
    /// stay.</summary>
    public void PackForInference() => Accelerated.PackForInference(this);

    /// <summary>How degraded pictures look to the network; null where its encoder isn't told.</summary>
    /// <param name="low">float32 [N,C,h,w] in [0,1].</param>
    /// <returns>float32 [N,<see cref="RrdbOptions.ConditionPlanes"/>] in (0,1).</returns>
    public Tensor? Estimate(Tensor low) => _estimator?.forward(low);

    /// <summary>μ: the picture that the state z = (x - μ)/σ is a distance from.</summary>
    /// <param name="low">What <see cref="Encoder"/> was given.</param>
    /// <param name="features">What it gave.</param>
    /// <returns>float32 [N,C,h·s,w·s] with the options' scale s; not clamped.</returns>
    public Tensor Mean(Tensor low, Tensor features) => Head is not null
        ? Head.forward(low, features)
        : F.interpolate(low.narrow(1, 0, Options.InputChannels),
            size: new long[] { low.shape[2] * Options.Scale, low.shape[3] * Options.Scale },
            mode: InterpolationMode.Bicubic, align_corners: false);

    /// <summary>ᾱ(t) = exp(-∫β) = exp(-0.1·t - 9.95·t²), t in [0,1].</summary>
    public static double AlphaBar(double t) => Math.Exp(-((BetaStart * t) + (BetaRise / 2 * t * t)));

    private static (string Name, double[] Values)[] MakeTables()
    {
        double[] bars = [.. Enumerable.Range(0, Steps + 1).Select(t => AlphaBar((double)t / Steps))];
        double[] alphas = [.. Enumerable.Range(1, Steps).Select(t => bars[t] / bars[t - 1])];
        return [("betas", [.. alphas.Select(a => 1 - a)]), ("alphas", alphas), ("alpha_bars", bars[1..])];
    }
}
