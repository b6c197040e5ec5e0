namespace PSSR.Ecdp.Learning;

/// <summary>What stage 2 asks of its options together.</summary>
internal static class QualityCheck
{
    /// <summary>What doesn't go together, as the first of it; null: nothing.</summary>
    public static string? WhyNot(FlowUpscalerOptions options)
    {
        const int least = 2 * TextureFeatures.LeastSide;
        var learnsSamples = options.QualitySampler == QualitySampler.DpmSolver;
        var (features, weight) = (options.QualityFeatures, options.QualityCriticWeight);
        return
            options.Flow is not null && options.QualitySteps == 0
                ? Say($"a flow in place of stages 0 and 1 leaves nothing to do without QualitySteps")
            : weight != 0 && !learnsSamples
                ? Say($"QualityCriticWeight is {weight}; a critic goes with QualitySampler DpmSolver")
            : options.QualityPixelWeight != 1 && !learnsSamples
                ? Say($"QualityPixelWeight is {options.QualityPixelWeight}; it goes with QualitySampler DpmSolver")
            : features == OwnFeatures.Critic && weight == 0
                ? Say($"QualityFeatures is {features}, and without a QualityCriticWeight there is none")
            : features == OwnFeatures.Textures && options.QualitySteps > 0 && options.CropSize < least
                ? Say($"CropSize is {options.CropSize}, and textures are learnt from the quarters of crops of {least} pixels at least")
            : features != OwnFeatures.Textures && options.QualityFeatureSteps != OwnFeatures.UsualSteps
                ? Say($"QualityFeatureSteps is {options.QualityFeatureSteps}; it goes with QualityFeatures {OwnFeatures.Textures}")
            : null;

        static string Say(FormattableString whyNot) => FormattableString.Invariant(whyNot);
    }
}
