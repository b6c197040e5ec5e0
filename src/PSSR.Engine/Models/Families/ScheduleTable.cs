using PSSR.Diffusion;
using PSSR.Host;
using PSSR.Models.Files;

namespace PSSR.Models.Families;

/// <summary>The table of a noise schedule as it stands beside weights: which schedule it is.</summary>
internal static class ScheduleTable
{
    /// <summary>By how much two β that mean the same may differ: what float32 leaves of their products.</summary>
    public const double Off = 2e-5;

    private const string Betas = "betas", Bars = "alphas_cumprod";

    /// <summary>Steps of which every schedule can be made.</summary>
    private const int Fewest = 21;

    /// <summary>The schedule of the process that a file's network was trained for, where its trainer kept one.</summary>
    /// <param name="group">The weights that are taken; their dict is looked into.</param>
    /// <returns>Null: there is no table.</returns>
    /// <exception cref="PssrException">Kind Checkpoint: there is one, of a schedule that PSSR hasn't.</exception>
    public static ScheduleCard? Of(WeightsFile file, WeightGroup group)
    {
        var start = group.Dict.Length == 0 ? 0 : group.Dict.Length + 1;
        var path = new[] { Betas, Bars }.SelectMany(name => file.Layouts.Where(tensor =>
            tensor.Value is { IsFloat: true, Shape: [> 0 and <= 100_000] } && tensor.Key.LastIndexOf('/') + 1 == start
                && tensor.Key.StartsWith(group.Dict, StringComparison.Ordinal)
                && tensor.Key.AsSpan(tensor.Key.LastIndexOfAny(['/', '.']) + 1).SequenceEqual(name))).FirstOrDefault().Key;
        if (path is null)
            return null;
        var table = Read(file, path);
        var betas = path.EndsWith(Betas, StringComparison.Ordinal) ? table : BetasOf(table);
        return Known(betas) is { } known ? new ScheduleCard(known, betas.Length) : throw new PssrException(PssrErrorKind.Checkpoint,
            FormattableString.Invariant($"'{file.Path}' can't be used: its table '{path}' of {betas.Length} steps is {Describe(betas)}, ")
            + $"which PSSR hasn't: {string.Join(", ", KnownSchedules.Names)}. Where one of them is meant all the same, name it "
            + "(parameter Schedule).", file.Path);
    }

    public static double[] Read(WeightsFile file, string path)
    {
        using var tensor = file.Read(path);
        StateDict.RequireFinite(tensor, path, file.Path);
        using var wide = tensor.to(torch.float64);
        return wide.Values<double>();
    }

    /// <param name="bars">ᾱ of each step.</param>
    public static double[] BetasOf(double[] bars) => [.. bars.Select((bar, i) => 1 - (bar / (i == 0 ? 1 : bars[i - 1])))];

    /// <summary>Which schedule it is in words, as far as can be told.</summary>
    public static string Describe(double[] betas)
    {
        if (Known(betas) is { } known)
            return $"that of a {known} noise schedule";
        double first = betas[0], last = betas[^1];
        foreach (var (name, power) in new[] { ("linear", 1.0), ("scaled-linear", 0.5) })
        {
            double start = Math.Pow(first, power), rise = (Math.Pow(last, power) - start) / Math.Max(betas.Length - 1, 1);
            if (IsAlike([.. betas.Select((_, i) => Math.Pow(start + (rise * i), 1 / power))], betas))
                return FormattableString.Invariant($"that of a {name} noise schedule with β from {first:g3} to {last:g3}");
        }
        return "of no noise schedule that PSSR knows";
    }

    private static string? Known(double[] betas) => betas.Length < Fewest ? null
        : KnownSchedules.Names.FirstOrDefault(name => IsAlike(KnownSchedules.Create(name, betas.Length).Betas, betas));

    private static bool IsAlike(double[] wanted, double[] betas) =>
        wanted.Zip(betas).All(pair => Math.Abs(pair.First - pair.Second) <= Off);
}
