namespace PSSR.Experiments.Results;

/// <summary>Points of two values that no other point beats in both.</summary>
internal static class ParetoFront
{
    /// <param name="lowerX">Whether less is better in X; else more is.</param>
    /// <param name="lowerY">Whether less is better in Y.</param>
    /// <returns>The points of the front, by rising X; of equal ones one.</returns>
    public static IReadOnlyList<(double X, double Y)> Of(IEnumerable<(double X, double Y)> points, bool lowerX, bool lowerY)
    {
        var (signX, signY) = (lowerX ? 1 : -1, lowerY ? 1 : -1);
        var front = new List<(double X, double Y)>();
        // From the best X on, a point belongs to it if its Y is better than all before.
        foreach (var point in points.Where(p => double.IsFinite(p.X) && double.IsFinite(p.Y))
            .OrderBy(p => signX * p.X).ThenBy(p => signY * p.Y))
            if (front.Count == 0 || signY * point.Y < signY * front[^1].Y)
                front.Add(point);
        return [.. front.OrderBy(p => p.X)];
    }
}
