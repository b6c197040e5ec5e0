using PSSR.Metrics;
using PSSR.Networks;

namespace PSSR.DiffSr.Field;

/// <summary>How a field is found.</summary>
public enum FieldMode
{
    /// <summary>From the calibration alone: no picture is upscaled.</summary>
    Theory,

    /// <summary>Levels are tried on pictures, too, and scored.</summary>
    Empirical,
}

/// <summary>What a level is chosen by in an empirical search.</summary>
public enum FieldMetric
{
    /// <summary>LPIPS where its weights are there, else SSIM.</summary>
    Auto,
    Psnr,
    Ssim,
    Lpips,

    /// <summary>Fréchet distance over the whole set of pictures.</summary>
    Frechet,
}

/// <summary>A search for the Perceptual Recoverable Field.</summary>
public sealed record FieldSearchOptions
{
    /// <summary>Largest scale, as for upscaling.</summary>
    public const double MaxScale = 64;

    /// <summary>Name of an installed prior, or a folder with a card.</summary>
    public string Model { get; init; } = "pssr-prior";

    /// <summary>1 to 64; any real numbers.</summary>
    public IReadOnlyList<double> Scales { get; init; } = [2, 3, 4];

    public FieldMode Mode { get; init; } = FieldMode.Theory;

    /// <summary>High-resolution pictures; empty: synthetic ones.</summary>
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Synthetic pictures to make; at least 1.</summary>
    public int Count { get; init; } = 20;

    /// <summary>Which synthetic pictures: of two seeds none is the same, and none is one of a training's.</summary>
    public ulong PictureSeed { get; init; }

    /// <summary>Side of the square in the middle of each picture that is looked at, and of synthetic pictures; at least 32.</summary>
    public int CropSize { get; init; } = 256;

    /// <summary>ω, thresholds and forms of the losses; null: those that were saved, else the defaults.</summary>
    public RecoverableFieldOptions? Field { get; init; }

    /// <summary>Measure anew what was saved beside the model. Pictures that are named are always measured.</summary>
    public bool Recalibrate { get; init; }

    /// <summary>Visited steps in an empirical search; null: those of the model's card, else 10.</summary>
    public int? Steps { get; init; }

    /// <summary>Levels to try, in [0,1); empty: coarse around the theory's level, then finer around the best.</summary>
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>Rounds of refinement around the best level, where no levels are given.</summary>
    public int Refinements { get; init; } = 2;

    public FieldMetric Metric { get; init; } = FieldMetric.Auto;

    /// <summary>Model of the kind features, for a Fréchet distance of the whole set at each level; null leaves it out.</summary>
    public string? Features { get; init; }

    /// <summary>Store the calibration, and the levels that were found, beside the model: Diff-SR takes its level from there.</summary>
    public bool Save { get; init; }

    /// <summary>Key of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>fp32 or bf16.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Where fields and measurements of the user's go; the tests have their own.</summary>
    internal string UserFolder { get; init; } = FieldStore.UserFolder;

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public FieldSearchOptions Checked()
    {
        Require("Scales", Scales.Count > 0, "give a scale at least");
        Require("Scales", Scales.All(s => s is >= 1 and <= MaxScale), FormattableString.Invariant($"scales lie in 1 to {MaxScale}"));
        Require("Levels", Levels.All(l => l is >= 0 and < 1), "levels lie in [0,1)");
        Require("Count", Count is >= 1 and <= 10_000, "take 1 to 10000 pictures");
        Require("CropSize", CropSize is >= 32 and <= 4096, "take 32 to 4096 pixels");
        Require("Steps", Steps is null or >= 1, "at least one step must be visited");
        Require("Refinements", Refinements is >= 0 and <= 10, "take 0 to 10 rounds");
        Require("Metric", Metric != FieldMetric.Frechet || Features is not null, "a Fréchet distance needs a feature network; name an imported model of the kind features");
        Field?.Checked();
        return this with { Scales = [.. Scales.Distinct().Order()] };
    }

    private static void Require(string name, bool holds, string otherwise)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, $"{name}: {otherwise}.", name);
    }
}

/// <summary>Where a search stands.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Total">As far as it can be told.</param>
public readonly record struct FieldProgress(string Stage, int Done, int? Total);
