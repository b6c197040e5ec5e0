using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>Variance of a reverse step where the network doesn't learn it (Ho et al. 2020, section 3.2).</summary>
public enum FixedVariance
{
    /// <summary>β̃_t, best where x_0 is one picture; its logarithm clipped at the second step.</summary>
    Small,

    /// <summary>β_t, best where x_0 is standard normal; at the first step the second step's β̃.</summary>
    Large,
}

/// <param name="Variance">Only where the denoiser gives no variance of its own.</param>
/// <param name="ClipDenoised">Clamp x̂0 to [-1,1] at every step.</param>
public sealed record DdpmOptions(FixedVariance Variance = FixedVariance.Small, bool ClipDenoised = true);

/// <summary>
/// Denoising diffusion probabilistic models: ancestral sampling of Ho et al. 2020 (equation numbers are theirs), with the learned variance
/// range of Nichol &amp; Dhariwal 2021 (Eq. 15).
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the papers</term><description>here</description></listheader>
/// <item><term>μ̃_t(x_t, x_0), β̃_t</term><description>mean and variance of q(x_{t-1}|x_t, x_0): <see cref="NoiseSchedule"/>'s Posterior
/// arrays</description></item>
/// <item><term>v (Nichol &amp; Dhariwal)</term><description>v' in [0,1]: <see cref="Prediction.VarianceFraction"/></description></item>
/// </list>
/// </remarks>
public sealed class DdpmSampler(NoiseSchedule schedule, DdpmOptions options) : ReverseProcess(schedule)
{
    /// <summary>p(x_{t-1}|x_t).</summary>
    /// <param name="X0">x̂0, float32 [N,C,H,W], clipped where the options say so.</param>
    /// <param name="Mean">float32 [N,C,H,W].</param>
    /// <param name="LogVariance">float32: [N,C,H,W] where it is learned, else a single value without dimensions.</param>
    public readonly record struct Distribution(Tensor X0, Tensor Mean, Tensor LogVariance);

    private protected override bool IsNoisy => true;

    private protected override Tensor Next(Tensor x, Prediction prediction, int i, Tensor? noise) => Step(x, prediction, i, noise);

    /// <summary>Algorithm 2: a draw of x_{t-1}; the mean itself at the last step.</summary>
    /// <param name="x">x_t, float32 [N,C,H,W]; not changed.</param>
    /// <param name="i">0-based index of the (respaced) schedule.</param>
    /// <param name="noise">z, standard normal, of x's shape; unused at i = 0.</param>
    public Tensor Step(Tensor x, Prediction prediction, int i, Tensor? noise)
    {
        using var scope = torch.NewDisposeScope();
        var (x0, mean, logVariance) = Posterior(x, prediction, i);
        x0.Dispose();
        if (i > 0 && noise is not null)
            mean.addcmul_(logVariance.mul(Kept.Of(0.5)).exp(), noise, Kept.One);
        return mean.MoveToOuterDisposeScope();
    }

    /// <summary>Mean (Eq. 7 at x̂0 from Eq. 4) and log variance of x_{t-1}.</summary>
    /// <param name="x">x_t, float32 [N,C,H,W]; not changed.</param>
    /// <param name="i">0-based index of the (respaced) schedule.</param>
    public Distribution Posterior(Tensor x, Prediction prediction, int i)
    {
        // Float32 from here on, the network's type.
        var (recip, recipm1) = ((float)Schedule.SqrtRecipAlphasCumprod[i], (float)Schedule.SqrtRecipm1AlphasCumprod[i]);
        var (ofX0, ofX) = ((float)Schedule.PosteriorMeanCoef1[i], (float)Schedule.PosteriorMeanCoef2[i]);
        var (logSmall, logLarge) = ((float)Schedule.PosteriorLogVarianceClipped[i], (float)Math.Log(Schedule.Betas[i]));

        using var scope = torch.NewDisposeScope();
        var x0 = x.mul(Kept.Of(recip));
        x0.add_(prediction.Epsilon, Kept.Of(-recipm1)); // Eq. 4 solved for x_0
        if (options.ClipDenoised)
            x0.clamp_(Kept.Of(-1), Kept.Of(1));

        var mean = x0.mul(Kept.Of(ofX0));
        mean.add_(x, Kept.Of(ofX)); // Eq. 7

        Tensor logVariance;
        if (prediction.VarianceFraction is { } fraction)
        {
            logVariance = fraction.mul(Kept.Of(logLarge - logSmall)); // Nichol & Dhariwal Eq. 15: v'·log β + (1-v')·log β̃
            logVariance.add_(Kept.Of(logSmall), Kept.One);
        }
        else
        {
            // β_1 is the variance of the step that adds no noise; DDPM's code puts β̃_2 there.
            var fixedLarge = i == 0 ? logSmall : logLarge;
            logVariance = torch.tensor(options.Variance == FixedVariance.Large ? fixedLarge : logSmall, x.device);
        }
        return new Distribution(x0.MoveToOuterDisposeScope(), mean.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
    }
}
