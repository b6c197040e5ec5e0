namespace PSSR.Sets.Inputs;

/// <summary>Counts files that look like pictures of kinds that can't be read, by their extensions.</summary>
internal sealed class OtherKinds
{
    private readonly SortedDictionary<string, int> _counts = new(StringComparer.Ordinal);

    public bool Any => _counts.Count > 0;

    public void Add(string extension)
    {
        var kind = extension.ToLowerInvariant();
        _counts[kind] = _counts.GetValueOrDefault(kind) + 1;
    }

    /// <summary>How many, and of which kinds.</summary>
    public override string ToString() =>
        $"{(_counts.Values.Sum() is 1 ? "1 file" : $"{_counts.Values.Sum()} files")} of kinds that PSSR doesn't read "
            + $"({string.Join(", ", _counts.Select(kind => $"{kind.Value} {kind.Key}"))})";
}
