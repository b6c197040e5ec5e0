using System.Globalization;
using PSSR.Ecdp;

namespace PSSR.Bench;

/// <summary>What to measure of a conditional flow.</summary>
internal sealed record FlowBenchOptions
{
    /// <summary>Name of an installed model, or a folder with a card.</summary>
    public string Model { get; init; } = "pssr-flow-x4";

    /// <summary>Held-out synthetic pictures: how many, their side in pixels, and the number of the first.</summary>
    public int Count { get; init; } = 8;
    public int Size { get; init; } = 128;
    public int First { get; init; }

    /// <summary>A folder of pictures to measure on in place of those.</summary>
    public string? Pictures { get; init; }

    /// <summary>Settings to try, all combinations; null takes the card's.</summary>
    public FlowSolver? Solver { get; init; }
    public double?[] Temperature { get; init; } = [null];
    public int?[] Steps { get; init; } = [null];
    public int?[] Consistency { get; init; } = [null];

    /// <summary>LPIPS-squeeze: torchvision's SqueezeNet 1.1 and the published linear weights.</summary>
    public string? LpipsBackbone { get; init; }
    public string? LpipsLinear { get; init; }

    /// <summary>A sheet of the first four pictures: low, bicubic, each combination, the truth; null: none.</summary>
    public string? Sheet { get; init; }

    /// <summary>Write the table as Markdown to this file, too.</summary>
    public string? Markdown { get; init; }

    public int Threads { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static FlowBenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new FlowBenchOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"'{args[i]}' is unknown or needs a value.");
            options = args[i] switch
            {
                "--model" => options with { Model = value },
                "--count" => options with { Count = Whole(value) },
                "--size" => options with { Size = Whole(value) },
                "--first" => options with { First = Whole(value) },
                "--pictures" => options with { Pictures = value },
                "--solver" => options with { Solver = Enum.Parse<FlowSolver>(value, ignoreCase: true) },
                "--temperature" => options
                    with { Temperature = [.. value.Split(',').Select(v => (double?)double.Parse(v, CultureInfo.InvariantCulture))] },
                "--steps" => options with { Steps = [.. value.Split(',').Select(v => (int?)Whole(v))] },
                "--consistency" => options with { Consistency = [.. value.Split(',').Select(v => (int?)Whole(v))] },
                "--lpips-backbone" => options with { LpipsBackbone = value },
                "--lpips-linear" => options with { LpipsLinear = value },
                "--sheet" => options with { Sheet = value },
                "--markdown" => options with { Markdown = value },
                "--threads" => options with { Threads = Whole(value) },
                _ => throw new ArgumentException($"'{args[i]}' is unknown. Options: --model, --count, --size, --first, --pictures, "
                    + "--solver, --temperature, --steps, --consistency, "
                    + "--lpips-backbone, --lpips-linear, --sheet, --markdown, --threads."),
            };
        }
        return (options.LpipsBackbone is null) == (options.LpipsLinear is null)
            ? options
            : throw new ArgumentException("--lpips-backbone and --lpips-linear go together.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);
}
