namespace PSSR.Diffusion;

/// <summary>What of a network's two heads the score is made of (Yuan, Yuan 2024, Eq. 14 to 18 and table 5).</summary>
public enum FlowParametrization : long
{
    /// <summary>Both (Eq. 18, its coefficient ᾱ as in the released code, or a constant of the network's): ẑ0 counts where there is much
    /// noise, ε̂ where there is little.</summary>
    Hybrid,

    /// <summary>ε̂ alone (Eq. 14).</summary>
    Epsilon,

    /// <summary>ẑ0 alone (Eq. 15).</summary>
    X0,
}
