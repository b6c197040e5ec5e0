using PSSR.Imaging;

namespace PSSR.Runs;

/// <summary>What to do with a set of pictures. Cmdlet parameters and CLI options map to it one to one.</summary>
public sealed record UpscaleOptions
{
    /// <summary>DiffSR, DPI or ECDP.</summary>
    public string Method { get; init; } = "DiffSR";

    /// <summary>Name of an installed model or a folder with a model card; null takes the method's default.</summary>
    public string? Model { get; init; }

    /// <summary>Target size over source size, at least 1; null when a width or height is given (both null: 2).</summary>
    public double? Scale { get; init; }

    /// <summary>Target width in pixels; with <see cref="Height"/> unset the aspect ratio is kept.</summary>
    public int? Width { get; init; }

    /// <summary>Target height in pixels.</summary>
    public int? Height { get; init; }

    /// <summary>Diff-SR's noise level in [0,1); null takes the model card's table.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>Visited diffusion steps; null takes the method's default.</summary>
    public int? Steps { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Side of a network tile in pixels; null picks one; 0 turns tiling off.</summary>
    public int? TileSize { get; init; }

    /// <summary>auto, fp32 or bf16.</summary>
    public string Precision { get; init; } = "auto";

    /// <summary>auto, cpu, cuda or cuda:N.</summary>
    public string Device { get; init; } = "auto";

    /// <summary>Where results go; null writes beside the input with a suffix.</summary>
    public string? OutputDirectory { get; init; }

    /// <summary>Null keeps the input's format where it can be written, else PNG.</summary>
    public ImageFormat? Format { get; init; }

    /// <summary>1..100, for JPEG and WebP.</summary>
    public int Quality { get; init; } = 95;

    /// <summary>Overwrite existing results. Inputs are never overwritten.</summary>
    public bool Force { get; init; }

    /// <summary>Most pixels a picture may have, before and after: a guard against decompression bombs.</summary>
    public long PixelLimit { get; init; } = 300_000_000;
}
