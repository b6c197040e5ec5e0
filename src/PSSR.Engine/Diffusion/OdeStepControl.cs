using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>How long steps are (Hairer, Nørsett, Wanner, Solving Ordinary Differential Equations I, section II.4). Values are one for each
/// part that steps by itself.</summary>
internal sealed class OdeStepControl(OdeOptions options, OdeNorm norm)
{
    private const double Safety = 0.9, SmallestChange = 0.2, LargestChange = 10; // fac, facmin, facmax of Eq. 4.13

    /// <summary>How many parts a state has.</summary>
    public int Parts(Tensor state) => options.EqualSteps is null ? norm(state).Length : 1;

    /// <summary>Error over what is tolerated, Atol + Rtol·max(|y_0|, |y_1|) (Eq. 4.10 and 4.11); accepted up to 1.</summary>
    /// <param name="error">Consumed.</param>
    public double[] ErrorRatios(Tensor error, Tensor state, Tensor next) =>
        Norm(error.div_(Tolerated(torch.maximum(state.abs(), next.abs()))));

    /// <summary>The factor for the next step's length: the error grows with its fifth power. A step that was accepted with room to spare
    /// never shrinks.</summary>
    public static double Change(double ratio) => ratio == 0 ? LargestChange
        : Math.Clamp(Safety * Math.Pow(ratio, -1.0 / DormandPrince.Order), ratio < 1 ? 1 : SmallestChange, LargestChange);

    /// <summary>The estimate of page 169, steps a to f, as torchdiffeq has it.</summary>
    /// <param name="slope">f(t_0, y_0).</param>
    /// <param name="longest">No step is longer.</param>
    /// <param name="slopeAfter">f after an Euler step of these lengths.</param>
    public double[] FirstStep(Tensor state, Tensor slope, double longest, Func<double[], Tensor> slopeAfter)
    {
        using var scope = torch.NewDisposeScope();
        var tolerated = Tolerated(state.abs());
        double[] d0 = Norm(state / tolerated), d1 = Norm(slope / tolerated);
        double[] h0 = [.. d0.Zip(d1, (size, rise) => Math.Min(size < 1e-5 || rise < 1e-5 ? 1e-6 : 0.01 * size / rise, longest))];
        double[] d2 = [.. Norm((slopeAfter(h0) - slope) / tolerated).Zip(h0, (bend, h) => bend / h)];
        return [.. h0.Select((h, i) => Math.Min(100 * h, d1[i] <= 1e-15 && d2[i] <= 1e-15
            ? Math.Max(1e-6, h * 1e-3)
            : Math.Pow(0.01 / Math.Max(d1[i], d2[i]), 1.0 / (DormandPrince.EmbeddedOrder + 1))))];
    }

    private Tensor Tolerated(Tensor sizes) =>
        sizes.mul(Kept.Of(options.RelativeTolerance)).add_(Kept.Of(options.AbsoluteTolerance), Kept.One);

    private double[] Norm(Tensor multiples)
    {
        var norms = norm(multiples);
        return norms.All(double.IsFinite) ? norms : throw OdeSolver.Failed($"the right side gives values that are no numbers");
    }
}
