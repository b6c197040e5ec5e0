using PSSR.Options;
using PSSR.Pictures;
using PSSR.Sets.Records;
using PSSR.Sets.Sharing;

namespace PSSR.Sets;

/// <summary>Which pictures of a set a run takes, and where it writes down what it does. Nothing here changes a picture.</summary>
public sealed record SetOptions
{
    /// <summary>Most parts of a set.</summary>
    public const int MaxShards = 10_000;

    /// <summary>
    /// Only pictures whose name, or path below the folder if there is a slash in it, matches: * and ? are wildcards. Several may be given.
    /// </summary>
    /// <remarks>Empty: all. See <see cref="FileSelection"/>.</remarks>
    public IReadOnlyList<string> Include { get; init; } = [];

    /// <summary>Leaves out such pictures.</summary>
    /// <remarks>Whatever <see cref="Include"/> says.</remarks>
    public IReadOnlyList<string> Exclude { get; init; } = [];

    /// <summary>Folder above all pictures, from which their tree is mirrored below the output directory. Default: each folder that is
    /// given.</summary>
    /// <remarks>Of files that come by pipeline the folder above all of them.</remarks>
    [UserPath]
    public string? InputRoot { get; init; }

    /// <summary>Which of --shard-count parts of the set to do, from 0. The parts are the same on every machine.</summary>
    /// <remarks>Of <see cref="ShardCount"/>; see <see cref="FileSelection.ShardOf"/>.</remarks>
    [Allowed(0, MaxShards - 1)]
    public int ShardIndex { get; init; }

    /// <summary>Into how many parts the set is divided, for as many machines.</summary>
    [Allowed(1, MaxShards)]
    public int ShardCount { get; init; } = 1;

    /// <summary>Tries pictures again that couldn't be read by an earlier run and haven't changed since; without it they are skipped, so
    /// that each is reported once.</summary>
    /// <remarks>See <see cref="FailureNote"/>.</remarks>
    public bool RetryFailed { get; init; }

    /// <summary>Adds a line of JSON to this file for every event; several processes may share it.</summary>
    /// <remarks>Null: no log. See <see cref="RunLog"/>.</remarks>
    [UserPath]
    public string? LogPath { get; init; }

    /// <exception cref="PssrException">Kind Option: names the value and what is allowed.</exception>
    public void Check()
    {
        OptionCheck.Allowed(this);
        if (ShardIndex >= ShardCount)
            throw Bad(nameof(ShardIndex), $"{ShardIndex} is outside 0 to {ShardCount - 1}, the parts of a set in {ShardCount}");
        OptionCheck.FolderName(nameof(InputRoot), InputRoot);
        if (LogPath is { } log && (ImageCodec.IsKnownExtension(log) || log.EndsWith(RunRecord.Extension, StringComparison.Ordinal)))
            throw Bad(nameof(LogPath), $"'{log}' is the name of a picture, or of a picture's record; call the log {log}.log, say");
        foreach (var (name, patterns) in new[] { (nameof(Include), Include), (nameof(Exclude), Exclude) })
            if (patterns.Any(string.IsNullOrWhiteSpace))
                throw Bad(name, "a pattern is empty");
    }

    private static PssrException Bad(string name, string message) => OptionCheck.Bad(name, $"{name}: {message}");
}
