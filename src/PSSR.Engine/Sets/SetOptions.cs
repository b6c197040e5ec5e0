using PSSR.Sets.Sharing;

namespace PSSR.Sets;

/// <summary>Which pictures of a set a run takes, and where it writes down what it does. Nothing here changes a picture.</summary>
public sealed record SetOptions
{
    /// <summary>Most parts of a set.</summary>
    public const int MaxShards = 10_000;

    /// <summary>Patterns; only pictures that one of them matches are taken. Empty: all. See <see cref="FileSelection"/>.</summary>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Patterns; pictures that one of them matches are left out, whatever <see cref="Include"/> says.</summary>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Which of <see cref="ShardCount"/> parts this run takes, from 0.</summary>
    public int ShardIndex { get; init; }

    /// <summary>Into how many parts the set is divided; 1: not at all. See <see cref="FileSelection.ShardOf"/>.</summary>
    public int ShardCount { get; init; } = 1;

    /// <summary>A file to which a line of JSON is added for every event of the run; null: none. See <see cref="RunLog"/>.</summary>
    public string? LogPath { get; init; }

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Check()
    {
        if (ShardCount is < 1 or > MaxShards)
            throw Bad(nameof(ShardCount), $"{ShardCount} is outside 1 to {MaxShards}");
        if (ShardIndex < 0 || ShardIndex >= ShardCount)
            throw Bad(nameof(ShardIndex), $"{ShardIndex} is outside 0 to {ShardCount - 1}, the parts of a set in {ShardCount}");
        foreach (var (name, patterns) in new[] { (nameof(Include), Include), (nameof(Exclude), Exclude) })
            if (patterns.Any(string.IsNullOrWhiteSpace))
                throw Bad(name, "a pattern is empty");
    }

    private static PssrException Bad(string name, string message) => new(PssrErrorKind.Option, $"{name}: {message}.", name);
}
