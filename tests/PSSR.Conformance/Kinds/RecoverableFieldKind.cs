using System.Text.Json;
using PSSR.DiffSr.Field;
using PSSR.Diffusion;

namespace PSSR.Conformance.Kinds;

/// <summary>Signature and fidelity curves, and the fields that thresholds cut out of them. Distances are sums over all values.</summary>
public sealed class RecoverableFieldKind : ICaseKind
{
    public string Kind => "prf";

    public CaseOutcome Run(CaseFolder folder)
    {
        var comparison = new CaseComparison(folder);
        var (config, schedule) = (folder.Config, Schedule(folder.Config));
        var options = new RecoverableFieldOptions
        {
            Omega = config.GetProperty("omega").GetDouble(),
            SignatureOffset = config.GetProperty("C_t").GetDouble() + config.GetProperty("L_0").GetDouble(),
        };
        comparison.Compare("out.betas", schedule.Betas);
        comparison.Compare("out.alphas_cumprod", schedule.AlphasCumprod);
        comparison.Compare("out.beta_tilde", schedule.PosteriorVariance);

        var errors = folder.Doubles("in.E");
        var weights = RecoverableField.Weights(schedule, SignatureVariance.Posterior);
        comparison.Compare("out.weights", weights);
        comparison.Compare("out.weights_sigma4", RecoverableField.Weights(schedule, SignatureVariance.PosteriorSquared));
        comparison.Compare("out.weights_ddim", RecoverableField.Weights(schedule, SignatureVariance.PaperDdim));
        var signature = RecoverableField.Signature(schedule, errors, options);
        comparison.Compare("out.signature", signature);
        comparison.Compare("out.signature_to_t", [.. signature.Select((s, j) => s + weights[j] * errors[j])]);

        var distance = FieldCalibrator.Distance(folder.Doubles("in.x0"), folder.Doubles("in.xhat"));
        var exact = RecoverableField.Fidelity(schedule, distance, FidelityForm.ExactKl);
        var paper = RecoverableField.Fidelity(schedule, distance, FidelityForm.Paper);
        comparison.Compare("out.sq_dist", distance.Squared);
        comparison.Compare("out.exact_kl", exact);
        comparison.Compare("out.eq17", paper);
        comparison.Compare("out.A_t", RecoverableField.Fidelity(schedule, distance with { Product = 0 }, FidelityForm.Paper));
        comparison.Compare("out.K_term", RecoverableField.Fidelity(schedule, distance with { Energy = 0 }, FidelityForm.Paper));
        comparison.Compare("out.K_scalar", RecoverableField.Fidelity(schedule, new PictureDistance(2), FidelityForm.ExactKl));
        foreach (var result in config.GetProperty("results").EnumerateArray())
            Field(comparison, result, signature, exact, paper, options);
        return comparison.Outcome();
    }

    private static void Field(CaseComparison comparison, JsonElement result, double[] signature, double[] exact, double[] paper,
        RecoverableFieldOptions options)
    {
        var form = result.GetProperty("fidelity").GetString();
        var field = RecoverableField.Find(signature, form == "eq17" ? paper : exact, options with
        {
            SignatureThreshold = result.GetProperty("C_S").GetDouble(),
            FidelityThreshold = result.GetProperty("C_F").GetDouble(),
        });
        var found = (field.Low, field.High, field.IsEmpty ? 0 : field.Best, field.Unbounded);
        var wanted = (result.GetProperty("t_lo").GetInt32(), result.GetProperty("t_hi").GetInt32(), result.GetProperty("argmin").GetInt32(),
            result.GetProperty("argmin_free").GetInt32());
        comparison.Require(found == wanted, $"{form}: (t_lo, t_hi, argmin, argmin_free) is {wanted}, and not {found}");
    }

    private static NoiseSchedule Schedule(JsonElement config)
    {
        var (steps, first, last) = (config.GetProperty("diffusion_steps").GetInt32(), config.GetProperty("beta_start").GetDouble(),
            config.GetProperty("beta_end").GetDouble());
        return NoiseSchedule.FromBetas([.. Enumerable.Range(0, steps).Select(i => first + i * (last - first) / (steps - 1))]);
    }
}
