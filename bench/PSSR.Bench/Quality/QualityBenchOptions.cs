using System.Globalization;
using PSSR.Ecdp;

namespace PSSR.Bench.Quality;

/// <summary>What to measure, and on which photographs.</summary>
internal sealed record QualityBenchOptions
{
    /// <summary>A folder of high-resolution pictures.</summary>
    public required string Folder { get; init; }

    /// <summary>Flow models by name or folder; the first says the scale.</summary>
    public string[] Models { get; init; } = ["pssr-flow-x4"];

    /// <summary>Looks that each model is measured with, beside temperature 0.</summary>
    public FlowLook[] Looks { get; init; } = [FlowLook.Natural];

    /// <summary>Side of the middle square that is taken of each picture; 0: all of it.</summary>
    public int Side { get; init; } = 512;

    /// <summary>How many pictures, in the order of their names; 0: all.</summary>
    public int Count { get; init; }

    public string Precision { get; init; } = "auto";

    /// <summary>torchvision's SqueezeNet 1.1 and the published linear weights; null: no LPIPS.</summary>
    public string? LpipsBackbone { get; init; }
    public string? LpipsLinear { get; init; }

    /// <summary>Sheets of crops at 100 %, one a degradation: NAME-clean.png and so on; null: none.</summary>
    public string? Sheet { get; init; }

    /// <summary>Write the table as Markdown to this file, too.</summary>
    public string? Markdown { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static QualityBenchOptions Parse(ReadOnlySpan<string> args)
    {
        if (args.Length == 0 || args[0].StartsWith('-'))
            throw new ArgumentException("quality FOLDER [--models A,B] [--looks A,B] [--side N] [--count N] [--precision P] "
                + "[--lpips-backbone FILE --lpips-linear FILE] [--sheet NAME] [--markdown FILE]");
        var options = new QualityBenchOptions { Folder = args[0] };
        for (var i = 1; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"'{args[i]}' is unknown or needs a value.");
            options = args[i] switch
            {
                "--models" => options with { Models = value.Split(',') },
                "--looks" => options with { Looks = [.. value.Split(',').Select(look => Enum.Parse<FlowLook>(look, ignoreCase: true))] },
                "--side" => options with { Side = int.Parse(value, CultureInfo.InvariantCulture) },
                "--count" => options with { Count = int.Parse(value, CultureInfo.InvariantCulture) },
                "--precision" => options with { Precision = value },
                "--lpips-backbone" => options with { LpipsBackbone = value },
                "--lpips-linear" => options with { LpipsLinear = value },
                "--sheet" => options with { Sheet = value },
                "--markdown" => options with { Markdown = value },
                _ => throw new ArgumentException($"Unknown option '{args[i]}'."),
            };
        }
        return options;
    }
}
