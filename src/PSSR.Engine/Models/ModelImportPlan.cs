using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>What is in a weights file, found out without reading a weight: architecture, options, and which tensor is which.</summary>
/// <param name="Sources">Path in the file, by the name that the authors' code has for it.</param>
internal sealed record ModelImportPlan(
    INetworkFamily Family, KnownModel? Known, JsonObject Options, string Container, string Prefix,
    IReadOnlyDictionary<string, string> Sources,
    IReadOnlyList<string> LeftOut, IReadOnlyList<string> Assumptions, long Parameters)
{
    /// <exception cref="PssrException">Kind Checkpoint: nothing recognised, or names and shapes that don't fit; the message names them.
    /// Kind Option: a wrong word.</exception>
    public static ModelImportPlan Make(WeightsFile file, ModelImportOptions asked)
    {
        INetworkFamily? given = asked.Architecture == ModelImportOptions.Auto ? null : NetworkFamilies.Find(asked.Architecture);
        IReadOnlyList<string> containers = asked.Under is { } under ? [under] : KeyMaps.ContainersOf(file);
        foreach (string container in containers)
        {
            IReadOnlyDictionary<string, string> names = KeyMaps.NamesIn(file, container, out string prefix);
            var shapes = new WeightShapes(names.ToDictionary(n => n.Key, n => file.Layouts[n.Value].Shape), file.Path);
            INetworkFamily? family = given is null ? NetworkFamilies.All.FirstOrDefault(f => f.Recognises(shapes))
                : given.Recognises(shapes) ? given : null;
            if (family is null)
                continue;
            var assumptions = new List<string>();
            if (container.Length > 0 && containers.Count > 1)
                assumptions.Add($"the weights under '{container}' (parameter Under)");
            return Make(file, asked, family, container, prefix, names, shapes, assumptions);
        }

        throw new PssrException(PssrErrorKind.Checkpoint, $"'{file.Path}' holds "
            + $"no {(given is null ? "network that PSSR knows" : $"'{given.Architecture}'")}{Contents(file, containers)}", file.Path);
    }

    private static ModelImportPlan Make(
        WeightsFile file, ModelImportOptions asked, INetworkFamily family, string container, string prefix,
        IReadOnlyDictionary<string, string> names,
        WeightShapes shapes, List<string> assumptions)
    {
        JsonObject options = family.ReadOptions(shapes);
        KnownModel? known = KnownModels.Find(family.Architecture, options)
            // A corrector's names are a U-Net's: where the layout is only known as a corrector's, it is one.
            ?? (asked.Architecture == ModelImportOptions.Auto && family.Architecture == "guided-unet"
                ? KnownModels.Find("condition-corrector", options) : null);
        if (known is not null)
        {
            family = NetworkFamilies.Find(known.Architecture);
            string[] added = [
                .. known.Options.Where(o => options.TryAdd(o.Key, o.Value?.DeepClone())).Select(o => $"{o.Key} {o.Value?.ToJsonString()}")];
            assumptions.Add($"it is '{known.Name}' ({known.Source}), which has this "
                + $"layout{(added.Length > 0 ? $"; so {string.Join(", ", added)}" : "")}");
        }

        foreach ((string name, JsonNode? value) in asked.Options)
            // a list of one size looks like a number
            options[name] = options[name]?.GetValueKind() == JsonValueKind.String ? value?.ToString() : value?.DeepClone();
        family.Complete(options, assumptions);

        Dictionary<string, string> wanted = [];
        var leftOut = new List<string>();
        foreach ((string name, string path) in names)
        {
            if (family.ModuleName(name) is null)
                leftOut.Add(name);
            else
                wanted.Add(name, path);
        }

        file.RequireRealSize(wanted.Values);
        using torch.nn.Module network = family.Build(options, NetworkPlacement.ShapesOnly);
        StateDict.RequireFit(network, wanted.ToDictionary(w => family.ModuleName(w.Key)!, w => file.Layouts[w.Value].Shape), file.Path);
        return new ModelImportPlan(family, known, options, container, prefix, wanted, leftOut, assumptions,
            network.parameters().Sum(p => p.numel()));
    }

    private static string Contents(WeightsFile file, IReadOnlyList<string> containers)
    {
        if (file.Layouts.Count == 0)
            return ": it has no tensors.";
        string[] first = [.. file.Layouts.Keys.Take(3)];
        return $". It has {file.Layouts.Count} tensors ({string.Join(", ", first)}{(file.Layouts.Count > 3 ? ", …" : "")}) in "
            + $"{containers.Count} dict{(containers.Count == 1 ? "" : "s")}. Known: "
            + $"{string.Join(", ", NetworkFamilies.All.Select(f => f.Architecture))}; a TorchScript module must be named as such.";
    }
}
