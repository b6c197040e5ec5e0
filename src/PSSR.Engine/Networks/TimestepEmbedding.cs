namespace PSSR.Networks;

/// <summary>The sinusoids of a diffusion step's index (Ho et al. 2020 after Vaswani et al. 2017).</summary>
internal static class TimestepEmbedding
{
    private const double LongestPeriod = 10_000;

    /// <summary>guided-diffusion's order: cosines first, then sines; frequency k is 10000^(-k/half), half = width/2. An odd width ends with
    /// a zero.</summary>
    /// <param name="t">float32 [N], may be fractional.</param>
    /// <returns>float32 [N, width].</returns>
    public static Tensor Create(Tensor t, int width)
    {
        using var scope = torch.NewDisposeScope();
        var half = width / 2;
        var angles = Angles(t, half, half);
        var parts = new List<Tensor> { angles.cos(), angles.sin() };
        if (width % 2 == 1)
            parts.Add(torch.zeros(new long[] { t.shape[0], 1 }, torch.float32, t.device));
        return torch.cat(parts, 1).MoveToOuterDisposeScope();
    }

    /// <summary>ECDP's order: sines first, then cosines; frequency k is 10000^(-k/(half-1)), so that the last is 1/10000.</summary>
    /// <param name="t">float32 [N], may be fractional.</param>
    /// <param name="width">Even, 4 at least.</param>
    /// <returns>float32 [N, width].</returns>
    public static Tensor CreateSinesFirst(Tensor t, int width)
    {
        using var scope = torch.NewDisposeScope();
        var angles = Angles(t, width / 2, (width / 2) - 1);
        return torch.cat(new[] { angles.sin(), angles.cos() }, 1).MoveToOuterDisposeScope();
    }

    /// <summary>t·10000^(-k/spacing), [N, count].</summary>
    private static Tensor Angles(Tensor t, int count, int spacing)
    {
        float[] frequencies = [.. Enumerable.Range(0, count).Select(k => (float)Math.Pow(LongestPeriod, -(double)k / spacing))];
        return t.reshape(-1, 1) * torch.tensor(frequencies).to(t.device).reshape(1, -1);
    }
}
