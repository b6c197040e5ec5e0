namespace PSSR.Diffusion;

/// <summary>The noise of several pictures that are sampled together: each draws what it would draw alone.</summary>
/// <param name="Pictures">One source a picture, in the batch's order.</param>
public sealed record NoiseBatch(IReadOnlyList<NoiseSource> Pictures)
{
    /// <summary>Standard normal noise.</summary>
    /// <param name="step">As <see cref="NoiseSource.Normal"/> has it.</param>
    /// <param name="shape">Of one picture: [1,…].</param>
    /// <returns>float32 [N,…] on the CPU.</returns>
    public Tensor Normal(int step, long[] shape) => Together(source => source.Normal(step, shape));

    /// <summary>Uniform draws in [0,1).</summary>
    /// <inheritdoc cref="Normal"/>
    public Tensor Uniform(int step, long[] shape) => Together(source => source.Uniform(step, shape));

    private Tensor Together(Func<NoiseSource, Tensor> draw)
    {
        using var scope = torch.NewDisposeScope();
        return torch.cat(Pictures.Select(draw).ToArray(), 0).MoveToOuterDisposeScope();
    }
}
