using System.Globalization;

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
        var there = new HashSet<string>();
        foreach (string name in shapes.Keys)
        {
            if (name.StartsWith(prefix, StringComparison.Ordinal) && name.IndexOf('.', prefix.Length) is > 0 and var end)
                there.Add(name[prefix.Length..end]);
        }
        int count = 0;
        while (there.Contains(count.ToString(CultureInfo.InvariantCulture)))
            count++;
        return count;
    }

    public PssrException Bad(string why) =>
        new(PssrErrorKind.Checkpoint, $"The network in '{fileForErrors}' can't be used: {why}.", fileForErrors);
}
