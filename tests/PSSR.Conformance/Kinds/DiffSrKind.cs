using PSSR.Diffusion;
using PSSR.Models;

namespace PSSR.Conformance.Kinds;

/// <summary>Diff-SR's walk from a noised picture, over the timesteps that the case lists.</summary>
public sealed class DiffSrKind : ICaseKind
{
    public string Kind => "diffsr";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        int[] falling = [.. folder.Config.GetProperty("timesteps").EnumerateArray().Select(t => t.GetInt32())];
        HashSet<int> recorded = [.. folder.Config.GetProperty("record_steps").EnumerateArray().Select(i => i.GetInt32())];
        var schedule = DiffusionConfig.FullSchedule(folder.Config.GetProperty("diffusion")).Respace([.. falling.Reverse()]);
        using var network = UNetCases.Load(folder.Config.GetProperty("prior"), folder.ConfigPath("prior_weights"));
        var denoiser = new NetworkDenoiser(network, new EvaluationMonitor());
        var sampler = new DdimSampler(schedule, new DdimOptions(Eta: 0, folder.Config.GetProperty("clip_denoised").GetBoolean()));

        var x = schedule.AddNoise(folder.Tensor("in.x_up"), schedule.Steps - 1, folder.Tensor("in.noise"));
        comparison.Compare("out.x_noised", x);
        for (var move = 0; move < schedule.Steps; move++)
        {
            var index = schedule.Steps - 1 - move;
            (x, var x0) = sampler.Step(x, denoiser.Predict(x, schedule.TimestepMap[index]), index, noise: null);
            if (!recorded.Contains(move))
                continue;
            comparison.Compare($"out.x.{move}", x);
            comparison.Compare($"out.pred_xstart.{move}", x0);
        }
        comparison.Compare("out.final", x);
        return comparison.Outcome();
    }
}
