using PSSR.Dpi;

namespace PSSR.Conformance.Kinds;

/// <summary>DPI's adaptive mask, with the released code's scaling over the batch.</summary>
public sealed class AdaptiveMaskKind : ICaseKind
{
    public string Kind => "dpi-mask";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var mask = new AdaptiveMask(new ConditionGrid(folder.Config.GetProperty("k").GetInt32()),
            folder.Config.GetProperty("s").GetDouble(), OverBatch: true);
        var y = folder.Tensor("in.y");
        var edges = mask.Edges(y);
        comparison.Compare("out.edge", edges);
        comparison.Compare("out.p1", mask.Normalised(edges));
        comparison.Compare("out.p", mask.Probabilities(y));
        comparison.Compare("out.mask", mask.Draw(y, folder.Tensor("in.u")).to(torch.float32).expand_as(y), atol: 0);
        return comparison.Outcome();
    }
}
