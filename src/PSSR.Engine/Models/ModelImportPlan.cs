using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Models.Families;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Models;

/// <summary>What is in a weights file, found out without reading a weight: architecture, options, and which tensor is which.</summary>
/// <param name="Card">The card that the file was written with; null where there is none, or none that fits.</param>
/// <param name="Group">The weights that are taken.</param>
/// <param name="Sources">Path in the file, by the name that the authors' code has for it.</param>
internal sealed record ModelImportPlan(
    INetworkFamily Family, KnownModel? Known, ModelCard? Card, JsonObject Options, WeightGroup Group,
    IReadOnlyDictionary<string, string> Sources,
    IReadOnlyList<string> LeftOut, IReadOnlyList<string> Assumptions, long Parameters)
{
    /// <exception cref="PssrException">Kind Checkpoint: nothing recognised, or names and shapes that don't fit; the message names them.
    /// Kind Option: a wrong word.</exception>
    public static ModelImportPlan Make(WeightsFile file, ModelImportOptions asked)
    {
        INetworkFamily? given = asked.Architecture == ModelImportOptions.Auto ? null : NetworkFamilies.Find(asked.Architecture);
        IReadOnlyList<WeightGroup> all = KeyMaps.GroupsOf(file), groups = asked.Under is not { } under ? all
            : [.. all.Where(group => group.Path == under || group.Dict == under).OrderBy(group => group.Path != under)];
        foreach (WeightGroup group in groups)
        {
            var shapes = new WeightShapes(group.Names.ToDictionary(n => n.Key, n => file.Layouts[n.Value].Shape), file.Path);
            INetworkFamily? family = given is null ? NetworkFamilies.All.FirstOrDefault(f => f.Recognises(shapes))
                : given.Recognises(shapes) ? given : null;
            if (family is null)
                continue;
            var assumptions = new List<string>();
            if (group.Path.Length > 0 && groups.Count > 1)
                assumptions.Add($"the weights under '{group.Path}' (parameter Under)");
            if (asked.Under is null && !group.IsAveraged && all.FirstOrDefault(other => other.IsAveraged) is { } beside)
                assumptions.Add($"that these weights are meant, though averaged ones seem to lie beside them under '{beside.Path}', where "
                    + "they have no names that PSSR knows");
            return WithCard(file, asked, group, shapes, assumptions) ?? Make(file, asked, family, group, shapes, assumptions);
        }

        throw new PssrException(PssrErrorKind.Checkpoint, $"'{file.Path}' holds "
            + (ForeignNetworks.Describe([.. file.Layouts.Keys]) is { } other
                ? $"a network of ESRGAN's kind ({other}), which PSSR's methods can't use: they sample from diffusion models; "
                    + "docs/models.md lists what can be imported."
                : $"no {(given is null ? "network that PSSR knows" : $"'{given.Architecture}'")}{Contents(file, groups.Count)}"),
            file.Path);
    }

    /// <summary>By the card that the file was written with, where it says all; null where there is none, or none that fits.</summary>
    private static ModelImportPlan? WithCard(
        WeightsFile file, ModelImportOptions asked, WeightGroup group, WeightShapes shapes, List<string> assumptions)
    {
        try
        {
            if (ModelCards.Of(file) is not { } card
                || (asked.Architecture != ModelImportOptions.Auto
                    && !string.Equals(asked.Architecture, card.Architecture, StringComparison.OrdinalIgnoreCase)))
                return null;
            INetworkFamily family = NetworkFamilies.Find(card.Architecture);
            return family.Recognises(shapes)
                ? Make(file, asked, family, null, card, (JsonObject)card.Options.DeepClone(), group, assumptions) : null;
        }
        catch (Exception e) when (e is JsonException or PssrException)
        {
            assumptions.Add($"what the shapes tell, because the card that came with the file can't be used: {e.Message.TrimEnd('.')}");
            return null;
        }
    }

    private static ModelImportPlan Make(
        WeightsFile file, ModelImportOptions asked, INetworkFamily family, WeightGroup group, WeightShapes shapes,
        List<string> assumptions)
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

        return Make(file, asked, family, known, null, options, group, assumptions);
    }

    private static ModelImportPlan Make(
        WeightsFile file, ModelImportOptions asked, INetworkFamily family, KnownModel? known, ModelCard? card, JsonObject options,
        WeightGroup group, List<string> assumptions)
    {
        foreach ((string name, JsonNode? value) in asked.Options)
            // a list of one size looks like a number
            options[name] = options[name]?.GetValueKind() == JsonValueKind.String ? value?.ToString() : value?.DeepClone();
        var assumed = new List<string>();
        if (card is null)
            family.Complete(options, assumed);
        assumptions.AddRange(assumed);

        Dictionary<string, string> wanted = [];
        var leftOut = new List<string>();
        foreach ((string name, string path) in group.Names)
        {
            if (family.ModuleName(name) is null)
                leftOut.Add(name);
            else
                wanted.Add(name, path);
        }

        file.RequireRealSize(wanted.Values);
        using torch.nn.Module network = family.Build(options, NetworkPlacement.ShapesOnly);
        StateDict.RequireFit(network, wanted.ToDictionary(w => family.ModuleName(w.Key)!, w => file.Layouts[w.Value]), file.Path,
            assumed.Count == 0 ? "" : $" Assumed was {string.Join("; ", assumed)}: name the options that are otherwise.");
        family.RequireProcess(file, wanted.ToDictionary(w => family.ModuleName(w.Key)!, w => w.Value));
        return new ModelImportPlan(family, known, card, options, group, wanted, leftOut, assumptions,
            network.parameters().Sum(p => p.numel()));
    }

    private static string Contents(WeightsFile file, int groups)
    {
        if (file.Layouts.Count == 0)
            return ": it has no tensors.";
        string[] first = [.. file.Layouts.Keys.Take(3)];
        return $". It has {file.Layouts.Count} tensors ({string.Join(", ", first)}{(file.Layouts.Count > 3 ? ", …" : "")}) in "
            + $"{groups} dict{(groups == 1 ? "" : "s")}. Known: "
            + $"{string.Join(", ", NetworkFamilies.All.Select(f => f.Architecture))}; a TorchScript module must be named as such.";
    }
}
