using PSSR.Tiles;

namespace PSSR.DiffSr;

/// <summary>How Diff-SR walks back from its start step.</summary>
public enum DiffSrSampler
{
    /// <summary>Deterministic, η = 0, few steps.</summary>
    Ddim,

    /// <summary>Ancestral, with noise at every step.</summary>
    Ddpm,
}

/// <summary>Diff-SR's settings.</summary>
public sealed record DiffSrOptions
{
    /// <summary>NL in [0,1): share of the T steps at which the process starts; 0 is plain bicubic. Null takes the field that was saved for
    /// the model, else the model card's table.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>
    /// Steps to visit, at least 1, spread evenly from the start step to the first. Null: with DDPM all; with DDIM those that the level was
    /// measured with, where it comes from the saved field or the card, else 20.
    /// </summary>
    public int? Steps { get; init; }

    public DiffSrSampler Sampler { get; init; } = DiffSrSampler.Ddim;

    /// <summary>Clamp x̂0 to [-1,1] at every step.</summary>
    public bool ClipDenoised { get; init; } = true;

    /// <summary>Pictures to draw, the k-th of seed + k - 1.</summary>
    public int Samples { get; init; } = 1;

    /// <summary>Rounds of back-projection at the end of each.</summary>
    public int Consistency { get; init; }

    /// <summary>Moments of the walk to show, 1 its start and 0 its end; see <see cref="WalkTrace"/>.</summary>
    public IReadOnlyList<double> Trace { get; init; } = [];

    /// <summary>
    /// Side of a network tile in pixels, at least 64, rounded down to what the network can halve; 0 evaluates the whole picture at once.
    /// Null: 256, 512 where the network is narrow (64 channels at most), or the size that it was trained on if that is larger.
    /// </summary>
    public int? TileSize { get; init; }
}
