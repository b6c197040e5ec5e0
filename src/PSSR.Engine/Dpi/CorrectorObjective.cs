using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Dpi;

/// <summary>What is drawn for one batch of n pictures.</summary>
/// <param name="Steps">0-based step of each picture: t - 1.</param>
/// <param name="EarlierSteps">For L_gap: a step at or above <paramref name="Steps"/>, from which the corrector's earlier output
/// comes.</param>
/// <param name="IsGap">Which term of Eq. 18 the picture takes.</param>
/// <param name="Noise">Standard normal, on the grid.</param>
/// <param name="EarlierNoise">The same, another draw.</param>
public sealed record CorrectorDraw(int[] Steps, int[] EarlierSteps, bool[] IsGap, Tensor Noise, Tensor EarlierNoise)
{
    /// <summary>Of some of the pictures.</summary>
    public CorrectorDraw Of(int from, int count) => new(Steps[from..(from + count)], EarlierSteps[from..(from + count)],
        IsGap[from..(from + count)], Noise.narrow(0, from, count), EarlierNoise.narrow(0, from, count));
}

/// <summary>
/// The objectives of DPI's condition corrector (Diffusion Prior Interpolation, section "Condition Corrector"). Tensors are "on the grid",
/// float32 [n,3,⌈H/k⌉,⌈W/k⌉] in [-1,1]; the network sees them spread out over pictures [n,3,H,W] that are 0 elsewhere.
/// </summary>
/// <param name="network">CRT: from (picture, t float32 [n], y_T) to the corrected condition, all [n,3,H,W].</param>
/// <param name="schedule">The prior's process.</param>
/// <param name="grid">m_f.</param>
/// <param name="height">H.</param>
/// <param name="width">W.</param>
public sealed class CorrectorObjective(Func<Tensor, Tensor, Tensor, Tensor> network, NoiseSchedule schedule, ConditionGrid grid,
    long height, long width)
{
    /// <summary>Ω of Eq. 18: t/T. The paper says only that it falls as t falls; with this curve the first of the reverse steps train on the
    /// truth alone, the last on the corrector's own outputs alone.</summary>
    public static double Omega(int step, int steps) => (step + 1.0) / steps;

    /// <summary>
    /// L = Ω·L_prior + (1-Ω)·L_gap (Eq. 18), as an expectation: each picture takes L_gap with the probability 1-Ω(t), L_prior otherwise.
    /// That costs half of what both terms for every picture would.
    /// <list type="bullet">
    /// <item>L_prior = ‖m_f·I - CRT(m_f·I'_{t-1}, y_T, t)‖² (Eq. 15), I' the posterior sample of the truth.</item>
    /// <item>L_gap: the same with the corrector's own output at an earlier step of the way back in the truth's place (Eq. 17). No gradient
    /// goes through it.</item>
    /// </list>
    /// </summary>
    /// <param name="truth">m_f·I.</param>
    /// <param name="condition">y_T.</param>
    /// <param name="asPrinted">Shows the corrector its own clean output for L_gap, as Eq. 17 prints it; else with the noise that it has
    /// when pictures are made.</param>
    /// <returns>A scalar on the tape: the mean of squares over the grid.</returns>
    public Tensor Paper(Tensor truth, Tensor condition, CorrectorDraw draw, bool asPrinted = false)
    {
        using var scope = torch.NewDisposeScope();
        var clean = WithOwnOutputs(truth, condition, draw);
        var shown = PosteriorSample(clean, draw.Steps, draw.Noise);
        if (asPrinted)
            shown = torch.where(torch.tensor(draw.IsGap, device: clean.device).reshape(-1, 1, 1, 1), clean, shown);
        var corrected = Correct(shown, draw.Steps, condition);
        return (corrected - truth).Squared().mean().MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The published training script's: the corrector sees a posterior sample of the degraded condition, x_t and x_{t-1} drawn one after
    /// the other, where the paper has the truth's. Its mean is over all pixels, those off the grid included, where there is no error.
    /// </summary>
    /// <param name="noise">Of x_t, on the grid.</param>
    /// <param name="posteriorNoise">Of x_{t-1} given x_t, on the grid.</param>
    /// <returns>One loss for each picture, [n], on the tape; the script takes their mean.</returns>
    public Tensor Released(Tensor truth, Tensor condition, int[] steps, Tensor noise, Tensor posteriorNoise)
    {
        using var scope = torch.NewDisposeScope();
        var corrected = Correct(ReleasedSample(condition, steps, noise, posteriorNoise), steps, condition);
        var error = (corrected - truth).Squared().mean(new long[] { 1, 2, 3 });
        return (error * Kept.Of((double)(truth.shape[2] * truth.shape[3]) / (height * width))).MoveToOuterDisposeScope();
    }

    /// <summary>I'_{t-1} ~ q(x_{t-1} | x_t, I) with x_t ~ q(x_t | I). Over both draws that is q(x_{t-1} | I), so one draw does: √ᾱ_{t-1}·I
    /// + √(1-ᾱ_{t-1})·ε. At the last step (t = 1) it is I itself.</summary>
    public Tensor PosteriorSample(Tensor clean, int[] steps, Tensor noise) =>
        schedule.AddNoise(clean, Array.ConvertAll(steps, t => t - 1), noise);

    /// <summary>x_{t-1} of the condition as the published script draws it: x_t, then the posterior with the clipped log-variance; no noise
    /// at the last step.</summary>
    public Tensor ReleasedSample(Tensor condition, int[] steps, Tensor noise, Tensor posteriorNoise)
    {
        using var scope = torch.NewDisposeScope();
        Tensor Each(Func<int, double> value) => NoiseSchedule.PerPicture(steps, value, condition.device);
        var xt = schedule.AddNoise(condition, steps, noise);
        var mean = (condition * Each(t => schedule.PosteriorMeanCoef1[t])).Plus(xt * Each(t => schedule.PosteriorMeanCoef2[t]));
        var deviation = Each(t => t == 0 ? 0 : Math.Exp(0.5 * schedule.PosteriorLogVarianceClipped[t]));
        return mean.Plus(posteriorNoise * deviation).MoveToOuterDisposeScope();
    }

    /// <summary>CRT(m_f·x, y_T, t), on the grid.</summary>
    public Tensor Correct(Tensor sample, int[] steps, Tensor condition)
    {
        using var scope = torch.NewDisposeScope();
        var t = torch.tensor(Array.ConvertAll(steps, s => (float)s), torch.float32, sample.device);
        var corrected = network(grid.Spread(sample, height, width), t, grid.Spread(condition, height, width));
        return grid.Take(corrected).MoveToOuterDisposeScope();
    }

    /// <summary>The pictures' clean versions: the truth, or, for L_gap, what the corrector made of it at the earlier step.</summary>
    private Tensor WithOwnOutputs(Tensor truth, Tensor condition, CorrectorDraw draw)
    {
        int[] gaps = [.. Enumerable.Range(0, draw.IsGap.Length).Where(i => draw.IsGap[i])];
        if (gaps.Length == 0)
            return truth;
        using var off = torch.no_grad();
        var rows = torch.tensor(Array.ConvertAll(gaps, i => (long)i), torch.int64, truth.device);
        int[] earlier = Array.ConvertAll(gaps, i => draw.EarlierSteps[i]);
        var sample = PosteriorSample(truth.index_select(0, rows), earlier, draw.EarlierNoise.index_select(0, rows));
        var own = Correct(sample, earlier, condition.index_select(0, rows));
        var next = 0;
        return torch.cat(draw.IsGap.Select((gap, i) => gap ? own.narrow(0, next++, 1) : truth.narrow(0, i, 1)).ToArray(), 0);
    }
}
