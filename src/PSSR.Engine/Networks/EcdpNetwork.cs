namespace PSSR.Networks;

/// <summary>
/// ECDP whole, as its checkpoints hold it: <c>lr_feats</c>, the encoder; <c>diffusion.network</c>, the U-Net; and the 300-entry schedule tables beside it.
/// </summary>
public sealed class EcdpNetwork : torch.nn.Module
{
    /// <summary>Entries of the tables; the network's time runs from 0 to this.</summary>
    public const int Steps = 300;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public EcdpNetwork(EcdpOptions options, NetworkPlacement? placement = null) : base(nameof(EcdpNetwork))
    {
        var place = placement ?? NetworkPlacement.Cpu;
        (Options, Device) = (options, place.Device);
        UNet = new EcdpUNet(options, place);
        Encoder = new RrdbEncoder(options, place.Device);
        var diffusion = new ModuleGroup(("network", UNet));
        double[] bars = [.. Enumerable.Range(0, Steps + 1).Select(t => AlphaBar((double)t / Steps))];
        double[] alphas = [.. Enumerable.Range(1, Steps).Select(t => bars[t] / bars[t - 1])];
        foreach (var (name, values) in new[] { ("betas", alphas.Select(a => 1 - a)), ("alphas", alphas), ("alpha_bars", bars.Skip(1)) })
            diffusion.register_buffer(name, torch.tensor([.. values.Select(v => (float)v)]).to(place.Device));
        register_module("diffusion", diffusion);
        register_module("lr_feats", Encoder);
        eval();
    }

    public EcdpOptions Options { get; }

    public Device Device { get; }

    public EcdpUNet UNet { get; }

    public RrdbEncoder Encoder { get; }

    /// <summary>ᾱ(t) = exp(-0.1·t - 9.95·t²), t in [0,1] (methods.md section 3: β(t) = 0.1 + 19.9·t).</summary>
    public static double AlphaBar(double t) => Math.Exp(-((0.1 * t) + (9.95 * t * t)));
}
