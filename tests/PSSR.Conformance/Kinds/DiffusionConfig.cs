using System.Text.Json;
using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Conformance.Kinds;

/// <summary>The diffusion keys that several kinds share.</summary>
internal static class DiffusionConfig
{
    /// <summary>The process of <c>noise_schedule</c> and <c>diffusion_steps</c>, all its steps.</summary>
    public static NoiseSchedule FullSchedule(JsonElement config) => KnownSchedules.Create(
        config.GetProperty("noise_schedule").GetString() switch
        {
            "cosine" => "squared-cosine", // guided-diffusion's
            var name => name!,
        },
        config.GetProperty("diffusion_steps").GetInt32());

    /// <summary>The same, respaced by <c>timestep_respacing</c>.</summary>
    public static NoiseSchedule RespacedSchedule(JsonElement config)
    {
        var full = FullSchedule(config);
        return full.Respace(Timesteps.Respace(full.Steps, config.GetProperty("timestep_respacing").GetString()!));
    }

    /// <summary>Splits a network's output as <c>learn_sigma</c> says: ε, then the variance values in [-1,1].</summary>
    public static Prediction SplitOutput(JsonElement config, Tensor output) => config.GetProperty("learn_sigma").GetBoolean()
        ? new Prediction(output.narrow(1, 0, 3), output.narrow(1, 3, 3).Plus(1).mul(Kept.Of(0.5)))
        : new Prediction(output);

    /// <summary><c>sigma_small</c>, absent where the variance is learned.</summary>
    public static FixedVariance VarianceOf(JsonElement config) =>
        config.TryGetProperty("sigma_small", out var small) && small.GetBoolean() ? FixedVariance.Small : FixedVariance.Large;
}
