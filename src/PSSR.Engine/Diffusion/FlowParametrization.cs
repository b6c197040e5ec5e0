namespace PSSR.Diffusion;

/// <summary>What of a network's two heads is used (Yuan, Yuan 2024, section 3.3 and table 5).</summary>
public enum FlowParametrization
{
    /// <summary>Both: ẑ0 counts where there is much noise, ε̂ where there is little.</summary>
    Hybrid,

    /// <summary>ε̂ alone.</summary>
    Epsilon,

    /// <summary>ẑ0 alone.</summary>
    X0,
}
