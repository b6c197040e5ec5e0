using System.Text.Json.Nodes;

namespace PSSR.Models;

/// <summary>
/// The <c>card.json</c> beside a model's weights: what the network is, how it was made, and what was measured for it.
/// A model is a folder: <c>card.json</c> and the weights file that it names.
/// </summary>
public sealed record ModelCard
{
    public required string Name { get; init; }

    /// <summary>What it is for: prior, corrector, flow, features, lpips.</summary>
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
}

/// <param name="Name">linear, scaled-linear, squared-cosine, cosine or sigmoid.</param>
/// <param name="Steps">T.</param>
public sealed record ScheduleCard(string Name, int Steps);

/// <summary>One measured row: at this scale, this noise level did best.</summary>
/// <param name="Steps">Visited steps that it was measured with; null where that made no difference.</param>
public sealed record NoiseLevelEntry(double Scale, double NoiseLevel, int? Steps = null);

/// <summary>What ECDP takes where the user says nothing; null leaves it to ECDP.</summary>
/// <param name="Solver">dormand-prince, dpm-solver, ddim or ddpm.</param>
/// <param name="Steps">Of a solver that counts them.</param>
/// <param name="Temperature">Standard deviation of the noise at the start.</param>
/// <param name="Consistency">Rounds of back-projection.</param>
public sealed record SamplingCard(string? Solver = null, int? Steps = null, double? Temperature = null, int? Consistency = null);

/// <summary>Measured settings of DPI; see its presets.</summary>
/// <param name="Steps">Visited steps that τ and ω go with.</param>
public sealed record DpiCard(int Steps, double Tau, double S, double Omega, double Eta);
