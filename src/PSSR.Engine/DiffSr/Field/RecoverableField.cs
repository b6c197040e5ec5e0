using PSSR.Diffusion;

namespace PSSR.DiffSr.Field;

/// <summary>What bicubic upscaling leaves of a picture, per element or as sums over all elements; values in [-1,1].</summary>
/// <param name="Squared">‖x-x̂‖², x the truth and x̂ bicubic.</param>
/// <param name="Energy">‖x‖²+‖x̂‖²; only the paper's fidelity loss needs it.</param>
/// <param name="Product">⟨x-x̂, x⟩; only the paper's fidelity loss needs it.</param>
public readonly record struct PictureDistance(double Squared, double Energy = 0, double Product = 0);

/// <summary>The usable steps at one scale, counted from 1 as in the paper.</summary>
/// <param name="Low">The least usable step; 0: there is none.</param>
/// <param name="High">The largest usable step; all between are usable, too. 0: there is none.</param>
/// <param name="Best">t*: in the field the step of least loss; in an empty field the compromise, where the larger excess over a threshold
/// is least.</param>
/// <param name="Unbounded">The step of least loss whatever the thresholds.</param>
public readonly record struct FieldInterval(int Low, int High, int Best, int Unbounded)
{
    public bool IsEmpty => Low == 0;
}

/// <summary>
/// The Perceptual Recoverable Field (Li et al. 2023, "Dissecting arbitrary-scale super-resolution capability from pre-trained diffusion
/// generative models", sections 3.4 and 3.5): the start steps from which Diff-SR recovers a picture. Too little noise leaves bicubic's
/// error standing (fidelity loss, falls with t); too much has the prior draw another picture (signature loss, grows with t). Float64
/// throughout.
/// </summary>
/// <remarks>
/// Arrays have T entries; entry j is step t = j+1.
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>E_i</term><description>the prior's mean squared error of ε at step i, per element, on clean pictures</description></item>
/// <item><term>L^S_t (Eq. 6)</term><description><see cref="Signature"/>: its terms are those of Eq. 5, so the sum begins at i = 2, where
/// σ_i is not 0</description></item>
/// <item><term>L^F_t (the bracket of Eq. 8; Eq. 16 and 17)</term><description><see cref="Fidelity"/></description></item>
/// <item><term>C^S, C^F, ω (Eq. 9, 10)</term><description><see cref="RecoverableFieldOptions"/></description></item>
/// </list>
/// The sum is nearly ½∫E/ᾱ·d ln(1-ᾱ), so the least loss is where (1-ᾱ)/ᾱ ≈ ω·‖x-x̂‖²/E: noise of the strength of bicubic's error, more of
/// it for a prior that errs less.
/// </remarks>
public static class RecoverableField
{
    /// <summary>w_i = (1-α_i)²/(2·α_i·(1-ᾱ_i)·σ_i²) (Eq. 5); 0 at i = 1, where β̃ is 0.</summary>
    public static double[] Weights(NoiseSchedule schedule, SignatureVariance variance)
    {
        var weights = new double[schedule.Steps];
        for (var j = 1; j < weights.Length; j++)
        {
            var (beta, alphaBar, alphaBarPrev) = (schedule.Betas[j], schedule.AlphasCumprod[j], schedule.AlphasCumprodPrev[j]);
            var sigma2 = variance switch
            {
                SignatureVariance.PosteriorSquared => schedule.PosteriorVariance[j] * schedule.PosteriorVariance[j],
                SignatureVariance.PaperDdim => (1 - alphaBarPrev) / alphaBarPrev,
                _ => schedule.PosteriorVariance[j],
            };
            weights[j] = beta * beta / (2 * (1 - beta) * (1 - alphaBar) * sigma2);
        }
        return weights;
    }

    /// <summary>L^S_t = C_t + Σ_{i=2..t-1} w_i·E_i + L_0 (Eq. 6); never falls.</summary>
    /// <param name="errors">E_1..E_T.</param>
    public static double[] Signature(NoiseSchedule schedule, IReadOnlyList<double> errors, RecoverableFieldOptions options)
    {
        RequireSteps(schedule, errors.Count);
        var weights = Weights(schedule, options.Variance);
        var signature = new double[schedule.Steps];
        signature[0] = options.SignatureOffset;
        for (var j = 1; j < signature.Length; j++)
            signature[j] = signature[j - 1] + weights[j - 1] * errors[j - 1];
        return signature;
    }

    /// <summary>L^F_t, not yet weighted by ω; falls.</summary>
    public static double[] Fidelity(NoiseSchedule schedule, PictureDistance distance, FidelityForm form)
    {
        // Eq. 16: KL of two Gaussians of one variance 1-ᾱ whose means are √ᾱ·(x-x̂) apart.
        var factor = form == FidelityForm.Paper ? distance.Energy + 2 * distance.Product : distance.Squared / 2;
        return [.. schedule.AlphasCumprod.Select(alphaBar => alphaBar / (1 - alphaBar) * factor)];
    }

    /// <summary>
    /// PRF = {t : L^S_t ≤ C^S and ω·L^F_t ≤ C^F} and t* = argmin (L^S_t + ω·L^F_t) in it (Eq. 9 and 10), over t = 2..T.
    /// </summary>
    public static FieldInterval Find(IReadOnlyList<double> signature, IReadOnlyList<double> fidelity, RecoverableFieldOptions options)
    {
        if (signature.Count != fidelity.Count || signature.Count < 2)
            throw new PssrException(PssrErrorKind.Option,
                $"A field needs two curves of one length, 2 at least; these have {signature.Count} and {fidelity.Count} steps.");
        int low = 0, high = 0, best = 0, unbounded = 0, compromise = 0;
        var (least, leastInside, leastExcess) = (double.PositiveInfinity, double.PositiveInfinity, double.PositiveInfinity);
        for (var t = 2; t <= signature.Count; t++)
        {
            var (s, f) = (signature[t - 1], options.Omega * fidelity[t - 1]);
            if (s + f < least)
                (least, unbounded) = (s + f, t);
            var excess = Math.Max(s - options.SignatureThreshold, f - options.FidelityThreshold);
            if (excess < leastExcess)
                (leastExcess, compromise) = (excess, t);
            if (excess > 0)
                continue;
            (low, high) = (low == 0 ? t : low, t);
            if (s + f < leastInside)
                (leastInside, best) = (s + f, t);
        }
        return new FieldInterval(low, high, low == 0 ? compromise : best, unbounded);
    }

    private static void RequireSteps(NoiseSchedule schedule, int count)
    {
        if (count != schedule.Steps)
            throw new PssrException(PssrErrorKind.Option, $"There are {count} prediction errors for a process of {schedule.Steps} steps.");
    }
}
