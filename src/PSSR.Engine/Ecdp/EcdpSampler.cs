using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Ecdp;

/// <summary>
/// ECDP's sampling (Yuan, Yuan 2024, "Continuous-Time Conditional Diffusion for Image Super-Resolution"), from noise to the picture in the
/// paper's lines.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>μ, σ (Eq. 5)</term><description><see cref="FlowCondition.Mean"/> and one number: everything is computed of the state z = (x
/// - μ)/σ</description></item>
/// <item><term>x_T from the limit distribution</term><description>z_1 ~ N(0, temperature²·I), where <see cref="LocalContrast"/> leaves it;
/// the paper's temperature is 1, everywhere</description></item>
/// <item><term>the ODE from T to 0 (Eq. 12, 13)</term><description><see cref="ProbabilityFlowSampler"/>, by Dormand-Prince; in few
/// evaluations <see cref="DpmSolver"/></description></item>
/// <item><term>the score from two heads (Eq. 14, 15, 18)</term><description><see cref="FlowProcess.Velocity"/></description></item>
/// <item><term>the authors' code, over its tables</term><description><see cref="FlowAsDenoiser"/> under DDIM or DDPM</description></item>
/// </list>
/// </remarks>
/// <param name="settings">With every value decided.</param>
/// <param name="sigma">σ.</param>
internal sealed class EcdpSampler(FlowOptions settings, double sigma)
{
    /// <summary>The released code's noisy path ends at index 5 of the table, with ẑ0.</summary>
    public const int DdpmEnd = 5;

    /// <summary>The indices of the table that the noisy path visits, rising.</summary>
    /// <param name="last">Where it begins.</param>
    public static int[] NoisyPath(int steps, int last = FlowProcess.NetworkSteps - 1) =>
        [.. Timesteps.Spread(Math.Max(last - DdpmEnd, 0), steps).Select(i => i + DdpmEnd)];

    /// <summary>One picture.</summary>
    /// <param name="mean">μ, float32 [1,C,H,W].</param>
    /// <returns>x, like μ, which the caller disposes; and how many steps were walked; null: as many as were asked
    /// for.</returns>
    public (Tensor Picture, int? Steps) Sample(IFlowDenoiser flow, Tensor mean, NoiseSource noise)
    {
        if (settings.Detail == 0)
            return (mean.clone(), null);
        using var scope = torch.NewDisposeScope();
        var share = settings.NoiseContrast is > 0 and var full ? LocalContrast.Share(mean, full) : null;
        var (z0, steps) = Walk(flow, First(mean, share, noise), noise);
        if (share is not null)
            z0.mul_(share);
        // x = σ·z_0 + μ, of the paper; the detail is 1 there, and the share.
        return (z0.mul_(Kept.Of(sigma * (settings.Detail ?? 1))).add_(mean, Kept.One).MoveToOuterDisposeScope(), steps);
    }

    /// <summary>q(z_t|μ): noise alone, for μ is 0. At t = 1 it is the limit distribution.</summary>
    /// <param name="share">Of it, at each place; null: all.</param>
    private Tensor First(Tensor mean, Tensor? share, NoiseSource noise)
    {
        using var scope = torch.NewDisposeScope();
        var z = noise.Normal(FlowProcess.NetworkSteps, mean.shape).to(mean.device).mul_(Kept.Of((settings.Temperature ?? 1) * StartNoise));
        if (share is not null)
            z.mul_(share);
        return z.MoveToOuterDisposeScope();
    }

    /// <summary>t of the start.</summary>
    public double Start { get; } = settings.FidelityThreshold is { } nats ? FlowProcess.AgreementTime(nats) : 1;

    private double StartNoise => Start < 1 ? Math.Sqrt(FlowProcess.NoiseVariance(Start)) : 1;

    /// <summary>Of the discrete path the index of the start: network time less 1.</summary>
    private int Last => Math.Max((int)Math.Round(FlowProcess.NetworkSteps * Start), 1) - 1;

    /// <summary>z_0 from the start, by the solver that was chosen.</summary>
    /// <param name="start">May be disposed.</param>
    private (Tensor End, int? Steps) Walk(IFlowDenoiser flow, Tensor start, NoiseSource noise)
    {
        switch (settings.Solver)
        {
            case FlowSolver.DormandPrince:
                var solution = new ProbabilityFlowSampler(new OdeOptions
                {
                    RelativeTolerance = settings.RelativeTolerance!.Value,
                    AbsoluteTolerance = settings.AbsoluteTolerance!.Value,
                    FirstStep = settings.FirstStep,
                    MaxEvaluations = settings.MaxEvaluations!.Value,
                }, from: Start).Sample(flow, start);
                return (solution.End, solution.Steps.Count);
            case FlowSolver.DpmSolver:
                return (new DpmSolver(settings.Steps!.Value, Start).Sample(flow, start, spent: true), null);
            case FlowSolver.Ddim:
                var visited = Timesteps.Spread(Last, settings.Steps!.Value);
                return (new DdimSampler(FlowProcess.Table().Respace(visited), FlowAsDenoiser.Ddim)
                    .Sample(new FlowAsDenoiser(flow), start, noise), visited.Length);
            default:
                visited = NoisyPath(settings.Steps!.Value, Last);
                return (new DdpmSampler(FlowProcess.Table().Respace(visited), FlowAsDenoiser.Ddpm)
                    .Sample(new FlowAsDenoiser(flow), start, noise), visited.Length);
        }
    }
}
