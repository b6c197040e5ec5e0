namespace PSSR.Networks;

/// <summary>A run of layers between two skip connections; only residual blocks see the time embedding.</summary>
internal sealed class UNetStage : NamedModule
{
    private readonly IReadOnlyList<torch.nn.Module> _layers;

    /// <param name="layers">Residual blocks, attention blocks and resamplers, numbered from 0 in state-dict names.</param>
    public UNetStage(IReadOnlyList<torch.nn.Module> layers) : base(nameof(UNetStage))
    {
        _layers = layers;
        for (var i = 0; i < layers.Count; i++)
            register_module($"{i}", layers[i]);
    }

    /// <param name="x">[N,C,H,W]; not changed.</param>
    /// <param name="embedding">float32 [N,E].</param>
    public Tensor forward(Tensor x, Tensor embedding)
    {
        using var scope = torch.NewDisposeScope();
        var h = x.alias();
        foreach (var layer in _layers)
        {
            h = Layers.Then(h, v => layer switch
            {
                ResidualBlock block => block.forward(v, embedding),
                AttentionBlock block => block.forward(v),
                Downsample down => down.forward(v),
                Upsample up => up.forward(v),
                _ => throw new InvalidOperationException($"{layer.GetType().Name} is no layer of a U-Net stage."),
            });
        }
        return h.MoveToOuterDisposeScope();
    }
}
