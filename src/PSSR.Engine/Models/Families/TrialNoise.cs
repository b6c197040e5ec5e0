namespace PSSR.Models.Families;

/// <summary>What a network is shown to see whether it computes: the same each time, and not from the process's own generator, which
/// initial weights are drawn from (<see cref="InitialWeights"/>).</summary>
internal static class TrialNoise
{
    /// <returns>float32, uniform in [0,1).</returns>
    public static Tensor Uniform(params long[] shape)
    {
        using var generator = new torch.Generator(0);
        return torch.rand(shape, generator: generator);
    }

    /// <returns>float32, standard normal.</returns>
    public static Tensor Normal(params long[] shape)
    {
        using var generator = new torch.Generator(0);
        return torch.randn(shape, generator: generator);
    }
}
