namespace PSSR.Diffusion;

/// <summary>
/// The five noise schedules that the Diff-SR paper compares (its figure 7 names them without formulas; these are ours, from the sources
/// named at each). A schedule belongs to the checkpoint that was trained with it: it is no quality setting.
/// </summary>
public static class KnownSchedules
{
    private const double FirstBeta = 1e-4, LastBeta = 0.02, StepsOfThoseBetas = 1000, LargestBeta = 0.999;

    private static readonly Dictionary<string, Func<int, NoiseSchedule>> ByName = new(StringComparer.OrdinalIgnoreCase)
    {
        ["linear"] = Linear,
        ["scaled-linear"] = ScaledLinear,
        ["squared-cosine"] = SquaredCosine,
        ["cosine"] = Cosine,
        ["sigmoid"] = Sigmoid,
    };

    /// <summary>The names that <see cref="Create"/> takes: linear, scaled-linear, squared-cosine, cosine, sigmoid.</summary>
    public static IReadOnlyCollection<string> Names => ByName.Keys;

    /// <summary>A schedule by the name that model cards use.</summary>
    /// <param name="steps">T, at least 1 (linear and scaled-linear: at least 21, below which a β would reach 1).</param>
    /// <exception cref="PssrException">Kind Option: no such name, or impossible steps.</exception>
    public static NoiseSchedule Create(string name, int steps)
    {
        if (!ByName.TryGetValue(name, out var make))
            throw new PssrException(PssrErrorKind.Option, $"Unknown noise schedule '{name}'; known are {string.Join(", ", Names)}.", name);
        return make(steps);
    }

    /// <summary>β_i evenly spaced from 1e-4·1000/T to 0.02·1000/T (Ho et al. 2020, section 4; scaled with T as Nichol &amp; Dhariwal 2021
    /// do).</summary>
    public static NoiseSchedule Linear(int steps) => FromRamp(steps, FirstBeta, LastBeta, b => b * StepsOfThoseBetas / steps);

    /// <summary>√β_i evenly spaced between the square roots of <see cref="Linear"/>'s ends (Rombach et al. 2022).</summary>
    public static NoiseSchedule ScaledLinear(int steps) =>
        FromRamp(steps, Math.Sqrt(FirstBeta), Math.Sqrt(LastBeta), root => root * root * StepsOfThoseBetas / steps);

    /// <summary>ᾱ(u) = cos²((u+0.008)/1.008·π/2) over its value at 0, u = t/T, β ≤ 0.999 (Nichol &amp; Dhariwal 2021, Eq. 17).</summary>
    public static NoiseSchedule SquaredCosine(int steps) => FromAlphaBar(steps, u => Math.Pow(Math.Cos(CosineAngle(u)), 2));

    /// <summary>ᾱ(u) = cos((u+0.008)/1.008·π/2) over its value at 0, β ≤ 0.999: the same angle without the square.</summary>
    public static NoiseSchedule Cosine(int steps) => FromAlphaBar(steps, u => Math.Cos(CosineAngle(u)));

    /// <summary>ᾱ(u) = (σ(3) - σ(6u-3))/(σ(3) - σ(-3)), σ the logistic function, β ≤ 0.999 (Chen 2023, sigmoid with start -3, end 3, τ =
    /// 1).</summary>
    public static NoiseSchedule Sigmoid(int steps)
    {
        static double Logistic(double v) => 1 / (1 + Math.Exp(-v));
        return FromAlphaBar(steps, u => (Logistic(3) - Logistic(6 * u - 3)) / (Logistic(3) - Logistic(-3)));
    }

    private static double CosineAngle(double u) => (u + 0.008) / 1.008 * Math.PI / 2;

    private static NoiseSchedule FromRamp(int steps, double first, double last, Func<double, double> beta)
    {
        RequireSteps(steps);
        var stride = steps == 1 ? 0 : (last - first) / (steps - 1);
        return NoiseSchedule.FromBetas([.. Enumerable.Range(0, steps).Select(i => beta(first + i * stride))]);
    }

    private static NoiseSchedule FromAlphaBar(int steps, Func<double, double> alphaBar)
    {
        RequireSteps(steps);
        return NoiseSchedule.FromBetas(
            [.. Enumerable.Range(0, steps)
                .Select(i => Math.Min(1 - alphaBar((double)(i + 1) / steps) / alphaBar((double)i / steps), LargestBeta))]);
    }

    private static void RequireSteps(int steps)
    {
        if (steps < 1)
            throw new PssrException(PssrErrorKind.Option, $"A noise schedule needs at least one step, not {steps}.", $"{steps}");
    }
}
