using PSSR.Diffusion;

namespace PSSR.Conformance.Kinds;

/// <summary>Single steps of the ancestral sampler.</summary>
public sealed class DdpmStepKind : ICaseKind
{
    public string Kind => "ddpm-step";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var options = new DdpmOptions(DiffusionConfig.VarianceOf(folder.Config), folder.Config.GetProperty("clip_denoised").GetBoolean());
        var sampler = new DdpmSampler(DiffusionConfig.RespacedSchedule(folder.Config), options);
        var (x, noise) = (folder.Tensor("in.x"), folder.Tensor("in.noise"));
        var prediction = DiffusionConfig.SplitOutput(folder.Config, folder.Tensor("in.model_output"));
        var j = 0;
        foreach (var t in folder.Config.GetProperty("t").EnumerateArray())
        {
            var (x0, mean, logVariance) = sampler.Posterior(x, prediction, t.GetInt32());
            comparison.Compare($"out.{j}.pred_xstart", x0);
            comparison.Compare($"out.{j}.mean", mean);
            comparison.Compare($"out.{j}.log_variance", logVariance.expand_as(x));
            comparison.Compare($"out.{j}.sample", sampler.Step(x, prediction, t.GetInt32(), noise));
            j++;
        }
        return comparison.Outcome();
    }
}

/// <summary>Single steps of the implicit sampler.</summary>
public sealed class DdimStepKind : ICaseKind
{
    public string Kind => "ddim-step";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var schedule = DiffusionConfig.RespacedSchedule(folder.Config);
        var clip = folder.Config.GetProperty("clip_denoised").GetBoolean();
        var (x, noise) = (folder.Tensor("in.x"), folder.Tensor("in.noise"));
        var prediction = DiffusionConfig.SplitOutput(folder.Config, folder.Tensor("in.model_output"));
        int[] steps = [.. folder.Config.GetProperty("t").EnumerateArray().Select(t => t.GetInt32())];
        double[] etas = [.. folder.Config.GetProperty("eta").EnumerateArray().Select(eta => eta.GetDouble())];
        for (var j = 0; j < steps.Length; j++)
        {
            for (var e = 0; e < etas.Length; e++)
            {
                var (sample, x0) = new DdimSampler(schedule, new DdimOptions(etas[e], clip)).Step(x, prediction, steps[j], noise);
                comparison.Compare($"out.{j}.{e}.sample", sample);
                comparison.Compare($"out.{j}.{e}.pred_xstart", x0);
            }
        }
        return comparison.Outcome();
    }
}
