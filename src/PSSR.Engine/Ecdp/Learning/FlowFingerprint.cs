using System.Text.Json.Nodes;

namespace PSSR.Ecdp.Learning;

/// <summary>All that a training's state depends on but what its stage leaves out: of the validation which pictures it takes away from the
/// training, of sampling nothing.</summary>
internal static class FlowFingerprint
{
    public static JsonObject Of(FlowUpscalerOptions options) => Of(options.ToJson());

    /// <summary>The same of a card's options.</summary>
    /// <param name="options">Is changed.</param>
    public static JsonObject Of(JsonObject options)
    {
        const string count = nameof(FlowUpscalerOptions.ValidationCount), folder = nameof(FlowUpscalerOptions.ValidationFolder);
        if (options[folder] is not null || options[nameof(FlowUpscalerOptions.ImageFolder)] is null)
            options.Remove(count);
        foreach (var other in new[] { folder, nameof(FlowUpscalerOptions.SamplingSteps), nameof(FlowUpscalerOptions.SamplingTemperature),
            nameof(FlowUpscalerOptions.SamplingConsistency) })
            options.Remove(other);
        return options;
    }
}
