namespace PSSR.Metrics;

/// <summary>An Inception Score, over the splits of a set.</summary>
/// <param name="StandardDeviation">Over the splits, dividing by their number.</param>
/// <param name="Splits">Each split's own score.</param>
public sealed record InceptionScoreValue(double Mean, double StandardDeviation, IReadOnlyList<double> Splits);

/// <summary>
/// Inception Score (Salimans et al. 2016, section 4): exp of the mean KL(p(y|x) ‖ p(y)) in nats, per split of the set. From 1 (every
/// picture gives the same answer) to the number of classes. It needs no reference, and knows nothing of the truth.
/// </summary>
public static class InceptionScore
{
    /// <param name="logits">One vector of class scores a picture, before softmax.</param>
    /// <param name="splits">Split j holds the pictures ⌊j·n/splits⌋ to ⌊(j+1)·n/splits⌋-1.</param>
    /// <exception cref="PssrException">Kind Option: fewer pictures than splits, unequal lengths, or values that are not finite.</exception>
    public static InceptionScoreValue Compute(IReadOnlyList<double[]> logits, int splits = 10)
    {
        RequireEnough(logits.Count, splits);
        if (logits.Any(row => row.Length != logits[0].Length || row.Length == 0 || row.Any(v => !double.IsFinite(v))))
            throw new PssrException(PssrErrorKind.Option, "An Inception Score needs equally many finite class scores of every picture.");
        double[][] log = [.. logits.Select(LogSoftmax)];
        double[] scores = [.. Enumerable.Range(0, splits).Select(j =>
            OfSplit(log[(int)((long)j * log.Length / splits)..(int)((long)(j + 1) * log.Length / splits)]))];
        double mean = scores.Average();
        return new InceptionScoreValue(mean, Math.Sqrt(scores.Average(s => (s - mean) * (s - mean))), scores);
    }

    /// <summary>Before anything is computed of the pictures.</summary>
    /// <exception cref="PssrException">Kind Option: fewer pictures than splits.</exception>
    internal static void RequireEnough(int pictures, int splits)
    {
        if (splits < 1 || pictures < splits)
            throw new PssrException(PssrErrorKind.Option,
                $"{pictures} pictures can't be cut into {splits} splits: give fewer splits or more pictures.", $"{splits}");
    }

    private static double OfSplit(double[][] log)
    {
        int classes = log[0].Length;
        var marginal = new double[classes];
        foreach (double[] row in log)
        {
            for (int c = 0; c < classes; c++)
                marginal[c] += Math.Exp(row[c]) / log.Length;
        }

        // A probability that underflows to 0 adds nothing: p·log p → 0.
        double divergence = log.Average(row =>
            row.Select((l, c) => Math.Exp(l) is > 0 and var p ? p * (l - Math.Log(marginal[c])) : 0).Sum());
        return Math.Exp(divergence);
    }

    private static double[] LogSoftmax(double[] logits)
    {
        double most = logits.Max(), logSum = most + Math.Log(logits.Sum(v => Math.Exp(v - most)));
        return [.. logits.Select(v => v - logSum)];
    }
}
