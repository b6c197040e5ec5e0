namespace PSSR.Experiments.Recipes;

/// <summary>What somebody who mistyped a name may have meant.</summary>
public static class NearestName
{
    /// <summary>" Did you mean 'X'?" of the known name that the fewest changes of letters lead to; else all that are known.</summary>
    public static string Hint(string written, IEnumerable<string> known)
    {
        string[] names = [.. known];
        var nearest = names.Select(name => (name, changes: Changes(written.ToUpperInvariant(), name.ToUpperInvariant())))
            .DefaultIfEmpty(("", int.MaxValue)).MinBy(pair => pair.Item2);
        return nearest.Item2 <= Few(written) ? $" Did you mean '{nearest.Item1}'?"
            : names.Length == 0 ? "" : $" Known: {string.Join(", ", names)}.";
    }

    /// <summary>Whether one may have been written for the other.</summary>
    public static bool IsNear(string written, string known) =>
        Changes(written.ToUpperInvariant(), known.ToUpperInvariant()) <= Few(written);

    private static int Few(string written) => Math.Max(2, written.Length / 3);

    /// <summary>Levenshtein's distance.</summary>
    private static int Changes(string a, string b)
    {
        var before = Enumerable.Range(0, b.Length + 1).ToArray();
        for (var i = 1; i <= a.Length; i++)
        {
            var now = new int[b.Length + 1];
            now[0] = i;
            for (var j = 1; j <= b.Length; j++)
                now[j] = Math.Min(Math.Min(now[j - 1], before[j]) + 1, before[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1));
            before = now;
        }
        return before[^1];
    }
}
