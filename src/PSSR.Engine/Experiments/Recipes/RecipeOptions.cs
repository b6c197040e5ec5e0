using PSSR.DiffSr;
using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Measuring;
using PSSR.Sets;
using PSSR.Sets.Converting;

namespace PSSR.Experiments.Recipes;

/// <summary>Which records' options the parts of a recipe take: all but those that the experiment sets by itself.</summary>
internal static class RecipeOptions
{
    public static OptionNames Degrading { get; } = new(typeof(DegradeOptions), nameof(DegradeOptions.OutputDirectory),
        nameof(DegradeOptions.InputRoot), nameof(DegradeOptions.Force), nameof(DegradeOptions.Metadata),
        nameof(DegradeOptions.TruthDirectory));

    public static OptionNames Upscaling { get; } = new(typeof(UpscaleOptions), nameof(UpscaleOptions.Scale), nameof(UpscaleOptions.Width),
        nameof(UpscaleOptions.Height), nameof(UpscaleOptions.Fit), nameof(UpscaleOptions.SkipLarger),
        nameof(UpscaleOptions.OutputDirectory), nameof(UpscaleOptions.NameTemplate), nameof(UpscaleOptions.Suffix),
        nameof(UpscaleOptions.Metadata), nameof(UpscaleOptions.Force), nameof(UpscaleOptions.MaxMemory),
        nameof(UpscaleOptions.ThrottleLimit), nameof(UpscaleOptions.Device), nameof(UpscaleOptions.Set));

    public static OptionNames Quality { get; } = new(typeof(QualityOptions), nameof(QualityOptions.Reference),
        nameof(QualityOptions.Recurse), nameof(QualityOptions.Scale), nameof(QualityOptions.WithBaseline), nameof(QualityOptions.Device));

    public static OptionNames Sets { get; } = new(typeof(SetQualityOptions), nameof(SetQualityOptions.Device));

    public static OptionNames Faces { get; } = new(typeof(FaceConsistencyOptions), nameof(FaceConsistencyOptions.Reference),
        nameof(FaceConsistencyOptions.Recurse), nameof(FaceConsistencyOptions.Device));

    public static OptionNames Frequency { get; } = new(typeof(FrequencyOptions), nameof(FrequencyOptions.Reference),
        nameof(FrequencyOptions.Recurse));

    private static OptionNames Prior { get; } = new(typeof(DiffusionPriorOptions), nameof(DiffusionPriorOptions.Name));

    private static OptionNames Corrector { get; } = new(typeof(ConditionCorrectorOptions), nameof(ConditionCorrectorOptions.Name));

    private static OptionNames Flow { get; } = new(typeof(FlowUpscalerOptions), nameof(FlowUpscalerOptions.Name));

    /// <summary>Null: models of this kind aren't trained.</summary>
    public static OptionNames? Training(ModelKind kind) =>
        kind switch { ModelKind.Prior => Prior, ModelKind.Corrector => Corrector, ModelKind.Flow => Flow, _ => null };
}
