using PSSR.Diffusion;
using PSSR.Ecdp;
using PSSR.Host;
using PSSR.Models.Files;
using F = TorchSharp.torch.nn.functional;

namespace PSSR.Conformance.Kinds;

/// <summary>ECDP's image quality loss: its gradients as the released code finds them, and as they are.</summary>
public sealed class EcdpQualityKind : ICaseKind
{
    private const double Tight = 1e-6;

    public string Kind => "ecdp-iq";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        using var tape = torch.enable_grad();
        using var network = EcdpCases.Load(folder.Config.GetProperty("model"), folder.ConfigPath("weights"));
        var weights = Weights.Load(folder.ConfigPath("features"));
        var pair = new QualityPair(folder.Tensor("in.lr"), folder.Tensor("in.image"), folder.Tensor("in.x_T"));
        var parameters = network.named_parameters().ToDictionary(p => p.name, p => (Tensor)p.parameter);
        var names = folder.Config.GetProperty("params").EnumerateArray().Select(p => p.GetString()!).ToArray();
        List<Tensor> wanted = [.. names.Select(name => parameters[name])];
        IList<Tensor> Gradients(QualityLoss loss) => torch.autograd.grad(
            new List<Tensor> { loss.Value * Kept.Of(folder.Config.GetProperty("weight").GetDouble()) }, wanted, null, false, false, true);

        var options = new OdeOptions { RelativeTolerance = folder.Config.GetProperty("rtol").GetDouble(),
            AbsoluteTolerance = folder.Config.GetProperty("atol").GetDouble() };
        var released = new ImageQualityLoss(Features, options, asReleased: true).Loss(network, pair);
        comparison.Compare("out.y", released.Picture, folder.ToleranceOf("rtol_loss"), folder.ToleranceOf("rtol_loss"));
        comparison.Compare("out.loss", released.Value.reshape(1), 0, folder.ToleranceOf("rtol_loss"));
        comparison.Compare("out.nfe", [released.ForwardEvaluations, released.BackwardEvaluations], [2], 0, 0);
        var gradients = Gradients(released);
        Compare("out.grad_adjoint", gradients, folder.ToleranceOf("rtol_grad_loose"));
        Compare("out.grad_direct", gradients, folder.ToleranceOf("rtol_grad_loose_vs_direct"));

        // Solved in float64 to 1e-6; the released code's encoder gets no gradient, ours gets the true one.
        var tight =
            new ImageQualityLoss(Features, new OdeOptions { RelativeTolerance = Tight, AbsoluteTolerance = Tight, MaxEvaluations = 5000 })
            .Loss(network, pair with { Start = pair.Start.to(torch.float64) });
        comparison.Compare("out.loss_tight", tight.Value.reshape(1), 0, folder.ToleranceOf("rtol_loss"));
        gradients = Gradients(tight);
        Compare("out.grad_adjoint_tight", gradients, folder.ToleranceOf("rtol_grad_tight"));
        Compare("out.grad_direct", gradients, folder.ToleranceOf("rtol_grad_tight"));
        return comparison.Outcome();

        void Compare(string prefix, IList<Tensor> gradients, double tolerance)
        {
            for (var i = 0; i < names.Length; i++)
            {
                if (folder.Has($"{prefix}.{i}") && !gradients[i].IsInvalid)
                    comparison.Relative($"{prefix}.{i}", gradients[i], tolerance);
                else
                    comparison.Require(gradients[i].IsInvalid || prefix != "out.grad_adjoint",
                        $"{names[i]} gets no gradient from the released code");
            }
        }

        Tensor Features(Tensor picture)
        {
            Tensor Of(params float[] values) => torch.tensor(values, new long[] { 1, 3, 1, 1 });
            var x = (picture - Of(0.485f, 0.456f, 0.406f)) / Of(0.229f, 0.224f, 0.225f);
            foreach (var (layer, stride) in new[] { ("conv1", 1), ("conv2", 2), ("conv3", 1) })
                x = F.conv2d(x, weights[$"{layer}.weight"], weights[$"{layer}.bias"], new long[] { stride, stride }, new long[] { 1, 1 })
                    .relu();
            return x;
        }
    }
}
