using PSSR.Models;
using PSSR.Models.Families;

namespace PSSR.Metrics;

/// <summary>LPIPS from the user's imported models: torchvision's backbone, and the linear weights for it.</summary>
public static class InstalledLpips
{
    private sealed record Parts(string Network, string Architecture, string BackboneFile);

    private static readonly Parts[] Known =
    [
        new("alex", "alexnet", "alexnet-owt-7be5be79.pth"),
        new("squeeze", "squeezenet1_1", "squeezenet1_1-b8a52dc0.pth"),
        new("vgg", "vgg16", "vgg16-397923af.pth"),
    ];

    /// <summary>What is missing for an LPIPS network, and the commands that import it; null when both parts are there.</summary>
    /// <exception cref="PssrException">Kind Option: unknown network.</exception>
    public static string? Missing(string network) => Missing(network, ModelStore.List());

    internal static string? Missing(string network, IReadOnlyList<InstalledModel> models)
    {
        Parts parts = Find(network);
        var commands = new List<string>();
        if (Backbone(models, parts) is null)
            commands.Add($"torchvision's backbone (Import-SRModel {parts.BackboneFile}, or pssr model import {parts.BackboneFile})");
        if (Heads(models, parts) is null)
        {
            commands.Add($"LPIPS's linear weights, the file weights/v0.1/{network}.pth of its repository "
                + $"(Import-SRModel {network}.pth -Name lpips-{network}, "
                + $"or pssr model import {network}.pth --name lpips-{network})");
        }

        return commands.Count == 0 ? null : $"LPIPS ({network}) needs {string.Join(", and ", commands)}.";
    }

    /// <summary>The hashes of both parts, in one; null where one is missing.</summary>
    /// <exception cref="PssrException">Kind Option: unknown network.</exception>
    internal static string? Weights(string network) => Weights(network, ModelStore.List());

    internal static string? Weights(string network, IReadOnlyList<InstalledModel> models)
    {
        Parts parts = Find(network);
        return Backbone(models, parts) is { } backbone && Heads(models, parts) is { } heads ? $"{backbone.Sha256} {heads.Sha256}" : null;
    }

    /// <summary>Loads it. Call it outside dispose scopes.</summary>
    /// <exception cref="PssrException">Kind Option: unknown network. Kind Checkpoint: a part isn't imported (the message says how), or is
    /// damaged.</exception>
    public static Lpips Load(string network, torch.Device? device = null) => Load(network, ModelStore.List(), device);

    internal static Lpips Load(string network, IReadOnlyList<InstalledModel> models, torch.Device? device = null)
    {
        if (Missing(network, models) is { } missing)
            throw new PssrException(PssrErrorKind.Checkpoint, missing, network);
        Parts parts = Find(network);
        using var backbone = ModelLoader.OpenOwn(Backbone(models, parts)!);
        using var heads = ModelLoader.OpenOwn(Heads(models, parts)!);
        return Lpips.Load(network, backbone, heads, device);
    }

    private static Parts Find(string network) => Array.Find(Known, p => p.Network == network)
        ?? throw new PssrException(PssrErrorKind.Option,
            $"LPIPS has no network '{network}'. Known: {string.Join(", ", Known.Select(p => p.Network))}.", network);

    private static InstalledModel? Backbone(IReadOnlyList<InstalledModel> models, Parts parts) =>
        models.FirstOrDefault(m => m.Card.Architecture == parts.Architecture);

    private static InstalledModel? Heads(IReadOnlyList<InstalledModel> models, Parts parts) =>
        models.FirstOrDefault(m => m.Card.Architecture == "lpips" && m.Card.OptionsAs(LpipsFamily.NetworkOf) == parts.Network);
}
