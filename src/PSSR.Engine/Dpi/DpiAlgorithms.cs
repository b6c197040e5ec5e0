using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Dpi;

/// <summary>
/// The body of Diffusion Prior Interpolation's loop (Yang et al. 2024, arXiv 2412.16552), as the paper's Algorithm 1 (DDPM) and Algorithm 2
/// (DDIM) have it: from x_t and y_t to x_{t-1} and y_{t-1}. Numbers at the lines are the paper's.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>t = T..1</term><description>the visited steps' index t = T-1..0; τ and ω are compared with it, as the released code
/// does</description></item>
/// <item><term>y_T, y_t</term><description>the condition, a clean picture on the grid and 0 elsewhere: at first the base condition (Eq.
/// 11)</description></item>
/// <item><term>y^n_t</term><description>the condition with the noise that the prior sees in x_t (Eq. 6)</description></item>
/// <item><term>x'_{t-1}, y'_{t-1}</term><description>one reverse step of the sample, and the same step with y_t in place of x̂0: the same
/// ε̂, the same draw z</description></item>
/// <item><term>m_f, m_a</term><description><see cref="ConditionGrid.Fixed"/> (Eq. 10), <see cref="AdaptiveMask"/> (Eq. 12 to
/// 14)</description></item>
/// </list>
/// Misprints: Eq. 4 has √ᾱ_t for √α_t. Algorithm 2's line 2 gives σ_t² where DDIM has σ_t. Its line 5 computes the clean picture from y_t
/// as line 4 does from x_t, but y_t is that picture itself (as in the released code). At t = 0, x' is the result: the last step is the
/// sampler's own, without a mask (the code, again; <see cref="DpiSettings.AsPrinted"/> for the paper's).
/// </remarks>
/// <param name="schedule">Respaced to the visited steps.</param>
internal sealed class DpiAlgorithms(NoiseSchedule schedule, DpiSettings settings, ConditionGrid grid, AdaptiveMask adaptive)
{
    private readonly DdpmSampler _ddpm = new(schedule, new DdpmOptions(FixedVariance.Small, settings.ClipDenoised));
    private readonly DdimSampler _ddim = new(schedule, new DdimOptions(settings.Eta, settings.ClipDenoised, settings.AsPrinted));

    /// <summary>t &lt;= τ, where a mask is drawn (line 9 of Algorithm 1, line 8 of Algorithm 2). The last step isn't masked at
    /// all, but for <see cref="DpiSettings.AsPrinted"/>.</summary>
    public bool IsSecondStage(int t) => settings.Counted(t) > 0 && settings.Counted(t) <= settings.Tau;

    /// <summary>Algorithm 1, lines 2 to 14.</summary>
    /// <param name="x">x_t, float32 [N,3,H,W]; not changed.</param>
    /// <param name="y">y_t; not changed.</param>
    /// <param name="prediction">ε_θ(x_t, t), and what the prior says of Σ.</param>
    /// <param name="t">Index of the schedule.</param>
    /// <param name="z">Standard normal, of x's shape; null: no draw is added. None is at t = 0.</param>
    /// <param name="u">Uniform in [0,1), one for each place of the grid; only where <see cref="IsSecondStage"/>.</param>
    /// <returns>x_{t-1}, y'_{t-1} for <see cref="Correct"/>, and the mask.</returns>
    public DpiSampler.StepResult Ddpm(Tensor x, Tensor y, Prediction prediction, int t, Tensor? z, Tensor? u)
    {
        using var scope = torch.NewDisposeScope();
        var (x0, meanOfX, logVariance) = _ddpm.Posterior(x, prediction, t); //      2: μ_x, Σ_x (Eq. 4, 5)
        var draw = t > 0 && z is not null ? logVariance.mul(Kept.Of(0.5)).exp() * z : torch.zeros_like(x);
        var nextX = meanOfX.Plus(draw); //                                          3: x' ~ N(μ_x, Σ_x) (Eq. 3)
        var noisyY = schedule.AddNoise(y, t, prediction.Epsilon); //                4: y^n = √ᾱ·y + √(1-ᾱ)·ε_θ (Eq. 6)
        var meanOfY = PosteriorMean(y, noisyY, t); //                               5: μ_y = μ_θ(y, y^n, t)
        var nextY = meanOfY.Plus(draw); //                                          6: y' ~ N(μ_y, Σ_x), by the same z (Eq. 7)
        return Interpolated(nextX, nextY, x0, y, t, u); //                          7 to 14
    }

