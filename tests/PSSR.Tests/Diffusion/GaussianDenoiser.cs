using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Tests.Diffusion;

/// <summary>
/// The exact denoiser for pictures whose pixels are independent N(mean, deviation²): all of diffusion is then linear, and samplers can be
/// held against closed forms. x_t ~ N(√ᾱ·mean, ᾱ·deviation² + 1 - ᾱ).
/// </summary>
/// <param name="full">The schedule with all its steps.</param>
/// <param name="respaced">The process to be sampled; its exact reverse variance is handed out as a fraction of the learned range. Null: no
/// variance.</param>
internal sealed class GaussianDenoiser(NoiseSchedule full, double mean, double deviation, NoiseSchedule? respaced = null) : IDenoiser
{
    /// <summary>ε̂ = E[ε|x_t] = √(1-ᾱ)·(x_t - √ᾱ·mean)/(ᾱ·deviation² + 1 - ᾱ).</summary>
    public Prediction Predict(Tensor xt, double timestep)
    {
        var alphaBar = full.AlphasCumprod[(int)timestep];
        var epsilon = (xt - Kept.Of(Math.Sqrt(alphaBar) * mean)) * Kept.Of(Math.Sqrt(1 - alphaBar) / VarianceAt(alphaBar));
        return new Prediction(epsilon,
            respaced is null ? null : torch.full(xt.shape, Kept.Of(VarianceFraction(Array.IndexOf(respaced.TimestepMap, (int)timestep)))));
    }

    /// <summary>A draw of x_t at a step of the full schedule, from given standard normal noise.</summary>
    public Tensor Start(int step, Tensor noise) =>
        (noise * Kept.Of(Math.Sqrt(VarianceAt(full.AlphasCumprod[step])))).Plus(Math.Sqrt(full.AlphasCumprod[step]) * mean);

    /// <summary>Where the probability flow takes x_t: it keeps the quantile.</summary>
    public Tensor ProbabilityFlow(int step, Tensor xt)
    {
        var alphaBar = full.AlphasCumprod[step];
        return ((xt - Kept.Of(Math.Sqrt(alphaBar) * mean)) * Kept.Of(deviation / Math.Sqrt(VarianceAt(alphaBar)))).Plus(mean);
    }

    private double VarianceAt(double alphaBar) => alphaBar * deviation * deviation + 1 - alphaBar;

    /// <summary>Var(x_{t-1}|x_t) = β̃_t + c₁²·Var(x_0|x_t), as a place between log β̃ and log β.</summary>
    private double VarianceFraction(int i)
    {
        if (i == 0)
            return 0; // the last move draws no noise
        var alphaBar = respaced!.AlphasCumprod[i];
        var ofX0 = deviation * deviation * (1 - alphaBar) / VarianceAt(alphaBar);
        var variance = respaced.PosteriorVariance[i] + Math.Pow(respaced.PosteriorMeanCoef1[i], 2) * ofX0;
        var (small, large) = (respaced.PosteriorLogVarianceClipped[i], Math.Log(respaced.Betas[i]));
        return (Math.Log(variance) - small) / (large - small);
    }
}
