using System.Text.Json.Nodes;
using PSSR.Dpi;
using PSSR.Host;
using PSSR.Models;
using PSSR.Models.Files;
using PSSR.Networks;

namespace PSSR.Conformance.Kinds;

/// <summary>The published training script's loss of DPI's corrector, and its gradients.</summary>
public sealed class CorrectorLossKind : ICaseKind
{
    public string Kind => "crt-loss";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var path = folder.ConfigPath("weights");
        using var network =
            new ConditionCorrector(GuidedUNetOptions.FromJson(JsonNode.Parse(folder.Config.GetProperty("crt").GetRawText())!.AsObject()));
        StateDict.LoadInto(network, UNetCases.WithoutPrefix(Weights.Load(path)), path);

        var truth = folder.Tensor("in.x_start");
        using var on = torch.enable_grad();
        var (height, width) = (truth.shape[2], truth.shape[3]);
        var grid = new ConditionGrid(folder.Config.GetProperty("k").GetInt32());
        var objective = new CorrectorObjective(network.forward, DiffusionConfig.RespacedSchedule(folder.Config.GetProperty("diffusion")),
            grid, height, width);
        var steps = Array.ConvertAll(folder.Floats("in.t"), t => (int)t);
        var (condition, noise, posteriorNoise) =
            (folder.Tensor("in.l"), grid.Take(folder.Tensor("in.noise")), grid.Take(folder.Tensor("in.noise_p")));

        comparison.Compare("out.crt_x", grid.Spread(objective.ReleasedSample(condition, steps, noise, posteriorNoise), height, width));
        comparison.Compare("out.crt_y", grid.Spread(condition, height, width));
        var perImage = objective.Released(grid.Take(truth), condition, steps, noise, posteriorNoise);
        var rtol = folder.ToleranceOf("rtol_loss");
        comparison.Compare("out.loss_per_image", perImage, 0, rtol);
        var loss = perImage.mean();
        comparison.Compare("out.loss", [loss.Value()], [1], 0, rtol);
        CompareGradients(comparison, folder, network, loss);
        return comparison.Outcome();
    }

    private static void CompareGradients(CaseComparison comparison, CaseFolder folder, ConditionCorrector network, Tensor loss)
    {
        var names = folder.Config.GetProperty("params").EnumerateArray().Select(p => p.GetString()!).ToArray();
        var all = network.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var gradients = torch.autograd.grad(new List<Tensor> { loss }, [.. names.Select(n => all[n])]);
        var rtol = folder.ToleranceOf("rtol_grad");
        for (var i = 0; i < names.Length; i++)
        {
            using var off = torch.no_grad();
            var expected = folder.Tensor($"out.grad.{i}");
            var difference = Math.Sqrt((gradients[i] - expected).Squared().sum().Value()) / Math.Sqrt(expected.Squared().sum().Value());
            comparison.Value($"relative difference of out.grad.{i} ({names[i]})", difference, 0, rtol);
            comparison.Compare($"out.grad_norm.{i}", [Math.Sqrt(gradients[i].Squared().sum().Value())], [1], 0, rtol);
        }
    }
}
