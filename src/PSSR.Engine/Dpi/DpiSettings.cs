namespace PSSR.Dpi;

/// <summary>How DPI walks back.</summary>
public enum DpiForm : long
{
    /// <summary>The paper's Algorithm 2: few steps, with noise by η.</summary>
    Ddim,

    /// <summary>Its Algorithm 1: ancestral, noise at every step.</summary>
    Ddpm,
}

/// <summary>DPI's settings with every value decided; t counts visited steps from 0.</summary>
public sealed record DpiSettings
{
    public DpiForm Form { get; init; } = DpiForm.Ddim;

    /// <summary>τ: steps t > τ hold the whole grid, those below an adaptive part of it. 0: no second stage.</summary>
    public required double Tau { get; init; }

    /// <summary>s, above 0: exponent of the adaptive mask's probabilities.</summary>
    public required double S { get; init; }

    /// <summary>ω, above 0: in the second stage the condition weighs t/ω.</summary>
    public required double Omega { get; init; }

    /// <summary>k as published.</summary>
    internal const int StandardK = 2;

    /// <summary>k, at least 1: the condition stands on every k-th pixel of every k-th row.</summary>
    public int K { get; init; } = StandardK;

    /// <summary>η in [0,1]; with <see cref="DpiForm.Ddim"/> only.</summary>
    public double Eta { get; init; }

    /// <summary>False: w = 1 throughout the second stage (the ablation "without weight").</summary>
    public bool Weighted { get; init; } = true;

    /// <summary>
    /// False: the corrector sees the posterior of the original condition at every step, never its own earlier output or the sample (the
    /// ablation "without refinement").
    /// </summary>
    public bool Refined { get; init; } = true;

    /// <summary>
    /// As the authors' released code: the adaptive mask's probabilities are scaled by the extremes of the whole batch, and the condition
    /// holds 1e-6 off the grid, by which the grid is told. A picture then depends on those sampled with it, and a place that the corrector
    /// makes exactly 0 drops out.
    /// </summary>
    public bool AsReleased { get; init; }

    /// <summary>
    /// As the paper's algorithms print it, where the released code has it otherwise: t is counted from 1 where it is compared with τ and ω,
    /// so that the last step is masked, too, and η√·√ is DDIM's σ² and not its σ.
    /// </summary>
    public bool AsPrinted { get; init; }

    /// <summary>t as it is compared with τ and ω; 0: the step isn't masked.</summary>
    /// <param name="t">Index of the visited step.</param>
    internal int Counted(int t) => AsPrinted ? t + 1 : t;

    /// <summary>Clamp x̂0 to [-1,1] at every step.</summary>
    public bool ClipDenoised { get; init; } = true;

    /// <summary>Whether steps draw noise.</summary>
    internal bool IsNoisy => Form == DpiForm.Ddpm || Eta > 0;

    /// <exception cref="PssrException">Kind Option: a setting out of range.</exception>
    internal void Check()
    {
        Require(Tau >= 0, "τ", Tau, "at least 0");
        Require(S > 0, "s", S, "above 0");
        Require(Omega > 0, "ω", Omega, "above 0");
        Require(K >= 1, "k", K, "at least 1");
    }

    private static void Require(bool holds, string name, double value, string allowed)
    {
        if (!holds)
            throw new PssrException(PssrErrorKind.Option, FormattableString.Invariant($"DPI's {name} is {value}; it must be {allowed}."),
                FormattableString.Invariant($"{value}"));
    }
}
