namespace PSSR.Sets;

/// <summary>One picture of a set, or one path that turned out not to be a picture.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativeFolder">Its folder below the searched one, or below the input root where one was given; empty for a file that was
/// named. Patterns and shards go by it.</param>
/// <param name="Problem">Why nothing can be read here; becomes the file's failed result.</param>
public sealed record InputFile(string Path, string RelativeFolder = "", PssrException? Problem = null)
{
    /// <summary>Full path of the folder that was searched; null for a file that was named itself.</summary>
    public string? SearchedFolder { get; init; }

    /// <summary>Where its result goes below the output directory; null: <see cref="RelativeFolder"/>.</summary>
    public string? MirroredFolder { get; init; }

    /// <summary>Which frame of an animated picture it is, from 1, which its result's name tells; null: the picture.</summary>
    public int? Frame { get; init; }

    /// <summary>Name of its result, without frame and extension, where that isn't the file's own.</summary>
    public string? ResultStem { get; init; }

    /// <summary>Why the path means no picture: no folder is there, or none in it, or nothing matches. Such a path is no picture of the set:
    /// it is told as a warning.</summary>
    public string? Unmatched { get; init; }

    /// <summary>Whether the path does mean pictures, and <see cref="Unmatched"/> tells what was passed over beside them.</summary>
    public bool IsRemark { get; init; }

    /// <summary>Whether <see cref="Unmatched"/> tells of pictures of kinds that PSSR doesn't read.</summary>
    internal bool TellsOtherKinds { get; init; }

    /// <summary>Its folder's listing had no record of it, so that it needn't be asked for one.</summary>
    internal bool IsNoResult { get; init; }

    /// <summary>Why nothing is to be done here, where that is known before anything is planned; becomes the file's skipped
    /// result.</summary>
    public string? SkipReason { get; init; }
}
