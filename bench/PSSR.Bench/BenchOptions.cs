using System.Globalization;

namespace PSSR.Bench;

/// <summary>What to measure.</summary>
internal sealed record BenchOptions
{
    /// <summary>all, evaluation, upscale or dpi. "all" runs each of the others as a process of its own, so that its peak memory is its
    /// own.</summary>
    public string What { get; init; } = "all";

    /// <summary>fp32 or bf16.</summary>
    public string Precision { get; init; } = "fp32";

    /// <summary>cpu or cuda.</summary>
    public string Device { get; init; } = "cpu";

    /// <summary>Timed evaluations (steps of DPI), after one that is not timed.</summary>
    public int Repeats { get; init; } = 5;

    /// <summary>libtorch's threads; 0 takes as many as PSSR itself takes.</summary>
    public int Threads { get; init; }

    /// <exception cref="ArgumentException">An unknown option or value.</exception>
    public static BenchOptions Parse(string[] args)
    {
        var options = new BenchOptions();
        for (var i = 0; i < args.Length; i++)
        {
            if (args[i] is "all" or "evaluation" or "upscale" or "dpi")
            {
                options = options with { What = args[i] };
                continue;
            }

            var value = i + 1 < args.Length ? args[++i] : throw new ArgumentException($"'{args[i]}' is unknown or needs a value.");
            options = args[i - 1] switch
            {
                "--precision" when value is "fp32" or "bf16" => options with { Precision = value },
                "--device" => options with { Device = value },
                "--repeats" => options with { Repeats = Math.Max(1, int.Parse(value, CultureInfo.InvariantCulture)) },
                "--threads" => options with { Threads = int.Parse(value, CultureInfo.InvariantCulture) },
                var name => throw new ArgumentException(
                    $"'{name} {value}' is unknown. Options: --precision fp32|bf16, --device, --repeats, --threads."),
            };
        }

        return options;
    }

    public IEnumerable<string> Arguments() =>
    [
        What, "--precision", Precision, "--device", Device, "--repeats", Repeats.ToString(CultureInfo.InvariantCulture),
        "--threads", Threads.ToString(CultureInfo.InvariantCulture),
    ];
}
