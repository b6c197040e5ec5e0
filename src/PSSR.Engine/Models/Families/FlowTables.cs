using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models.Families;

/// <summary>
/// The schedule tables of ECDP's checkpoints. PSSR samples by the formula and not by them: where they say something else, the network was
/// trained for another process, and its pictures would be wrong without a word.
/// </summary>
internal static class FlowTables
{
    private const string Prefix = "diffusion.", Bars = "alpha_bars";

    /// <summary>What float32 leaves of products of 300 factors; the authors' own tables are off by less than a tenth of it.</summary>
    private const double Off = ScheduleTable.Off, ShareOfBars = 1e-3, LeastBar = 1e-7;

    /// <param name="paths">Path in the file, by the name that the network has for it. Tables may be missing.</param>
    /// <exception cref="PssrException">Kind Checkpoint: a table isn't the formula's.</exception>
    public static void RequireOurs(WeightsFile file, IReadOnlyDictionary<string, string> paths)
    {
        foreach (var (name, ours) in EcdpNetwork.Tables.Reverse()) // ᾱ first, which tells most
        {
            if (!paths.TryGetValue(Prefix + name, out var path))
                continue;
            var theirs = ScheduleTable.Read(file, path);
            var rounding = file.Layouts[path].Type switch { ScalarType.Float16 => 1.0 / 1024, ScalarType.BFloat16 => 1.0 / 128, _ => 0 };
            var (least, share) = name == Bars ? (LeastBar, ShareOfBars + rounding) : (Off, rounding);
            if (!ours.Zip(theirs).All(pair => Math.Abs(pair.First - pair.Second) <= least + (share * pair.First)))
                throw Refused(file, path, ours, theirs, Betas(name, theirs));
        }
    }

    private static PssrException Refused(WeightsFile file, string path, double[] ours, double[] theirs, double[] betas)
    {
        var worst = Enumerable.Range(0, ours.Length).MaxBy(i => Math.Abs(ours[i] - theirs[i]));
        return new PssrException(PssrErrorKind.Checkpoint, FormattableString.Invariant($"'{file.Path}' can't be used for ECDP: its table ")
            + FormattableString.Invariant($"'{path}' is {ScheduleTable.Describe(betas)}, {theirs[worst]:g4} at step {worst + 1} of ")
            + FormattableString.Invariant($"{ours.Length}, and PSSR samples by ᾱ(t) = exp(-0.1·t - 9.95·t²), by which it is ")
            + FormattableString.Invariant($"{ours[worst]:g4} there; if the network was trained by that all the same, import it from a ")
            + "file without the tables.", file.Path);
    }

    private static double[] Betas(string name, double[] table) => name switch
    {
        "betas" => table,
        "alphas" => [.. table.Select(alpha => 1 - alpha)],
        _ => ScheduleTable.BetasOf(table),
    };
}
