using PSSR.Host;

namespace PSSR.Networks;

/// <summary>
/// DPI's condition corrector (CRT; Diffusion Prior Interpolation, section "Condition Corrector"): guided-diffusion's U-Net, told of the
/// original condition y_T in two places. After the first convolution 0.1·(mean of y_T over its channels) is added to every channel, and the
/// result is added to y_T. State-dict names are those of the U-Net.
/// </summary>
public sealed class ConditionCorrector : NamedModule
{
    private const double ConditionWeight = 0.1;

    private readonly GuidedUNet _network;

    /// <summary>Builds the network with fresh weights, in evaluation mode. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: a layout that can't be built.</exception>
    public ConditionCorrector(GuidedUNetOptions options, NetworkPlacement? placement = null) : base(nameof(ConditionCorrector))
    {
        if (options.LearnSigma)
            throw GuidedUNetOptions.Invalid("learn_sigma is true, but a condition corrector gives a picture and no variance");
        _network = new GuidedUNet(options, placement);
        foreach (var (name, part) in _network.named_children())
            register_module(name, part); // the parts, not the U-Net: its own name must not show in the state dict
        eval();
    }

    public GuidedUNetOptions Options => _network.Options;

    public Device Device => _network.Device;

    /// <inheritdoc cref="GuidedUNet.PackForInference"/>
    public void PackForInference() => _network.PackForInference();

    /// <summary>One correction.</summary>
    /// <param name="x">The condition as the last step left it, float32 [N,3,H,W] on <see cref="Device"/>, 0 off the grid; sides divisible
    /// by
    /// <see cref="GuidedUNetOptions.SideMultiple"/>.</param>
    /// <param name="t">float32 [N], 0-based step of the training schedule; or [1] for all pictures.</param>
    /// <param name="original">y_T, of x's shape, 0 off the grid.</param>
    /// <returns>float32 [N,3,H,W]: the corrected condition.</returns>
    /// <exception cref="PssrException">Kind Option: a wrong shape.</exception>
    public Tensor forward(Tensor x, Tensor t, Tensor original)
    {
        if (!x.shape.SequenceEqual(original.shape))
        {
            throw new PssrException(PssrErrorKind.Option,
                $"The corrector takes two pictures of one shape, "
                    + $"not [{string.Join(", ", x.shape)}] and [{string.Join(", ", original.shape)}].");
        }

        using var scope = torch.NewDisposeScope();
        var told = original.mean(new long[] { 1 }, true) * Kept.Of(ConditionWeight);
        return _network.Evaluate(x, t, told).Plus(original).MoveToOuterDisposeScope();
    }
}
