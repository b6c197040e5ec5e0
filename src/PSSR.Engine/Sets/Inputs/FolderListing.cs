using System.IO.Enumeration;
using PSSR.Host;
using PSSR.Pictures;
using PSSR.Sets.Records;

namespace PSSR.Sets.Inputs;

/// <summary>What lies in a folder, by one look at it: nothing is asked of any file.</summary>
internal sealed class FolderListing
{
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    private readonly NamePool _names = new();
    private readonly List<int> _pictures = [];
    private readonly OtherKinds _others;
    private readonly PathTable _results = new(RealPath.IgnoresCase);

    /// <param name="others">Gets the files that aren't hidden and look like pictures of a kind that can't be read.</param>
    /// <exception cref="IOException">It can't be looked into.</exception>
    /// <exception cref="UnauthorizedAccessException">Likewise.</exception>
    public FolderListing(string path, OtherKinds others)
    {
        _others = others;
        List<DirectoryInfo> folders = [];
        foreach (var folder in new FileSystemEnumerable<DirectoryInfo?>(path, Taken, All))
            if (folder is not null)
                folders.Add(folder);
        _pictures.Sort((a, b) => _names[a].SequenceCompareTo(_names[b]));
        folders.Sort((a, b) => string.CompareOrdinal(a.Name, b.Name));
        Folders = folders;
    }

    /// <summary>All folders in it, hidden ones and links too, by ordinal name.</summary>
    public IReadOnlyList<DirectoryInfo> Folders { get; }

    /// <summary>Names of the files that aren't hidden and have a picture's extension, by ordinal name; and whether PSSR made each: its
    /// record lies beside it.</summary>
    public IEnumerable<(string Name, bool IsResult)> Pictures
    {
        get
        {
            foreach (var at in _pictures)
                yield return (_names[at].ToString(), _results.Contains(_names[at]));
        }
    }

    private DirectoryInfo? Taken(ref FileSystemEntry entry)
    {
        if (entry.IsDirectory)
            return (DirectoryInfo)entry.ToFileSystemInfo();
        var name = entry.FileName;
        if (name.EndsWith(RunRecord.Extension, StringComparison.Ordinal))
            _results.Add(name[..^RunRecord.Extension.Length]);
        if (name[0] == '.' || entry.IsHidden)
            return null;
        var extension = Path.GetExtension(name).ToString();
        if (ImageCodec.IsKnownExtension(extension))
            _pictures.Add(_names.Add(name));
        else if (ImageCodec.IsForeignExtension(extension))
            _others.Add(extension);
        return null;
    }
}
