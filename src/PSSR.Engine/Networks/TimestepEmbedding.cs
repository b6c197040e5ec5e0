namespace PSSR.Networks;

/// <summary>The sinusoids of a diffusion step's index (Ho et al. 2020 after Vaswani et al. 2017), in guided-diffusion's order.</summary>
internal static class TimestepEmbedding
{
    private const double LongestPeriod = 10_000;

    /// <summary>Cosines first, then sines; frequency k is 10000^(-k/half), half = width/2. An odd width ends with a zero.</summary>
    /// <param name="t">float32 [N], may be fractional.</param>
    /// <returns>float32 [N, width].</returns>
    public static Tensor Create(Tensor t, int width)
    {
        using var scope = torch.NewDisposeScope();
        var half = width / 2;
        float[] frequencies = [.. Enumerable.Range(0, half).Select(k => (float)Math.Pow(LongestPeriod, -(double)k / half))];
        var angles = t.reshape(-1, 1) * torch.tensor(frequencies).to(t.device).reshape(1, -1);
        var parts = new List<Tensor> { angles.cos(), angles.sin() };
        if (width % 2 == 1)
            parts.Add(torch.zeros(new long[] { t.shape[0], 1 }, torch.float32, t.device));
        return torch.cat(parts, 1).MoveToOuterDisposeScope();
    }
}
