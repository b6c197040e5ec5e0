namespace PSSR.Networks;

/// <summary>
/// How much memory one evaluation of a U-Net takes, beside its weights: from the widths of its layers, and above what was measured
/// but for one (docs/performance.md).
/// </summary>
internal static class NetworkMemory
{
    /// <summary>What the allocator keeps between layers, and small tensors.</summary>
    private const double Margin = 1.25;

    /// <summary>Bytes for each pixel at the outermost level, in float32.</summary>
    /// <param name="first">Channels of the first convolution.</param>
    /// <param name="levels">Channels of each level, outermost first.</param>
    /// <param name="blocks">Residual blocks of a level in the encoder.</param>
    public static double PerPixel(int first, IReadOnlyList<int> levels, Func<int, int> blocks)
    {
        double kept = first, most = 0;
        for (var level = 0; level < levels.Count; level++)
        {
            var share = Math.Pow(4, -level); // pixels of this level for each of the outermost
            var (own, below) = (levels[level], levels[Math.Min(level + 1, levels.Count - 1)]);
            // The skips that wait for the decoder: each block's, and the halved one's.
            kept += share * own * (blocks(level) + 0.25);
            // A decoder's block: what it was given and the skip, joined; that normalised; both in the convolution's own layout; its result,
            // and again.
            most = Math.Max(most, share * ((4 * (own + below)) + (2 * own)));
        }
        return Margin * sizeof(float) * (kept + most);
    }
}