    /// <summary>Algorithm 2, lines 2 to 13.</summary>
    /// <param name="z">As in <see cref="Ddpm"/>; may be null where η = 0.</param>
    /// <inheritdoc cref="Ddpm"/>
    public DpiSampler.StepResult Ddim(Tensor x, Tensor y, Prediction prediction, int t, Tensor? z, Tensor? u)
    {
        using var scope = torch.NewDisposeScope();
        var ofClean = (float)Math.Sqrt(schedule.AlphasCumprodPrev[t]);
        var (nextX, x0) = _ddim.Step(x, prediction, t, z); //                       2 to 4: x' = √ᾱ'·x̂0 + √(1-ᾱ'-σ²)·ε̂ + σ·z
        //                                  5: y' = √ᾱ'·y + √(1-ᾱ'-σ²)·ε̂ + σ·z: only the first term differs
        var nextY = nextX.add(y - x0, Kept.Of(ofClean));
        return Interpolated(nextX, nextY, x0, y, t, u); //                          6 to 13
    }

    /// <summary>The prior's step held at the condition: lines 7 to 14 of Algorithm 1, 6 to 13 of Algorithm 2.</summary>
    private DpiSampler.StepResult Interpolated(Tensor nextX, Tensor nextY, Tensor x0, Tensor y, int t, Tensor? u)
    {
        Tensor mask;
        var x = nextX;
        if (settings.Counted(t) > 0 && !IsSecondStage(t)) //                        7: t > τ
        {
            mask = grid.Fixed(y);
            x = torch.where(mask, nextY, nextX); //                                 8: x = (1-m_f)·x' + m_f·y' (Eq. 8)
        }
        else if (IsSecondStage(t)) //                                               9
        {
            mask = adaptive.Draw(y, u!); //                                         10: m_a = Mask_gen(y_t, s)
            var w = settings.Weight(t); //                                          11: w = t/ω
            var mixed = (nextY * Kept.Of(w)).Plus(nextX * Kept.Of(1 - w));
            x = torch.where(mask, mixed, nextX); //                                 12: x = (1-m_a)·x' + w·m_a·y' + (1-w)·m_a·x' (Eq. 9)
            nextY = x.alias(); //                                                   13: y' = x: the sample, too, corrects the condition
        }
        else
        {
            mask = torch.zeros_like(grid.Fixed(y)); //                              the last step is held nowhere
        }
        return new DpiSampler.StepResult(x.MoveToOuterDisposeScope(), nextY.MoveToOuterDisposeScope(), x0.MoveToOuterDisposeScope(),
            mask.MoveToOuterDisposeScope());
    }

    /// <summary>y_{t-1} = m_f·CRT(m_f·y'_{t-1}, t, m_f·y_T): line 15 of Algorithm 1, 14 of Algorithm 2 (Eq. 16).</summary>
    /// <param name="nextY">y'_{t-1}.</param>
    /// <param name="timestep">The step that x_t was at, in the schedule that the corrector was trained with.</param>
    /// <param name="y">y_t.</param>
    /// <param name="original">y_T.</param>
    public Tensor Correct(IConditionCorrector corrector, Tensor nextY, double timestep, Tensor y, Tensor original)
    {
        using var scope = torch.NewDisposeScope();
        var mask = grid.Fixed(y).to(torch.float32);
        return grid.Marked(corrector.Correct(nextY * mask, timestep, original * mask) * mask).MoveToOuterDisposeScope();
    }

    /// <summary>μ_θ of a clean picture and x_t (Eq. 4).</summary>
    private Tensor PosteriorMean(Tensor clean, Tensor noisy, int t)
    {
        var (ofClean, ofNoisy) = ((float)schedule.PosteriorMeanCoef1[t], (float)schedule.PosteriorMeanCoef2[t]);
        return (clean * Kept.Of(ofClean)).Plus(noisy * Kept.Of(ofNoisy));
    }
}
