using PSSR.Models;

namespace PSSR.DiffSr.Field;

/// <summary>Reads a model card's table of noise levels.</summary>
internal static class NoiseLevels
{
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
