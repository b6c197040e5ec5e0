namespace PSSR.Ecdp;

/// <summary>How pictures are sampled inside a step of ECDP's stage 2 (Yuan and Yuan 2024, table 7).</summary>
public enum QualitySampler : long
{
    /// <summary>By the probability flow, with the adjoint method back: as published.</summary>
    ProbabilityFlow,

    /// <summary>By the authors' discrete path with noise at each step, and back through each.</summary>
    Ddpm,

    /// <summary>By DPM-Solver++ in few evaluations, and back through them.</summary>
    DpmSolver,
}
