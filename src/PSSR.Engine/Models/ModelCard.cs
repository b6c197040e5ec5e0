using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using PSSR.Options;

namespace PSSR.Models;

/// <summary>
/// The <c>card.json</c> beside a model's weights: what the network is, how it was made, and what was measured for it.
/// A model is a folder: <c>card.json</c> and the weights file that it names.
/// </summary>
public sealed record ModelCard
{
    public required string Name { get; init; }

    /// <summary>What it is for: prior, corrector, flow, encoder, features, detector, quality or lpips.</summary>
    public required string Kind { get; init; }

    /// <summary>guided-unet, condition-corrector, ecdp-unet, rrdbnet …</summary>
    public required string Architecture { get; init; }

    /// <summary>The architecture's own options, under the names that its authors use.</summary>
    public JsonObject Options { get; init; } = [];

    /// <summary>Noise schedule that the checkpoint was trained with.</summary>
    public ScheduleCard? Schedule { get; init; }

    /// <summary>epsilon, x0, or both.</summary>
    public string Prediction { get; init; } = "epsilon";

    /// <summary>Value range of the images that the network sees.</summary>
    public double[] ValueRange { get; init; } = [-1, 1];

    /// <summary>File name of the weights, in the card's folder.</summary>
    public required string Weights { get; init; }

    /// <summary>SHA-256 of the weights file, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    [Allowed(0, long.MaxValue)]
    public long Parameters { get; init; }

    public string License { get; init; } = "unknown";

    /// <summary>Diff-SR's noise level by scale, measured for this model; rising scales.</summary>
    public IReadOnlyList<NoiseLevelEntry> NoiseLevels { get; init; } = [];

    /// <summary>How a flow is best sampled; null where nobody measured it.</summary>
    public SamplingCard? Sampling { get; init; }

    /// <summary>DPI's settings that were found to suit this prior, for the DDIM form; null: the published ones.</summary>
    public DpiCard? Dpi { get; init; }

    /// <summary>How it was trained: command, seed, steps, loss curve; or where it was imported from.</summary>
    public JsonObject? Training { get; init; }

    /// <summary>The <see cref="Options"/> as who computes with them reads them.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: it can't; the message names the model.</exception>
    internal T OptionsAs<T>(Func<JsonObject, T> read)
    {
        try
        {
            return read(Options);
        }
        catch (PssrException e) when (e.Kind == PssrErrorKind.Checkpoint)
        {
            throw new PssrException(PssrErrorKind.Checkpoint, $"Model '{Name}' can't be used for what its card says: {e.Message}", Name, e);
        }
    }
}

/// <param name="Name">linear, scaled-linear, squared-cosine, cosine or sigmoid.</param>
/// <param name="Steps">T.</param>
public sealed record ScheduleCard(string Name, [property: Allowed(1, 100_000)] int Steps);

/// <summary>One measured row: at this scale, this noise level did best.</summary>
/// <param name="Steps">Visited steps that it was measured with; null where that made no difference.</param>
public sealed record NoiseLevelEntry(
    [property: Allowed(1, 64)] double Scale, [property: Allowed(0, 1)] double NoiseLevel,
    [property: Allowed(1, 100_000)] int? Steps = null);

/// <summary>What ECDP takes where the user says nothing; null leaves it to ECDP.</summary>
/// <param name="Solver">dormand-prince, dpm-solver, ddim or ddpm.</param>
/// <param name="Steps">Of a solver that counts them.</param>
/// <param name="Temperature">Standard deviation of the noise at the start.</param>
/// <param name="Consistency">Rounds of back-projection.</param>
/// <param name="NoiseContrast">The contrast from which on a place gets all of the start's noise and of what is drawn.</param>
/// <param name="MeanSteps">Steps at temperature 0, of a model that learnt to draw in so many; null: 1. 0: it never learnt to draw without
/// noise, and temperature 0 is its encoder's picture.</param>
public sealed record SamplingCard(
    [property: Allowed("dormand-prince", "dpm-solver", "ddim", "ddpm")] string? Solver = null,
    [property: Allowed(1, 10_000)] int? Steps = null, [property: Allowed(0, 2)] double? Temperature = null,
    [property: Allowed(0, 100)] int? Consistency = null,
    [property: Allowed(0, 1), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] double? NoiseContrast = null,
    [property: Allowed(0, 10_000), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] int? MeanSteps = null);

/// <summary>Measured settings of DPI; see its presets.</summary>
/// <param name="Steps">Visited steps that τ and ω go with.</param>
public sealed record DpiCard(
    [property: Allowed(1, 100_000)] int Steps, [property: Allowed(0, 10_000)] double Tau,
    [property: Allowed(0, 100, Above = true)] double S, [property: Allowed(0, 1_000_000, Above = true)] double Omega,
    [property: Allowed(0, 1)] double Eta);
