using PSSR.Ecdp;
using PSSR.Host;

namespace PSSR.Conformance.Kinds;

/// <summary>ECDP's score matching loss and its gradients.</summary>
public sealed class EcdpLossKind : ICaseKind
{
    public string Kind => "ecdp-loss";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        using var tape = torch.enable_grad();
        using var network = EcdpCases.Load(folder.Config.GetProperty("model"), folder.ConfigPath("weights"));
        var (picture, low, noise) = (folder.Tensor("in.x"), folder.Tensor("in.lr"), folder.Tensor("in.eps"));
        var z0 = (picture - EcdpCases.Bicubic(low, picture)) * Kept.Of(folder.Config.GetProperty("scale").GetDouble());
        var features = network.Encoder.forward(low);
        Tensor LossAt(double[] times) => ScoreMatching.Losses((z, s) => network.UNet.forward(z, s, features), z0, noise, times);

        var perPicture = LossAt([.. folder.Doubles("in.ts").Select(s => s / FlowProcess.NetworkSteps)]);
        comparison.Compare("out.loss_per_image", perPicture, 0, folder.ToleranceOf("rtol_loss"));
        var loss = perPicture.mean();
        comparison.Compare("out.loss", loss.reshape(1), 0, folder.ToleranceOf("rtol_loss"));

        var parameters = network.named_parameters().ToList();
        var gradients = torch.autograd.grad(new List<Tensor> { loss }, [.. parameters.Select(p => p.parameter)], null, true, false, true);
        var byName = parameters.Select((p, i) => (p.name, gradients[i])).Where(g => g.Item2 is not null)
            .ToDictionary(g => g.name, g => g.Item2);
        var tolerance = folder.ToleranceOf("rtol_grad");
        var wanted = folder.Config.GetProperty("params").EnumerateArray().Select(p => p.GetString()!).ToArray();
        for (var i = 0; i < wanted.Length; i++)
        {
            comparison.Relative($"out.grad.{i}", byName[wanted[i]], tolerance);
            comparison.Compare($"out.grad_norm.{i}", byName[wanted[i]].norm().reshape(1), 0, tolerance);
        }
        var norm = Math.Sqrt(byName.Values.Sum(g => g.to(torch.float64).Squared().sum().Value()));
        comparison.Compare("out.grad_norm_all", [norm], [1], 0, tolerance);

        double[] validation = [.. Enumerable.Range(0, (int)low.shape[0]).Select(ScoreMatching.ValidationTime)];
        comparison.Compare("out.eval_ts", [.. validation.Select(t => t * FlowProcess.NetworkSteps)], [validation.Length], 1e-9, 0);
        comparison.Compare("out.eval_loss_per_image", LossAt(validation), 0, folder.ToleranceOf("rtol_loss"));
        return comparison.Outcome();
    }
}
