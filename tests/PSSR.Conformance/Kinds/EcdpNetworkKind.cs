using System.Text.Json;
using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;
using PSSR.Pictures;

namespace PSSR.Conformance.Kinds;

/// <summary>One evaluation of ECDP's network.</summary>
public sealed class EcdpNetworkKind : ICaseKind
{
    public string Kind => "ecdp-net";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        using var network = EcdpCases.Load(folder.Config, folder.ConfigPath("weights"));
        var features = network.Encoder.forward(folder.Tensor("in.lr"));
        comparison.Compare("out.feats", features);
        var heads = network.UNet.forward(folder.Tensor("in.x"), folder.Tensor("in.t"), features).chunk(2, 1);
        comparison.Compare("out.eps", heads[0]);
        comparison.Compare("out.x0", heads[1]);
        return comparison.Outcome();
    }
}

/// <summary>What kinds with ECDP's network share.</summary>
internal static class EcdpCases
{
    /// <summary>The network of a case's <c>config</c> (or <c>config.model</c>), with the weights of a PyTorch file.</summary>
    public static EcdpNetwork Load(JsonElement config, string weights)
    {
        var network = new EcdpNetwork(EcdpOptions.FromJson(Names(config)));
        StateDict.LoadInto(network, Weights.Load(weights), weights);
        return network;
    }

    /// <summary>μ as published: the low-resolution picture at the size of another, by torch's bicubic.</summary>
    public static Tensor Bicubic(Tensor low, Tensor like) =>
        Resampling.Resize(low, (int)like.shape[2], (int)like.shape[3], ResamplingKernel.TorchBicubic);

    /// <summary>The entries that describe the network; what names files isn't one.</summary>
    public static JsonObject Names(JsonElement config)
    {
        var names = JsonNode.Parse(config.GetRawText())!.AsObject();
        foreach (var file in new[] { "weights", "weights_legacy", "trainer_checkpoint" })
            names.Remove(file);
        return names;
    }
}
