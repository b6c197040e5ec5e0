using PSSR.Models;

namespace PSSR.DiffSr.Field;

/// <summary>Reads a model card's table of noise levels.</summary>
internal static class NoiseLevels
{
    /// <summary>From so many weights on a prior is taken for one as strong as the paper's: guided-diffusion's small ones for faces have 94
    /// million, PSSR's own 2.</summary>
    public const long StrongFrom = 50_000_000;

    /// <summary>The paper's, of its own prior (Diff-SR, section 3.3 and Figure 6): about 20 % at 2×, 40 % at 4×, 50 to 65 % at 8×, where it
    /// found no level that restores the picture.</summary>
    public static readonly IReadOnlyList<NoiseLevelEntry> Published = [new(2, 0.2), new(4, 0.4), new(8, 0.57)];

    /// <summary>The level for a scale: linear between the measured scales, and beyond them the nearest one's.</summary>
    /// <param name="table">Not empty; rising scales.</param>
    public static double At(IReadOnlyList<NoiseLevelEntry> table, double scale)
    {
        var above = 0;
        while (above < table.Count && table[above].Scale < scale)
            above++;
        if (above == 0)
            return table[0].NoiseLevel;
        if (above == table.Count)
            return table[^1].NoiseLevel;
        var (low, high) = (table[above - 1], table[above]);
        return low.NoiseLevel + (high.NoiseLevel - low.NoiseLevel) * (scale - low.Scale) / (high.Scale - low.Scale);
    }

    /// <summary>The visited steps that the nearest scale was measured with, or null.</summary>
    /// <param name="table">Not empty.</param>
    public static int? StepsAt(IReadOnlyList<NoiseLevelEntry> table, double scale) =>
        table.MinBy(row => Math.Abs(row.Scale - scale))!.Steps;
}
