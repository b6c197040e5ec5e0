namespace PSSR.Sets;

/// <summary>One picture of a set, or one path that turned out not to be a picture.</summary>
/// <param name="Path">Full path.</param>
/// <param name="RelativeFolder">Its folder below the searched root, mirrored below the output directory; empty for a file that was
/// named.</param>
/// <param name="Problem">Why nothing can be read here; becomes the file's failed result.</param>
public sealed record InputFile(string Path, string RelativeFolder = "", PssrException? Problem = null);
