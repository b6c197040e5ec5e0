using PSSR.Dpi;
using PSSR.Ecdp;
using PSSR.Networks;
using PSSR.Pictures;

namespace PSSR.Sets;

/// <summary>What to do with a set of pictures. Cmdlet parameters and CLI options map to it one to one.</summary>
public sealed record UpscaleOptions
{
    /// <summary>Largest scale that is taken; far beyond what any of the methods recovers.</summary>
    public const double MaxScale = 64;

    /// <summary>Largest target side in pixels.</summary>
    public const int MaxSide = 1_000_000;

    /// <summary>Largest noise level; at 1 nothing of the picture would be left.</summary>
    public const double MaxNoiseLevel = 0.999;

    /// <summary>Most visited diffusion steps.</summary>
    public const int MaxSteps = 10_000;

    /// <summary>Smallest and largest side of a network tile.</summary>
    public const int MinTile = 64, MaxTile = 8192;

    /// <summary>Least limit of memory, in bytes.</summary>
    public const long MinMaxMemory = 256L << 20;

    /// <summary>Most pictures that may be in hand at once.</summary>
    public const int MaxThrottle = 64;

    /// <summary>DiffSR, DPI, ECDP, or auto; see <see cref="UpscaleMethods"/>.</summary>
    public string Method { get; init; } = UpscaleMethods.Auto;

    /// <summary>Name of an installed model or a folder with a model card; null takes the method's default.</summary>
    public string? Model { get; init; }

    /// <summary>Target size over source size, 1..64; null when a width or height is given (all three null: 2).</summary>
    public double? Scale { get; init; }

    /// <summary>Target width in pixels; with <see cref="Height"/> unset the aspect ratio is kept.</summary>
    public int? Width { get; init; }

    /// <summary>Target height in pixels; with <see cref="Width"/> unset the aspect ratio is kept.</summary>
    public int? Height { get; init; }

    /// <summary>Diff-SR's noise level, 0..0.999; 0 is the plain bicubic picture; null takes the model card's table.</summary>
    public double? NoiseLevel { get; init; }

    /// <summary>Visited diffusion steps, at least 1; null takes the method's default.</summary>
    public int? Steps { get; init; }

    /// <summary>DPI's own settings; null with other methods. Its steps and tile size are those above and below.</summary>
    public DpiOptions? Dpi { get; init; }

    /// <summary>ECDP's own settings; null with other methods. Its steps and tile size are those above and below.</summary>
    public FlowOptions? Flow { get; init; }

    public ulong Seed { get; init; }

    /// <summary>Largest side of a network tile in pixels; null picks one; 0 turns tiling off.</summary>
    public int? TileSize { get; init; }

    /// <summary>fp32 or bf16.</summary>
    public string Precision { get; init; } = "fp32";

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

    /// <summary>
    /// Pictures in hand at once, 1 to 64: one is computed, others are read before and written behind it. 1: nothing overlaps. No value changes a result.
    /// </summary>
    public int ThrottleLimit { get; init; } = 3;

    /// <summary>
    /// Bytes of memory that the process shall not go beyond, as far as PSSR can see to it: by tiles, by reading less ahead, and by refusing pictures that are too
    /// large. Null: half of what is available.
    /// </summary>
    public long? MaxMemory { get; init; }

    /// <summary>Which pictures of the set are taken, and the run's log.</summary>
    public SetOptions Set { get; init; } = new();

    /// <summary>Most pixels a picture may have, before and after: a guard against decompression bombs.</summary>
    public long PixelLimit { get; init; } = 300_000_000;

    /// <summary>The same options with the method's name and the default scale filled in, once every value was found in range.</summary>
    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public UpscaleOptions Checked()
    {
        if (Scale is not null && (Width ?? Height) is not null)
            throw Bad("Scale", "give either a scale or a width and height, not both");
        InRange("Scale", Scale, 1, MaxScale);
        InRange("Width", Width, 1, MaxSide);
        InRange("Height", Height, 1, MaxSide);
        InRange("NoiseLevel", NoiseLevel, 0, MaxNoiseLevel);
        InRange("Steps", Steps, 1, MaxSteps);
        InRange("Quality", Quality, 1, 100);
        InRange("ThrottleLimit", ThrottleLimit, 1, MaxThrottle);
        if (MaxMemory < MinMaxMemory)
            throw Bad("MaxMemory", $"{MaxMemory} is less than {MinMaxMemory} bytes (256 MiB), which PSSR takes at least");
        if (TileSize is not (null or 0 or (>= MinTile and <= MaxTile)))
            throw Bad("TileSize", $"{TileSize} is neither 0 (no tiles) nor {MinTile} to {MaxTile} pixels");
        if (OutputDirectory is { } folder && (folder.Trim().Length == 0 || folder.Contains('\0')))
            throw Bad("OutputDirectory", $"'{folder}' is no folder's name");
        if (Precision is not ("fp32" or "bf16"))
            throw Bad("Precision", $"'{Precision}' is not fp32 or bf16");
        if (!IsDevice(Device))
            throw Bad("Device", $"'{Device}' is not auto, cpu, cuda or cuda:N");
        Set.Check();
        var method = UpscaleMethods.Chosen(this);
        if (NoiseLevel is not null && method != UpscaleMethods.DiffSr)
            throw Bad("NoiseLevel", $"it is DiffSR's, and the method is {method}");
        if (Dpi is not null && method != UpscaleMethods.Dpi)
            throw Bad("Dpi", $"settings of DPI were given, and the method is {method}");
        Dpi?.Check();
        if (Flow is not null && method != UpscaleMethods.Ecdp)
            throw Bad("Flow", $"settings of ECDP were given, and the method is {method}");
        if (method == UpscaleMethods.Ecdp)
            ((Flow ?? new FlowOptions()) with { Steps = Steps }).Check();
        return this with
        {
            Method = method,
            Scale = Scale ?? ((Width ?? Height) is null ? 2 : null),
        };
    }

    private static bool IsDevice(string device) =>
        device is "auto" or "cpu" or "cuda"
        || (device.StartsWith("cuda:", StringComparison.Ordinal) && byte.TryParse(device.AsSpan(5), out _));

    private static void InRange(string name, double? value, double min, double max)
    {
        // Written so that NaN fails too.
        if (value is { } v && !(v >= min && v <= max))
            throw Bad(name, FormattableString.Invariant($"{v} is outside {min} to {max}"));
    }

    private static PssrException Bad(string name, string message) => new(PssrErrorKind.Option, $"{name}: {message}.", name);
}
