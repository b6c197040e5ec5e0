namespace PSSR.Networks.Rrdb;

/// <summary>
/// The encoder with its upscaling head: how ECDP pre-trains the encoder, with an L1 loss. It upscales by itself, without diffusion.
/// </summary>
public sealed class RrdbNet : NamedModule
{
    private readonly RrdbEncoder _encoder;
    private readonly RrdbHead _head;
    private readonly DegradationEstimator? _estimator;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    public RrdbNet(RrdbOptions options, NetworkPlacement? placement = null) : base(nameof(RrdbNet))
    {
        var place = placement ?? NetworkPlacement.Cpu;
        (Options, Device) = (options, place.Device);
        _encoder = new RrdbEncoder(options, place);
        _head = new RrdbHead(options, place);
        register_module("rrdb", _encoder);
        register_module("final", _head);
        if (options.ConditionPlanes > 0)
        {
            register_module(
                "degradation", _estimator = new DegradationEstimator(options.InputChannels, options.ConditionPlanes, place.Device));
        }
        eval();
    }

    public RrdbOptions Options { get; }

    public Device Device { get; }

    /// <param name="x">As <see cref="RrdbEncoder.forward"/> takes it.</param>
    /// <returns>float32 [N,C,h·2^n,w·2^n], n = <see cref="RrdbOptions.Doublings"/>; about [0,1], not clamped.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x)
    {
        using var scope = torch.NewDisposeScope();
        return _head.forward(x, _encoder.forward(x)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc cref="RrdbEncoder.Given"/>
    public Tensor Given(Tensor low, Tensor strength) => _encoder.Given(low, strength);

    /// <inheritdoc cref="EcdpNetwork.Estimate"/>
    public Tensor? Estimate(Tensor low) => _estimator?.forward(low);

    /// <inheritdoc cref="DegradationEstimator.Loss"/>
    internal Tensor? EstimateLoss(Tensor low, Tensor strength) => _estimator?.Loss(low, strength);

    /// <summary>The encoder's features of a picture, as ECDP sees them.</summary>
    /// <inheritdoc cref="RrdbEncoder.forward"/>
    public Tensor Encode(Tensor x) => _encoder.forward(x);
}
