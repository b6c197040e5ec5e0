using System.Text.Json;
using PSSR.Diffusion;

namespace PSSR.Conformance.Kinds;

/// <summary>Noise schedules and their respacings.</summary>
public sealed class ScheduleKind : ICaseKind
{
    public string Kind => "schedule";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var schedule = DiffusionConfig.FullSchedule(folder.Config);
        comparison.Compare("out.betas", schedule.Betas);
        comparison.Compare("out.alphas_cumprod", schedule.AlphasCumprod);
        comparison.Compare("out.alphas_cumprod_prev", schedule.AlphasCumprodPrev);
        comparison.Compare("out.posterior_variance", schedule.PosteriorVariance);
        comparison.Compare("out.posterior_log_variance_clipped", schedule.PosteriorLogVarianceClipped);
        comparison.Compare("out.posterior_mean_coef1", schedule.PosteriorMeanCoef1);
        comparison.Compare("out.posterior_mean_coef2", schedule.PosteriorMeanCoef2);
        comparison.Compare("out.sqrt_recip_alphas_cumprod", schedule.SqrtRecipAlphasCumprod);
        comparison.Compare("out.sqrt_recipm1_alphas_cumprod", schedule.SqrtRecipm1AlphasCumprod);
        foreach (var respacing in folder.Config.GetProperty("respacings").EnumerateArray())
            Respacing(comparison, schedule, respacing);
        return comparison.Outcome();
    }

    private static void Respacing(CaseComparison comparison, NoiseSchedule schedule, JsonElement respacing)
    {
        var spec = respacing.GetProperty("respacing").GetString()!;
        if (respacing.GetProperty("error").GetBoolean())
        {
            comparison.Require(IsRefused(schedule.Steps, spec), $"respacing '{spec}' is refused");
            return;
        }
        var respaced = schedule.Respace(Timesteps.Respace(schedule.Steps, spec));
        var name = $"out.resp{respacing.GetProperty("index").GetInt32()}";
        comparison.Compare($"{name}.timestep_map", [.. respaced.TimestepMap.Select(t => (double)t)]);
        comparison.Compare($"{name}.betas", respaced.Betas);
        comparison.Compare($"{name}.alphas_cumprod", respaced.AlphasCumprod);
        comparison.Compare($"{name}.posterior_variance", respaced.PosteriorVariance);
        comparison.Compare($"{name}.posterior_log_variance_clipped", respaced.PosteriorLogVarianceClipped);
        comparison.Compare($"{name}.posterior_mean_coef1", respaced.PosteriorMeanCoef1);
        comparison.Compare($"{name}.posterior_mean_coef2", respaced.PosteriorMeanCoef2);
    }

    private static bool IsRefused(int steps, string spec)
    {
        try
        {
            Timesteps.Respace(steps, spec);
            return false;
        }
        catch (PssrException)
        {
            return true;
        }
    }
}
