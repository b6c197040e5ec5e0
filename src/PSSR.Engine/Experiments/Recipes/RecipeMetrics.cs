namespace PSSR.Experiments.Recipes;

/// <summary>How results are measured: names of QualityOptions beside these.</summary>
public sealed record RecipeMetrics : RecipePart
{
    /// <summary>Names of QualityOptions; without any, PSNR and SSIM by the usual preset, and LPIPS where it is installed.</summary>
    public OptionValues Options { get; init; } = OptionValues.None;

    /// <summary>Fréchet distance and Inception Score: names of SetQualityOptions. Null: neither.</summary>
    public OptionValues? Sets { get; init; }

    /// <summary>Whether faces stay the same persons': names of FaceConsistencyOptions. Null: not measured.</summary>
    public OptionValues? Faces { get; init; }

    /// <summary>Errors at low and at high frequencies: names of FrequencyOptions. Null: not measured.</summary>
    public OptionValues? Frequency { get; init; }

    /// <summary>The metrics of the table, in this order. Empty: all that there are.</summary>
    public IReadOnlyList<string> Show { get; init; } = [];
}
