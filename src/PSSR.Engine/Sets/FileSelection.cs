using System.Buffers.Binary;
using System.IO.Enumeration;
using System.Security.Cryptography;
using System.Text;

namespace PSSR.Sets;

/// <summary>
/// Which pictures of a set are a run's own: by patterns, and by shard.
/// <para>In a pattern <c>*</c> stands for any characters and <c>?</c> for one; brackets are brackets, and case doesn't matter, on every
/// machine. A pattern without a slash is held
/// against the picture's name, in whatever folder it lies; one with a slash against its path below the folder that was given, where
/// <c>*</c> goes across slashes: <c>thumbs/*</c> is all below thumbs.</para>
/// </summary>
public sealed class FileSelection(SetOptions options)
{
    /// <summary>How many pictures are this run's own.</summary>
    public int Taken { get; private set; }

    /// <summary>How many were left out by pattern.</summary>
    public int Excluded { get; private set; }

    /// <summary>How many belong to other shards.</summary>
    public int OtherShards { get; private set; }

    /// <summary>How many of the paths that were given mean no picture; in no other count.</summary>
    public int Unmatched { get; private set; }

    /// <summary>That the patterns left out whatever was found, as misspelt ones do; null: they didn't.</summary>
    public string? Problem
    {
        get
        {
            if (Excluded == 0 || Taken > 0 || OtherShards > 0)
                return null;
            var list = options.Include.FirstOrDefault(pattern => pattern.Contains(','));
            return "Include and Exclude left out every picture."
                + (list is null ? "" : $" The comma in '{list}' is part of a name: give each pattern by itself.");
        }
    }

    /// <summary>Whether a picture is to be done by this run. A path that means nothing is everybody's: each machine must tell what it can't
    /// see.</summary>
    public bool Takes(InputFile file)
    {
        if (file.Unmatched is not null)
        {
            Unmatched += file.IsRemark ? 0 : 1;
            return false;
        }
        if (file.Problem is not null)
            return true;
        var path = RelativePath(file);
        if (!Matches(path))
        {
            Excluded++;
            return false;
        }
        if (options.ShardCount > 1 && ShardOf(path, options.ShardCount) != options.ShardIndex)
        {
            OtherShards++;
            return false;
        }
        Taken++;
        return true;
    }

    /// <summary>Whether a picture is this run's or another shard's; nothing is counted.</summary>
    internal bool Matches(InputFile file) => file.Problem is not null || (file.Unmatched is null && Matches(RelativePath(file)));

    /// <summary>The part that a picture belongs to: the first 8 bytes of the SHA-256 of its relative path in UTF-8, as a big-endian number,
    /// modulo <paramref name="count"/>.</summary>
    /// <param name="relativePath">Below the folder that was given, with '/'; so every machine agrees, wherever it sees the folder.</param>
    public static int ShardOf(string relativePath, int count) =>
        (int)(BinaryPrimitives.ReadUInt64BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes(relativePath))) % (ulong)count);

    /// <summary>Below the folder that was given, with '/'; of a picture that was itself given, the name.</summary>
    public static string RelativePath(InputFile file) =>
        Path.Join(file.RelativeFolder, Path.GetFileName(file.Path)).Replace(Path.DirectorySeparatorChar, '/');

    private bool Matches(string path) =>
        (options.Include.Count == 0 || Matches(options.Include, path)) && !Matches(options.Exclude, path);

    private static bool Matches(IReadOnlyList<string> patterns, string path) =>
        patterns.Any(pattern => Matches(Path.DirectorySeparatorChar == '\\' ? pattern.Replace('\\', '/') : pattern, path));

    private static bool Matches(string pattern, string path) =>
        // The runtime's matching takes a backslash for an escape; where it gets here it is part of a name.
        FileSystemName.MatchesSimpleExpression(pattern.Replace(@"\", @"\\"),
            pattern.Contains('/') ? path : path[(path.LastIndexOf('/') + 1)..], ignoreCase: true);
}
