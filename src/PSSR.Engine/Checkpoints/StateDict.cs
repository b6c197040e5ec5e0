namespace PSSR.Checkpoints;

/// <summary>How weights and a network disagree; all lists empty when they fit.</summary>
/// <param name="Missing">Names that the network has and the weights lack.</param>
/// <param name="Unexpected">Names that the weights have and the network lacks.</param>
/// <param name="Misshapen">Names with both shapes, as text.</param>
public sealed record StateDictDifferences(IReadOnlyList<string> Missing, IReadOnlyList<string> Unexpected, IReadOnlyList<string> Misshapen)
{
    public bool None => Missing.Count + Unexpected.Count + Misshapen.Count == 0;
}

/// <summary>Puts weights into a network, by their names.</summary>
public static class StateDict
{
    /// <summary>In a message; <see cref="Compare"/> has them all.</summary>
    private const int NamesShown = 10;

    /// <summary>Copies every weight into the parameter or buffer of its name, converting type and device. All fit or none is copied.</summary>
    /// <param name="weights">By state-dict name; not changed, not disposed.</param>
    /// <param name="fileForErrors">Where they came from.</param>
    /// <exception cref="PssrException">Kind Checkpoint: names or shapes differ; the message names them.</exception>
    public static void LoadInto(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> weights, string fileForErrors)
    {
        StateDictDifferences differences = Compare(module, weights);
        if (!differences.None)
        {
            string Part(string what, IReadOnlyList<string> names) => names.Count == 0 ? ""
                : $" {what} ({names.Count}): {string.Join(", ", names.Take(NamesShown))}{(names.Count > NamesShown ? ", …" : "")}.";
            throw new PssrException(PssrErrorKind.Checkpoint,
                $"'{fileForErrors}' does not fit a {module.GetType().Name} with these options.{Part("Missing", differences.Missing)}"
                + $"{Part("Unexpected", differences.Unexpected)}{Part("Other shapes", differences.Misshapen)}", fileForErrors);
        }

        using var noGradient = torch.no_grad();
        foreach ((string name, Tensor target) in module.state_dict())
            target.copy_(weights[name]);
    }

    /// <summary>Names and shapes that differ, in the network's and the weights' own order.</summary>
    public static StateDictDifferences Compare(torch.nn.Module module, IReadOnlyDictionary<string, Tensor> weights)
    {
        Dictionary<string, Tensor> expected = module.state_dict();
        return new StateDictDifferences(
            [.. expected.Keys.Where(n => !weights.ContainsKey(n))],
            [.. weights.Keys.Where(n => !expected.ContainsKey(n))],
            [
                .. from e in expected
                   where weights.TryGetValue(e.Key, out Tensor? w) && !w.shape.SequenceEqual(e.Value.shape)
                   select $"{e.Key} [{string.Join(", ", weights[e.Key].shape)}] in place of [{string.Join(", ", e.Value.shape)}]",
            ]);
    }

    /// <summary>The same weights with a prefix cut off (<c>module.</c>, <c>model.</c>), when all names have it; else as they are. Tensors are shared.</summary>
    public static IReadOnlyDictionary<string, Tensor> WithoutPrefix(IReadOnlyDictionary<string, Tensor> weights, string prefix) =>
        weights.Count > 0 && weights.Keys.All(n => n.StartsWith(prefix, StringComparison.Ordinal))
            ? weights.ToDictionary(w => w.Key[prefix.Length..], w => w.Value)
            : weights;
}
