using PSSR.Metrics;

namespace PSSR.DiffSr.Field;

/// <summary>The LPIPS that a search scores with.</summary>
public static class FieldLpips
{
    /// <summary>Small and quick first.</summary>
    private static readonly string[] Preferred = ["squeeze", "alex", "vgg"];

    /// <summary>Loads the named network, or the first whose weights are imported; null in theory mode and where there are none.</summary>
    /// <param name="onMissing">Gets, in words, what is missing and how it is imported.</param>
    /// <exception cref="PssrException">Kind Checkpoint: a network was named, or LPIPS asked for, and its weights are not imported. Kind
    /// Option: unknown network.</exception>
    public static Lpips? Load(FieldSearchOptions options, string? network, Action<string> onMissing)
    {
        if (network is not null)
            return InstalledLpips.Load(network);
        if (Preferred.FirstOrDefault(n => InstalledLpips.Missing(n) is null) is { } found)
            return InstalledLpips.Load(found);
        if (options.Metric == FieldMetric.Lpips)
            return InstalledLpips.Load(Preferred[0]);
        if (options.Mode == FieldMode.Empirical && options.Metric == FieldMetric.Auto)
            onMissing($"No LPIPS weights are imported, so the best level is chosen by SSIM, which prefers little "
                + $"noise. {InstalledLpips.Missing(Preferred[0])}");
        return null;
    }
}
