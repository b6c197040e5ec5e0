namespace PSSR.Metrics;

/// <summary>
/// Fréchet distance of two sets of features, each taken for a normal distribution (Heusel et al. 2017, Eq. 6):
/// ‖μ₁-μ₂‖² + Tr(C₁ + C₂ - 2·(C₁·C₂)^½), covariances divided by n-1. With Inception's features it is called FID.
/// </summary>
/// <remarks>
/// With A and B the centred features (n×d), C₁ = AᵀA/(n₁-1) and C₂ = BᵀB/(n₂-1), so the eigenvalues of C₁·C₂ are the squared singular values of A·Bᵀ, and
/// Tr (C₁·C₂)^½ = ‖A·Bᵀ‖_* / √((n₁-1)·(n₂-1)). Nothing is squared or inverted and no root of a singular matrix is taken: fewer pictures than dimensions are
/// no numerical trouble (they are a statistical one: the distance of few pictures is biased upward).
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
        int d = a[0].Length;
        (double[] meanA, double[][] centredA) = Centre(a);
        (double[] meanB, double[][] centredB) = Centre(b);
        double between = 0;
        for (int i = 0; i < d; i++)
            between += (meanA[i] - meanB[i]) * (meanA[i] - meanB[i]);
        double within = centredA.Sum(row => SingularValues.Dot(row, row)) / (a.Count - 1) + centredB.Sum(row => SingularValues.Dot(row, row)) / (b.Count - 1);
        double shared = SingularValues.Sum(Product(Reduced(centredA), Reduced(centredB))) / Math.Sqrt((a.Count - 1.0) * (b.Count - 1.0));
        return Math.Max(0, between + within - 2 * shared);
    }

    /// <summary>More vectors than dimensions are replaced by d vectors with the same covariance.</summary>
    private static double[][] Reduced(double[][] centred) => centred.Length > centred[0].Length ? SingularValues.Triangle(centred) : centred;

    private static (double[] Mean, double[][] Centred) Centre(IReadOnlyList<double[]> features)
    {
        var mean = new double[features[0].Length];
        foreach (double[] row in features)
        {
            for (int i = 0; i < mean.Length; i++)
                mean[i] += row[i] / features.Count;
        }

        return (mean, [.. features.Select(row => row.Select((v, i) => v - mean[i]).ToArray())]);
    }

    private static double[][] Product(double[][] a, double[][] b)
    {
        var product = new double[a.Length][];
        Parallel.For(0, a.Length, i => product[i] = [.. b.Select(row => SingularValues.Dot(a[i], row))]);
        return product;
    }

    private static void Require(IReadOnlyList<double[]> a, IReadOnlyList<double[]> b)
    {
        if (a.Count < 2 || b.Count < 2)
            throw new PssrException(PssrErrorKind.Option, $"A Fréchet distance needs two pictures at least on each side; there are {a.Count} and {b.Count}.");
        int d = a[0].Length;
        if (d == 0 || a.Concat(b).Any(row => row.Length != d))
            throw new PssrException(PssrErrorKind.Option, $"A Fréchet distance needs equally many features of every picture, not {d} and {b[0].Length}.");
        if (a.Concat(b).Any(row => row.Any(v => !double.IsFinite(v))))
            throw new PssrException(PssrErrorKind.Option, "The features hold NaN or infinity: the network or its input is damaged.");
    }
}
