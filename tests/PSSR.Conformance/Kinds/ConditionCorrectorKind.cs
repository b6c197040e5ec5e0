using System.Text.Json.Nodes;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Conformance.Kinds;

/// <summary>One evaluation of DPI's condition corrector.</summary>
public sealed class ConditionCorrectorKind : ICaseKind
{
    public string Kind => "crt";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var flags = JsonNode.Parse(folder.Config.GetRawText())!.AsObject();
        flags.Remove("weights");
        flags.Remove("state_dict_prefix", out var prefix);
        var path = folder.ConfigPath("weights");
        using var network = new ConditionCorrector(GuidedUNetOptions.FromJson(flags));
        StateDict.LoadInto(network, UNetCases.WithoutPrefix(Weights.Load(path), prefix?.GetValue<string>() ?? ""), path);
        comparison.Compare("out.y", network.forward(folder.Tensor("in.x"), folder.Tensor("in.t"), folder.Tensor("in.y")));
        return comparison.Outcome();
    }
}
