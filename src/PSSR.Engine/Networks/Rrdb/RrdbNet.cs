namespace PSSR.Networks.Rrdb;

/// <summary>
/// The encoder with its upscaling head: how ECDP pre-trains the encoder, with an L1 loss. It upscales by itself, without diffusion.
/// </summary>
public sealed class RrdbNet : NamedModule
{
    private readonly RrdbEncoder _encoder;
    private readonly RrdbHead _head;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    public RrdbNet(RrdbOptions options, Device? device = null) : base(nameof(RrdbNet))
    {
        var place = device ?? torch.CPU;
        (Options, Device) = (options, place);
        _encoder = new RrdbEncoder(options, place);
        _head = new RrdbHead(options, place);
        register_module("rrdb", _encoder);
        register_module("final", _head);
        eval();
    }

    public RrdbOptions Options { get; }

    public Device Device { get; }

    /// <param name="x">The low-resolution picture, float32 [N,C,h,w] in [0,1].</param>
    /// <returns>float32 [N,C,h·2^n,w·2^n], n = <see cref="RrdbOptions.Doublings"/>; about [0,1], not clamped.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return _head.forward(x, _encoder.forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The encoder's features of a picture, as ECDP sees them.</summary>
    /// <inheritdoc cref="RrdbEncoder.forward"/>
    public Tensor Encode(Tensor x) => _encoder.forward(x);
}
