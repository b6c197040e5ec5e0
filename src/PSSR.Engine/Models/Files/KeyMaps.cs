namespace PSSR.Models.Files;

/// <summary>Tensors of a file that may be one network: those of one dict whose names begin alike.</summary>
/// <param name="Path">What <see cref="ModelImportOptions.Under"/> calls it: the dict's path, and a part's name where the dict holds
/// several.</param>
/// <param name="Dict">Path of the dict; "" is the file itself.</param>
/// <param name="Prefix">What the names began with.</param>
/// <param name="IsAveraged">By the names on the way, these are a moving average of weights.</param>
/// <param name="Names">Path in the file, by the name without the prefix. Single values are left out: they count steps.</param>
internal sealed record WeightGroup(
    string Path, string Dict, string Prefix, bool IsAveraged, IReadOnlyDictionary<string, string> Names);

/// <summary>Where weights lie in a file, and what its names begin with: the declared ways in which one network's keys differ from file to
/// file.</summary>
internal static class KeyMaps
{
    /// <summary>Depth of wrappers in wrappers.</summary>
    private const int MaxDepth = 8;

    /// <summary>Names of the dicts that trainers put weights into, the preferred first. "" is the file itself. A dict of another name is
    /// looked into last.</summary>
    public static IReadOnlyList<string> Containers { get; } =
        ["model_avg", "model_ema", "ema_model", "ema_state_dict", "params_ema", "ema", "shadow", "", "state_dict", "params", "model",
            "network", "net", "generator", "unet", "denoiser", "diffusion_model"];

    /// <summary>Prefixes that wrappers put before every name: DistributedDataParallel and AveragedModel, trainers that hold the network as
    /// a member, torch.compile.</summary>
    public static IReadOnlyList<string> Prefixes { get; } = ["module.", "model.", "_orig_mod."];

    /// <summary>Words in the names of what holds a moving average: <c>state_dict_ema</c>, <c>generator_ema</c>, <c>ema/module</c>,
    /// <c>model_swa</c> and so on. Averaged weights are what papers report.</summary>
    private static readonly HashSet<string> AverageWords = ["ema", "swa", "avg", "average", "averaged", "shadow", "polyak"];

    /// <summary>The count that PyTorch's <c>AveragedModel</c> keeps beside its weights.</summary>
    private const string AverageCount = "n_averaged";

    /// <summary>Averages of gradients, which are no weights.</summary>
    private const string AdamsMoments = "exp_avg";

    /// <summary>All that may be a network in a file, the preferred first: averaged weights before raw ones.</summary>
    public static IReadOnlyList<WeightGroup> GroupsOf(WeightsFile file)
    {
        int Rank(WeightGroup group)
        {
            int rank = Containers.ToList().IndexOf(group.Dict[(group.Dict.LastIndexOf('/') + 1)..]);
            return rank < 0 ? Containers.Count : rank;
        }

        return [.. file.Layouts.Keys.GroupBy(Parent).SelectMany(dict => GroupsIn(file, dict.Key, [.. dict]))
            .OrderBy(group => !group.IsAveraged).ThenBy(Rank).ThenBy(group => group.Path.Length)
            .ThenBy(group => group.Path, StringComparer.Ordinal)];
    }

    private static IEnumerable<WeightGroup> GroupsIn(WeightsFile file, string dict, string[] paths)
    {
        int start = dict.Length == 0 ? 0 : dict.Length + 1;
        bool isAveraged = dict.Split('/').Any(IsAverage) || paths.Any(path => path[start..] == AverageCount);
        string[] weights = [.. paths.Where(path => file.Layouts[path].Shape.Length > 0)];
        return Split(new WeightGroup(dict, dict, "", isAveraged, new Dictionary<string, string>()), start, start, weights, 0);
    }

    /// <summary>A dict's tensors without what all their names begin with; and the parts of it that are called like a network.</summary>
    private static IEnumerable<WeightGroup> Split(WeightGroup whole, int start, int cut, string[] paths, int depth)
    {
        while (paths.Length > 0
            && Prefixes.FirstOrDefault(p => paths.All(path => path.AsSpan(cut).StartsWith(p, StringComparison.Ordinal))) is { } shared)
            cut += shared.Length;
        if (paths.Length == 0 || depth > MaxDepth)
            yield break;
        ILookup<string, string> parts = paths.ToLookup(path => First(path, cut));
        string[] averages = [.. parts.Where(part => IsAverage(part.Key)).SelectMany(part => part)];
        string[] others = averages.Length == paths.Length ? paths : [.. paths.Except(averages)];
        yield return whole with { Prefix = paths[0][start..cut], Names = others.ToDictionary(path => path[cut..], path => path) };
        foreach (IGrouping<string, string> part in parts.Where(part => IsAverage(part.Key) || IsNetwork(part.Key)))
        {
            WeightGroup below = whole with
            {
                Path = whole.Path.Length == 0 ? part.Key : $"{whole.Path}/{part.Key}",
                IsAveraged = whole.IsAveraged || IsAverage(part.Key),
            };
            foreach (WeightGroup group in Split(below, start, cut + part.Key.Length + 1, [.. part], depth + 1))
                yield return group;
        }
    }

    /// <summary>The name's first part, up to a dot; "" where there is none.</summary>
    private static string First(string path, int cut) => path.IndexOf('.', cut) is >= 0 and var dot ? path[cut..dot] : "";

    private static bool IsNetwork(string part) => part.Length > 0 && (Containers.Contains(part) || Prefixes.Contains($"{part}."));

    /// <summary>Whether one of a name's words says so: the words of <c>g_ema</c>, <c>ema-0.999</c>, <c>netEMA</c>,
    /// <c>modelEma</c>.</summary>
    private static bool IsAverage(string name)
    {
        if (name.Contains(AdamsMoments, StringComparison.Ordinal))
            return false;
        int from = 0;
        for (int at = 1; at <= name.Length; at++)
        {
            bool ends = at == name.Length || !char.IsLetter(name[at]) || (char.IsUpper(name[at]) && char.IsLower(name[at - 1]));
            if (!ends)
                continue;
            if (AverageWords.Contains(name[from..at].TrimStart('_', '-', '.', ' ').ToLowerInvariant()))
                return true;
            from = at;
        }

        return false;
    }

    private static string Parent(string path) => path[..Math.Max(path.LastIndexOf('/'), 0)];
}
