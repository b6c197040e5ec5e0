using PSSR.Host;

namespace PSSR.Diffusion;

/// <summary>The right side of dy/dt = f(t, y).</summary>
/// <param name="times">t of each row of the state.</param>
/// <param name="state">y, [N, …]: rows are independent unless the norm ties them together.</param>
/// <returns>dy/dt, of the state's shape and type.</returns>
public delegate Tensor OdeFunction(double[] times, Tensor state);

/// <summary>How large an error is, given as multiples of what is tolerated: one value for each row of the state, or one for all of them
/// together.</summary>
/// <param name="multiples">[N, …].</param>
public delegate double[] OdeNorm(Tensor multiples);

/// <summary>The usual norms.</summary>
public static class OdeNorms
{
    /// <summary>Root mean square of each row: every row has steps of its own, so that a batch gives what its rows give one by
    /// one.</summary>
    public static double[] PerRow(Tensor multiples)
    {
        using var scope = torch.NewDisposeScope();
        return Values(multiples.reshape(multiples.shape[0], -1).Squared().mean(new long[] { 1 }).sqrt());
    }

    /// <summary>Root mean square over the whole batch, which then moves in common steps.</summary>
    public static double[] WholeBatch(Tensor multiples)
    {
        using var scope = torch.NewDisposeScope();
        return Values(multiples.Squared().mean().sqrt().reshape(1));
    }

    private static double[] Values(Tensor norms) => norms.to(torch.float64).Values<double>();
}

/// <summary>How exactly an equation is solved, and at what cost.</summary>
public sealed record OdeOptions
{
    /// <summary>Error tolerated in a step, as a share of the state's values.</summary>
    public double RelativeTolerance { get; init; } = 1e-3;

    /// <summary>Error tolerated in a step, in the state's unit, on top of that.</summary>
    public double AbsoluteTolerance { get; init; } = 1e-3;

    /// <summary>Length of the first step, in the unit of time, over 0; null estimates it (one evaluation more).</summary>
    public double? FirstStep { get; init; }

    /// <summary>Give up after this many evaluations of the right side.</summary>
    public int MaxEvaluations { get; init; } = 1000;

    /// <summary>Take this many steps of equal length and control no error; null adapts the steps to the tolerances.</summary>
    public int? EqualSteps { get; init; }

    /// <summary>Evaluate once more at the end, for nothing: what torchdiffeq does where a step is cut to end there.</summary>
    public bool ClosingEvaluation { get; init; }

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Validate()
    {
        // Written so that NaN fails too.
        if (!(RelativeTolerance is >= 0 and < 1) || !(AbsoluteTolerance is >= 0 and < double.PositiveInfinity)
            || RelativeTolerance + AbsoluteTolerance == 0)
            throw Bad(
                $"tolerances of {RelativeTolerance} (relative) and {AbsoluteTolerance} (absolute) won't do",
                ": neither under 0, not both 0, the relative one under 1");
        if (FirstStep is { } step && !(step is > 0 and < double.PositiveInfinity))
            throw Bad($"a first step of {step} won't do: give a length over 0");
        if (MaxEvaluations < DormandPrince.Stages || EqualSteps < 1)
            throw Bad(
                $"{MaxEvaluations} evaluations and {EqualSteps} steps won't do: {DormandPrince.Stages} evaluations make the first step");
    }

    private static PssrException Bad(FormattableString what, string why = "") =>
        new(PssrErrorKind.Option, $"ODE solver: {FormattableString.Invariant(what)}{why}.");
}

/// <summary>One attempted step.</summary>
/// <param name="Row">Which row took it; 0 where all rows step together.</param>
/// <param name="Proposed">Its length before it was cut to end where it must; over 0.</param>
/// <param name="ErrorRatio">Error over what is tolerated; accepted up to 1. 0 where no error is controlled.</param>
public sealed record OdeStep(int Row, double From, double Proposed, double ErrorRatio, bool Accepted, double To);

/// <param name="End">y at the end of time, like the start. The caller disposes it.</param>
/// <param name="Evaluations">Calls of the right side, each for the whole batch.</param>
/// <param name="Steps">All attempts, in order.</param>
public sealed record OdeSolution(Tensor End, int Evaluations, IReadOnlyList<OdeStep> Steps);
