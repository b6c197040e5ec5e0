using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Conformance.Kinds;

/// <summary>One evaluation of a guided-diffusion network.</summary>
public sealed class UNetKind : ICaseKind
{
    public string Kind => "unet";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var flags = JsonNode.Parse(folder.Config.GetRawText())!.AsObject();
        flags.Remove("weights");
        using var network = UNetCases.Load(flags, folder.ConfigPath("weights"));
        comparison.Compare("out.y", network.forward(folder.Tensor("in.x"), folder.Tensor("in.t")));
        return comparison.Outcome();
    }
}

/// <summary>What kinds with a U-Net share.</summary>
internal static class UNetCases
{
    /// <summary>The network of these flags, with the weights of a PyTorch file.</summary>
    public static GuidedUNet Load(JsonObject flags, string weights, NetworkPlacement? placement = null)
    {
        var network = new GuidedUNet(GuidedUNetOptions.FromJson(flags), placement);
        StateDict.LoadInto(network, WithoutPrefix(Weights.Load(weights)), weights);
        return network;
    }

    /// <summary>The same, from the case's own JSON.</summary>
    public static GuidedUNet Load(JsonElement flags, string weights, NetworkPlacement? placement = null) =>
        Load(ToObject(flags), weights, placement);

    /// <summary>The condition corrector of these flags.</summary>
    public static ConditionCorrector LoadCorrector(JsonElement flags, string weights, NetworkPlacement? placement = null)
    {
        var network = new ConditionCorrector(GuidedUNetOptions.FromJson(ToObject(flags)), placement);
        StateDict.LoadInto(network, WithoutPrefix(Weights.Load(weights)), weights);
        return network;
    }

    /// <summary>The same weights with a prefix cut off, when all names have it; else as they are. Tensors are shared.</summary>
    public static IReadOnlyDictionary<string, Tensor> WithoutPrefix(
        IReadOnlyDictionary<string, Tensor> weights, string prefix = "module.") => // of parallel training, before every name or none
        weights.Keys.All(name => name.StartsWith(prefix, StringComparison.Ordinal))
            ? weights.ToDictionary(w => w.Key[prefix.Length..], w => w.Value) : weights;

    private static JsonObject ToObject(JsonElement flags) => JsonNode.Parse(flags.GetRawText())!.AsObject();
}
