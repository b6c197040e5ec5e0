using PSSR.Models.Files;

namespace PSSR.Models;

/// <summary>Where weights lie in a file, and what its names begin with: the declared ways in which one network's keys differ from file to
/// file.</summary>
public static class KeyMaps
{
    /// <summary>
    /// Names of the dicts that trainers put weights into, the preferred first. Averaged weights are what papers report, so they come before
    /// the raw ones. "" is the file itself. A dict of another name is looked into last.
    /// </summary>
    public static IReadOnlyList<string> Containers { get; } =
        ["model_avg", "model_ema", "ema_model", "ema_state_dict", "params_ema", "ema", "shadow", "", "state_dict", "params", "model",
            "network", "net"];

    /// <summary>Prefixes that wrappers put before every name: DistributedDataParallel, trainers that hold the network as a member,
    /// torch.compile.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["module.", "model.", "_orig_mod."];

    /// <summary>The dicts of a file that hold tensors, the preferred first, as paths.</summary>
    public static IReadOnlyList<string> ContainersOf(WeightsFile file)
    {
        int Rank(string path)
        {
            int rank = Containers.ToList().IndexOf(path[(path.LastIndexOf('/') + 1)..]);
            return rank < 0 ? Containers.Count : rank;
        }

        return [.. file.Layouts.Keys.Select(Parent).Distinct().OrderBy(Rank).ThenBy(p => p.Length).ThenBy(p => p, StringComparer.Ordinal)];
    }

    /// <summary>The tensors directly in one dict, by their names without <see cref="Prefixes"/>, each with its path in the file.</summary>
    public static IReadOnlyDictionary<string, string> NamesIn(WeightsFile file, string container, out string prefix)
    {
        string[] paths = [.. file.Layouts.Keys.Where(p => Parent(p) == container)];
        int start = container.Length == 0 ? 0 : container.Length + 1, cut = start;
        while (paths.Length > 0
            && Prefixes.FirstOrDefault(p => paths.All(path => path.AsSpan(cut).StartsWith(p, StringComparison.Ordinal))) is { } shared)
            cut += shared.Length;
        prefix = paths.Length == 0 ? "" : paths[0][start..cut];
        return paths.ToDictionary(p => p[cut..], p => p);
    }

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
