namespace PSSR.Diffusion;

/// <summary>
/// The Butcher tableau of the Runge-Kutta pair 5(4) of Dormand and Prince 1980 (RK5(4)7M, table 2), with the letters of Hairer, Nørsett,
/// Wanner, Solving Ordinary Differential Equations I, sections II.4 and II.5 (table 5.2). Its last stage is the first of the next step.
/// </summary>
internal static class DormandPrince
{
    public const int Stages = 7;

    /// <summary>The order of the solution, and the one of the solution that the error is measured against.</summary>
    public const int Order = 5, EmbeddedOrder = 4;

    /// <summary>c_i: where in the step stage i lies.</summary>
    public static readonly double[] C = [0, 1.0 / 5, 3.0 / 10, 4.0 / 5, 8.0 / 9, 1, 1];

    /// <summary>a_ij: shares of the earlier stages k_j in the state of stage i. The last row is b, the solution itself.</summary>
    public static readonly double[][] A =
    [
        [],
        [1.0 / 5],
        [3.0 / 40, 9.0 / 40],
        [44.0 / 45, -56.0 / 15, 32.0 / 9],
        [19372.0 / 6561, -25360.0 / 2187, 64448.0 / 6561, -212.0 / 729],
        [9017.0 / 3168, -355.0 / 33, 46732.0 / 5247, 49.0 / 176, -5103.0 / 18656],
        [35.0 / 384, 0, 500.0 / 1113, 125.0 / 192, -2187.0 / 6784, 11.0 / 84],
    ];

    /// <summary>
    /// e_i = b_i - b̂_i: shares of the stages in the error. Two thirds of Dormand and Prince's own: any multiple of it is the error of some
    /// fourth-order solution; this one belongs to the b̂ that torchdiffeq and the released code of ECDP take.
    /// </summary>
    public static readonly double[] E =
    [
        2.0 / 3 * 71 / 57600, 0, -2.0 / 3 * 71 / 16695, 2.0 / 3 * 71 / 1920, -2.0 / 3 * 17253 / 339200, 2.0 / 3 * 22 / 525, -2.0 / 3 / 40,
    ];
}
