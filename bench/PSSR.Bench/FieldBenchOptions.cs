using System.Globalization;

namespace PSSR.Bench;

/// <summary>What to measure of a prior's recoverable field.</summary>
internal sealed record FieldBenchOptions
{
    /// <summary>Name of an installed model, or a folder with a card.</summary>
    public string Model { get; init; } = "pssr-prior";

    /// <summary>Synthetic pictures, and their side in pixels.</summary>
    public int Count { get; init; } = 8;
    public int Size { get; init; } = 144;

    /// <summary>Which synthetic pictures. 0 are those that a search calibrates on by itself.</summary>
    public ulong PictureSeed { get; init; } = 1;

    public double[] Scales { get; init; } = [1.6, 2, 2.7, 3, 3.5, 4, 4.5];

    /// <summary>Beside bicubic and the theory's own level.</summary>
    public double[] Levels { get; init; } = [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64];

    /// <summary>Visited steps; null: those of the card.</summary>
    public int? Steps { get; init; }

    /// <summary>LPIPS-squeeze: torchvision's SqueezeNet 1.1 and the published linear weights.</summary>
    public string? LpipsBackbone { get; init; }
    public string? LpipsLinear { get; init; }

    /// <summary>Weight of the fidelity loss; null: what is saved for the model.</summary>
    public double? Omega { get; init; }

    /// <summary>Where the charts go, as PREFIX-scales.svg and PREFIX-schedules.svg; null: nowhere.</summary>
    public string? Charts { get; init; }

    /// <summary>Where the tables go; null: nowhere.</summary>
    public string? Markdown { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static FieldBenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new FieldBenchOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"'{args[i]}' is unknown or needs a value.");
            options = args[i] switch
            {
                "--model" => options with { Model = value },
                "--count" => options with { Count = Whole(value) },
                "--size" => options with { Size = Whole(value) },
                "--picture-seed" => options with { PictureSeed = (ulong)Whole(value) },
                "--scales" => options with { Scales = Numbers(value) },
                "--levels" => options with { Levels = Numbers(value) },
                "--steps" => options with { Steps = Whole(value) },
                "--omega" => options with { Omega = Numbers(value)[0] },
                "--lpips-backbone" => options with { LpipsBackbone = value },
                "--lpips-linear" => options with { LpipsLinear = value },
                "--charts" => options with { Charts = value },
                "--markdown" => options with { Markdown = value },
                var name => throw new ArgumentException(
                    $"'{name}' is unknown. Options: --model, --count, --size, --picture-seed, --scales, --levels, --steps, --omega, "
                    + "--lpips-backbone, --lpips-linear, --charts, --markdown."),
            };
        }
        return (options.LpipsBackbone is null) == (options.LpipsLinear is null)
            ? options
            : throw new ArgumentException("--lpips-backbone and --lpips-linear go together.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static double[] Numbers(string value) => [.. value.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
}
