using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks.Rrdb;

namespace PSSR.Conformance.Kinds;

/// <summary>RRDBNet, from each of the files that hold the same weights.</summary>
public sealed class RrdbNetKind : ICaseKind
{
    public string Kind => "rrdbnet";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var names = EcdpCases.Names(folder.Config);
        foreach (var ofTheUNet in new[] { "time_channels", "base", "channels", "num_blocks" })
            names.Remove(ofTheUNet);
        using var network = new RrdbNet(RrdbOptions.FromJson(names));
        foreach (var (file, under, prefix) in new[] { ("weights", "", ""), ("weights_legacy", "", ""),
            ("trainer_checkpoint", "model_avg", "model.") })
        {
            var path = folder.ConfigPath(file);
            StateDict.LoadInto(network, UNetCases.WithoutPrefix(Weights.Load(path, under), prefix), path);
            comparison.Compare("out.feats", network.Encode(folder.Tensor("in.lr")));
            comparison.Compare("out.y", network.forward(folder.Tensor("in.lr")));
        }
        return comparison.Outcome();
    }
}
