using System.Globalization;

namespace PSSR.Bench;

/// <summary>What to measure of a prior at work in Diff-SR.</summary>
internal sealed record PriorBenchOptions
{
    /// <summary>Name of an installed model, or a folder with a card.</summary>
    public string Model { get; init; } = "pssr-prior";

    /// <summary>A folder of pictures; null: held-out synthetic ones.</summary>
    public string? Images { get; init; }

    /// <summary>Synthetic pictures, and their side in pixels.</summary>
    public int Count { get; init; } = 8;
    public int Size { get; init; } = 144;

    /// <summary>Pictures of a folder are cut to this side around their middle; 0 leaves them whole.</summary>
    public int Crop { get; init; }

    public double[] Scales { get; init; } = [2, 3, 4];
    public double[] Levels { get; init; } = [0.02, 0.05, 0.08, 0.12, 0.16, 0.2, 0.3, 0.4];

    /// <summary>Visited steps.</summary>
    public int[] Steps { get; init; } = [10];

    /// <summary>Add a row with what Diff-SR takes by itself: the saved field's level, or the card's.</summary>
    public bool Own { get; init; }

    /// <summary>LPIPS-squeeze: torchvision's SqueezeNet 1.1 and the published linear weights.</summary>
    public string? LpipsBackbone { get; init; }
    public string? LpipsLinear { get; init; }

    /// <summary>Where results are written as PNG; null: nowhere.</summary>
    public string? Save { get; init; }

    /// <summary>Put the best level of each scale onto the model's card.</summary>
    public bool WriteCard { get; init; }

    /// <summary>Write the table as Markdown to this file, too.</summary>
    public string? Markdown { get; init; }

    public int Threads { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static PriorBenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new PriorBenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "--write-card" or "--own")
            {
                options = args[i] == "--own" ? options with { Own = true } : options with { WriteCard = true };
                continue;
            }
            var name = args[i];
            var value = i + 1 < args.Length ? args[++i] : throw new ArgumentException($"'{name}' is unknown or needs a value.");
            options = name switch
            {
                "--model" => options with { Model = value },
                "--images" => options with { Images = value },
                "--count" => options with { Count = Whole(value) },
                "--size" => options with { Size = Whole(value) },
                "--crop" => options with { Crop = Whole(value) },
                "--scales" => options with { Scales = Numbers(value) },
                "--levels" => options with { Levels = value == "none" ? [] : Numbers(value) },
                "--steps" => options with { Steps = [.. value.Split(',').Select(Whole)] },
                "--lpips-backbone" => options with { LpipsBackbone = value },
                "--lpips-linear" => options with { LpipsLinear = value },
                "--save" => options with { Save = value },
                "--markdown" => options with { Markdown = value },
                "--threads" => options with { Threads = Whole(value) },
                _ => throw new ArgumentException($"'{name}' is unknown. Options: --model, --images, --count, --size, --crop, --scales, "
                    + "--levels LIST|none, --own, --steps, "
                    + "--lpips-backbone, --lpips-linear, --save, --write-card, --markdown, --threads."),
            };
        }
        return (options.LpipsBackbone is null) == (options.LpipsLinear is null)
            ? options
            : throw new ArgumentException("--lpips-backbone and --lpips-linear go together.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static double[] Numbers(string value) => [.. value.Split(',').Select(v => double.Parse(v, CultureInfo.InvariantCulture))];
}
