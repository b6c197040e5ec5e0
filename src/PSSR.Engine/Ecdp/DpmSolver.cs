using PSSR.Diffusion;
using PSSR.Host;

namespace PSSR.Ecdp;

/// <summary>
/// DPM-Solver++(2M) (Lu et al. 2022, "DPM-Solver++: fast solver for guided sampling", algorithm 2): the probability flow in few
/// evaluations. It solves the linear part exactly and extrapolates ẑ0 from the last two evaluations, linearly in λ.
/// </summary>
/// <remarks>
/// <list type="table">
/// <listheader><term>the paper</term><description>here</description></listheader>
/// <item><term>α_t, σ_t</term><description>√ᾱ(t), √(1-ᾱ(t))</description></item>
/// <item><term>λ_t = ln(α_t/σ_t)</term><description><see cref="FlowProcess.HalfLogSnr"/></description></item>
/// <item><term>x_θ</term><description>ẑ0: <see cref="FlowProcess.Clean"/></description></item>
/// </list>
/// </remarks>
/// <param name="steps">Network evaluations, at least 1. The result is the last one's ẑ0; a single one at temperature 0 is the network's
/// answer to no noise at all.</param>
/// <param name="from">t of the start, in (0,1].</param>
public sealed class DpmSolver(int steps, double from = 1)
{
    // Below λ = -2 the noise is 55 times the signal's variance and ẑ0 hardly changes: knots lie four times as far apart there.
    private const double Sparse = -2, SparseSpacing = 4;

    /// <summary>t of each evaluation, from the start down.</summary>
    /// <exception cref="PssrException">Kind Option: no steps.</exception>
    public static double[] Knots(int steps, double from = 1)
    {
        if (steps < 1)
            throw new PssrException(PssrErrorKind.Option, $"{steps} steps make no picture: take 1 or more.", $"{steps}");
        var (first, last) = (FlowProcess.HalfLogSnr(from), FlowProcess.HalfLogSnr(FlowProcess.NetworkEnd / FlowProcess.NetworkSteps));
        var start = first > Sparse ? first : Sparse + ((first - Sparse) / SparseSpacing);
        var spacing = (last - start) / steps;
        double[] places = [.. Enumerable.Range(1, steps - 1).Select(i => start + (i * spacing))];
        return [from, .. places.Select(w => FlowProcess.TimeAt(w > Sparse ? w : Sparse + ((w - Sparse) * SparseSpacing)))];
    }

    /// <param name="start">z at the start, float32 [N,C,H,W]: of t = 1 standard normal noise times the temperature. Not changed.</param>
    /// <param name="spent">The start isn't needed any more, nor is a gradient: a large picture's states are overwritten or disposed as soon
    /// as the walk has left them.</param>
    /// <returns>z_0.</returns>
    public Tensor Sample(IFlowDenoiser denoiser, Tensor start, bool spent = false)
    {
        using var scope = torch.NewDisposeScope();
        var times = Knots(steps, from);
        var z = spent ? start : start.alias();
        Tensor? before = null; // ẑ0 of the evaluation before, as long as a step is to be extrapolated from it
        for (var i = 0; ; i++)
        {
            using var inner = torch.NewDisposeScope();
            double[] now = [.. Enumerable.Repeat(times[i], (int)z.shape[0])];
            var v = denoiser.Velocity(z, now);
            var isLast = i == steps - 1;
            var z0 = isLast && spent ? FlowProcess.CleanInPlace(z, v, now) : FlowProcess.Clean(z, v, now);
            if (isLast)
            {
                z.Dispose();
                return z0.MoveToOuterDisposeScope().MoveToOuterDisposeScope();
            }
            v.Dispose();

            double[] lambdas = [.. times.Skip(Math.Max(i - 1, 0)).Take(i == 0 ? 2 : 3).Select(FlowProcess.HalfLogSnr)];
            var h = lambdas[^1] - lambdas[^2];
            var towards = before is null ? z0 : Extrapolated(z0, before, r: (lambdas[1] - lambdas[0]) / h);
            var next = Step(z, towards, times[i], times[i + 1], h, spent);
            z.Dispose();
            before?.Dispose();
            (z, before) = (next.MoveToOuterDisposeScope(), i + 1 < steps - 1 ? z0.MoveToOuterDisposeScope() : null);
        }
    }

    /// <summary>D = (1 + 1/(2r))·ẑ0 - 1/(2r)·ẑ0 of the evaluation before, r the ratio of the two intervals of λ.</summary>
    private static Tensor Extrapolated(Tensor z0, Tensor before, double r) =>
        z0.mul(Kept.Of(1 + (1 / (2 * r)))).add_(before, Kept.Of(-1 / (2 * r)));

    /// <summary>z' = σ'/σ·z - α'·(e^-h - 1)·D.</summary>
    private static Tensor Step(Tensor z, Tensor towards, double from, double to, double h, bool overwrite)
    {
        var signal = Kept.Of(Math.Sqrt(FlowProcess.NoiseVariance(to) / FlowProcess.NoiseVariance(from)));
        return (overwrite ? z.alias().mul_(signal) : z.mul(signal))
            .add_(towards, Kept.Of(-Math.Sqrt(FlowProcess.AlphaBar(to)) * (Math.Exp(-h) - 1)));
    }
}
