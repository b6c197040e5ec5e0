using PSSR.Host;

namespace PSSR.Metrics;

/// <summary>
/// Fréchet distance of two sets of features, each taken for a normal distribution (Heusel et al. 2017, Eq. 6):
/// ‖μ₁-μ₂‖² + Tr(C₁ + C₂ - 2·(C₁·C₂)^½), covariances divided by n-1. With Inception's features it is called FID.
/// </summary>
/// <remarks>
/// With A and B the centred features (n×d), C₁ = AᵀA/(n₁-1) and C₂ = BᵀB/(n₂-1), so the eigenvalues of C₁·C₂ are the squared singular
/// values of A·Bᵀ, and Tr (C₁·C₂)^½ = ‖A·Bᵀ‖_* / √((n₁-1)·(n₂-1)). No root of a singular matrix is taken, and no value of zero comes out at
/// 1e-8 of the largest as the root of an eigenvalue would: fewer pictures than dimensions are no numerical trouble (they are a statistical
/// one: the distance of few pictures is biased upward).
/// </remarks>
public static class FrechetDistance
{
    /// <param name="a">n₁ ≥ 2 vectors of d features.</param>
    /// <param name="b">n₂ ≥ 2 vectors of d features.</param>
    /// <returns>0 or more, in squared units of the features.</returns>
    /// <exception cref="PssrException">Kind Option: fewer than two vectors, unequal lengths, or values that are not finite.</exception>
    public static double Compute(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b)
    {
        Require(a, b);
        using var scope = torch.NewDisposeScope();
        Tensor x = Matrix(a), y = Matrix(b), meanX = x.mean([0]), meanY = y.mean([0]);
        Tensor centredX = x - meanX, centredY = y - meanY;
        Tensor between = (meanX - meanY).Squared().sum();
        Tensor within = (centredX.Squared().sum() / Kept.Of(a.Count - 1)).Plus(centredY.Squared().sum() / Kept.Of(b.Count - 1));
        Tensor nuclear = torch.linalg.svdvals(Reduced(centredX).mm(Reduced(centredY).t())).sum();
        Tensor shared = nuclear / Kept.Of(Math.Sqrt((a.Count - 1.0) * (b.Count - 1.0)));
        return Math.Max(0, (between.Plus(within) - Kept.Of(2) * shared).Value());
    }

    private static Tensor Matrix(IReadOnlyList<double[]> features) =>
        torch.tensor([.. features.SelectMany(row => row)], [features.Count, features[0].Length]);

    /// <summary>More vectors than dimensions become d vectors with the same covariance: the triangle of A = QR has AᵀA = RᵀR.</summary>
    private static Tensor Reduced(Tensor centred) =>
        centred.size(0) > centred.size(1) ? torch.linalg.qr(centred, torch.linalg.QRMode.R).R : centred;

    private static void Require(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b)
    {
        if (a.Count < 2 || b.Count < 2)
            throw new PssrException(PssrErrorKind.Option,
                $"A Fréchet distance needs two pictures at least on each side; there are {a.Count} and {b.Count}.");
        int d = a[0].Length;
        if (d == 0 || a.Concat(b).Any(row => row.Length != d))
            throw new PssrException(PssrErrorKind.Option,
                $"A Fréchet distance needs equally many features of every picture, not {d} and {b[0].Length}.");
        if (a.Concat(b).Any(row => row.Any(v => !double.IsFinite(v))))
            throw new PssrException(PssrErrorKind.Option, "The features hold NaN or infinity: the network or its input is damaged.");
    }
}
