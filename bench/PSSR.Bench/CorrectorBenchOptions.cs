using System.Globalization;

namespace PSSR.Bench;

/// <summary>What to measure of DPI with and without its corrector.</summary>
internal sealed record CorrectorBenchOptions
{
    /// <summary>Names of installed models, or folders with a card.</summary>
    public string Prior { get; init; } = "pssr-prior";
    public string Corrector { get; init; } = "pssr-corrector-x4";

    public double Scale { get; init; } = 4;

    /// <summary>A folder whose pictures' middle squares of <see cref="Size"/> are measured on; null: synthetic ones.</summary>
    public string? Images { get; init; }

    /// <summary>Held-out synthetic pictures: how many, their side in pixels, and the number of the first (so that settings are chosen on
    /// others than they are shown on).</summary>
    public int Count { get; init; } = 8;
    public int Size { get; init; } = 128;
    public int First { get; init; }

    /// <summary>Settings to try, all combinations; null takes the preset's.</summary>
    public double?[] Tau { get; init; } = [null];
    public double?[] S { get; init; } = [null];
    public double?[] Omega { get; init; } = [null];
    public double?[] Eta { get; init; } = [null];
    public int? Steps { get; init; }

    /// <summary>LPIPS-squeeze: torchvision's SqueezeNet 1.1 and the published linear weights.</summary>
    public string? LpipsBackbone { get; init; }
    public string? LpipsLinear { get; init; }

    /// <summary>A sheet of the first four pictures: low, bicubic, without, with the corrector, the truth; null: none.</summary>
    public string? Sheet { get; init; }

    /// <summary>Write the table as Markdown to this file, too.</summary>
    public string? Markdown { get; init; }

    public int Threads { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static CorrectorBenchOptions Parse(ReadOnlySpan<string> args)
    {
        var options = new CorrectorBenchOptions();
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"'{args[i]}' is unknown or needs a value.");
            options = args[i] switch
            {
                "--prior" => options with { Prior = value },
                "--corrector" => options with { Corrector = value },
                "--scale" => options with { Scale = Number(value) },
                "--images" => options with { Images = value },
                "--count" => options with { Count = Whole(value) },
                "--size" => options with { Size = Whole(value) },
                "--first" => options with { First = Whole(value) },
                "--tau" => options with { Tau = Numbers(value) },
                "--s" => options with { S = Numbers(value) },
                "--omega" => options with { Omega = Numbers(value) },
                "--eta" => options with { Eta = Numbers(value) },
                "--steps" => options with { Steps = Whole(value) },
                "--lpips-backbone" => options with { LpipsBackbone = value },
                "--lpips-linear" => options with { LpipsLinear = value },
                "--sheet" => options with { Sheet = value },
                "--markdown" => options with { Markdown = value },
                "--threads" => options with { Threads = Whole(value) },
                _ => throw new ArgumentException($"'{args[i]}' is unknown. Options: --prior, --corrector, --scale, --images, --count, "
                    + "--size, --first, --tau, --s, --omega, --eta, --steps, "
                    + "--lpips-backbone, --lpips-linear, --sheet, --markdown, --threads."),
            };
        }
        return (options.LpipsBackbone is null) == (options.LpipsLinear is null)
            ? options
            : throw new ArgumentException("--lpips-backbone and --lpips-linear go together.");
    }

    private static int Whole(string value) => int.Parse(value, CultureInfo.InvariantCulture);

    private static double Number(string value) => double.Parse(value, CultureInfo.InvariantCulture);

    private static double?[] Numbers(string value) => [.. value.Split(',').Select(v => (double?)Number(v))];
}
