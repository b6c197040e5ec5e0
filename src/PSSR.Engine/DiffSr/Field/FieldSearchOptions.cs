using PSSR.Networks;
using PSSR.Options;

namespace PSSR.DiffSr.Field;

/// <summary>How a field is found.</summary>
public enum FieldMode : long
{
    /// <summary>From the calibration alone: no picture is upscaled.</summary>
    Theory,

    /// <summary>Levels are tried on pictures, too, and scored.</summary>
    Empirical,
}

/// <summary>What a level is chosen by in an empirical search.</summary>
public enum FieldMetric : long
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

    /// <summary>Most noise of a level to try, as for upscaling.</summary>
    public const double MaxLevel = 0.999;

    /// <summary>Name of an installed prior, or a folder with a model card.</summary>
    [UserPath(OrName = true)]
    public string Model { get; init; } = "pssr-prior";

    /// <summary>Scales, comma-separated; any real numbers from 1.</summary>
    [Allowed(1, MaxScale)]
    public IReadOnlyList<double> Scales { get; init; } = [2, 3, 4];

    /// <summary>theory computes from a calibration; empirical also tries levels on the pictures.</summary>
    public FieldMode Mode { get; init; } = FieldMode.Theory;

    /// <summary>High-resolution pictures; empty: synthetic ones.</summary>
    [NotAsked]
    public IReadOnlyList<string> Pictures { get; init; } = [];

    /// <summary>Synthetic pictures to make where none are named.</summary>
    [Allowed(1, 10_000)]
    public int Count { get; init; } = 20;

    /// <summary>Which synthetic pictures: of two seeds none is the same, and none is one of a training's.</summary>
    [NotAsked]
    public ulong PictureSeed { get; init; }

    /// <summary>Side of the square in the middle of each picture that is looked at.</summary>
    /// <remarks>Also of synthetic pictures.</remarks>
    [Allowed(32, 4096)]
    public int CropSize { get; init; } = 256;

    /// <summary>ω, thresholds and forms of the losses; null: those that were saved, else the defaults.</summary>
    [NotAsked]
    public RecoverableFieldOptions? Field { get; init; }

    /// <summary>Measure anew what was saved for the model.</summary>
    /// <remarks>Pictures that are named are always measured.</remarks>
    public bool Recalibrate { get; init; }

    /// <summary>Visited diffusion steps in empirical mode. Default: those of the model's card, else 10.</summary>
    [Allowed(1, 10_000)]
    public int? Steps { get; init; }

    /// <summary>Levels to try in empirical mode, comma-separated. Default: around the theory's, then finer around the best.</summary>
    [Allowed(0, MaxLevel)]
    public IReadOnlyList<double> Levels { get; init; } = [];

    /// <summary>Rounds of refinement around the best level, where no levels are given.</summary>
    [NotAsked]
    [Allowed(0, 10)]
    public int Refinements { get; init; } = 2;

    /// <summary>What the best level is chosen by: auto, psnr, ssim, lpips or frechet.</summary>
    /// <remarks>Auto: LPIPS where its weights are imported, else SSIM.</remarks>
    public FieldMetric Metric { get; init; } = FieldMetric.Auto;

    /// <summary>Imported model of the kind features, for a Fréchet distance of the whole set at each level.</summary>
    [UserPath(OrName = true)]
    public string? Features { get; init; }

    /// <summary>Store calibration, thresholds and found levels for the model: pssr upscale takes its noise level from them.</summary>
    public bool Save { get; init; }

    /// <summary>Key of the noise.</summary>
    public ulong Seed { get; init; }

    /// <summary>auto, which is what is fast here, fp32, bf16, or on a GPU fp16. Values of one precision are kept apart from
    /// another's.</summary>
    [Allowed("auto", "fp32", "bf16", "fp16")]
    public string Precision { get; init; } = ComputeDevice.Auto;

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Where fields and measurements of the user's go; the tests have their own.</summary>
    internal string UserFolder { get; init; } = FieldStore.UserFolder;

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public FieldSearchOptions Checked()
    {
        OptionCheck.Allowed(this);
        OptionCheck.DeviceName(nameof(Device), Device);
        if (Scales.Count == 0)
            throw OptionCheck.Bad("Scales", "Scales: give a scale at least");
        if (Metric == FieldMetric.Frechet && Features is null)
        {
            throw OptionCheck.Bad("Metric",
                "Metric: a Fréchet distance needs a feature network; name an imported model of the kind features");
        }
        Field?.Checked();
        return this with { Scales = [.. Scales.Distinct().Order()] };
    }
}

/// <summary>Where a search stands.</summary>
/// <param name="Stage">What is being done, in words.</param>
/// <param name="Total">As far as it can be told.</param>
public readonly record struct FieldProgress(string Stage, int Done, int? Total);
