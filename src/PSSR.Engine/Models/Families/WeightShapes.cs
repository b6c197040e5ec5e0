namespace PSSR.Models.Families;

/// <summary>Names and shapes of the weights of one network, for reading its layout off them.</summary>
public sealed class WeightShapes(IReadOnlyDictionary<string, long[]> shapes, string fileForErrors)
{
    public IEnumerable<string> Names => shapes.Keys;

    public bool Has(string name) => shapes.ContainsKey(name);

    /// <summary>Size of one dimension of a weight.</summary>
    /// <exception cref="PssrException">Kind Checkpoint: no such weight, or it has fewer dimensions.</exception>
    public int Size(string name, int dimension)
    {
        if (!shapes.TryGetValue(name, out long[]? shape))
            throw new PssrException(PssrErrorKind.Checkpoint, $"'{fileForErrors}' lacks '{name}', which this architecture always has.",
                fileForErrors);
        if (dimension >= shape.Length || shape[dimension] is < 1 or > int.MaxValue)
            throw Bad($"'{name}' has the impossible shape [{string.Join(", ", shape)}]");
        return (int)shape[dimension];
    }

    /// <summary>How many of PREFIX0…, PREFIX1…, … there are in a row.</summary>
    public int Count(string prefix)
    {
        int count = 0;
        while (shapes.Keys.Any(n => n.StartsWith($"{prefix}{count}.", StringComparison.Ordinal)))
            count++;
        return count;
    }

    public PssrException Bad(string why) =>
        new(PssrErrorKind.Checkpoint, $"The network in '{fileForErrors}' can't be used: {why}.", fileForErrors);
}
